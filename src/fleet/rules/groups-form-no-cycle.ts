import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Rule } from "./rule.ts";

/** Reports each circle of inclusions once, at the inclusion that closes it. */
export const groupsFormNoCycle: Rule = ({ written }) => {
  const problems: HubfleetError[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    const group = written.groups.files.get(name);
    for (const [index, included] of (group?.value.groups ?? []).entries()) {
      const start = [...path, name].indexOf(included);
      if (start === -1) {
        visit(included, [...path, name]);
        continue;
      }
      const circle = [...[...path, name].slice(start), included];
      const message =
        circle.length === 2 ? `group "${name}" includes itself` : `groups include each other: ${circle.join(" -> ")}`;
      const at = group?.document.position(["groups", index]);
      problems.push(
        new HubfleetError("GROUP_CYCLE", { message, hint: "remove one of the inclusions", ...(at ? { at } : {}) }),
      );
    }
    done.add(name);
  };
  for (const name of written.groups.files.keys()) visit(name, []);
  return problems;
};
