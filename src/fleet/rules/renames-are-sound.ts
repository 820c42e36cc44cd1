import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Rule } from "./rule.ts";

/** A hub that goes by its old name as well would have two sets of homes. */
export const oldNamesAreFree: Rule = ({ written }) =>
  [...written.hubs.files.values()].flatMap(({ name, value, document }) => {
    const before = value.renamedFrom;
    if (before === undefined || !written.hubs.names.has(before)) return [];
    const isSelf = before === name;
    return [
      new HubfleetError("RENAMED_FROM_EXISTS", {
        message: isSelf
          ? `hub "${name}" is said to be renamed from itself`
          : `hub "${name}" is said to be hub "${before}" under a new name, and hubs/${before}.yaml is still there`,
        hint: isSelf ? "name the hub's old name, or remove the key" : `remove hubs/${before}.yaml, or remove the key`,
        at: document.position(["renamedFrom"]),
      }),
    ];
  });

/** The things of a hub can become those of one other. */
export const oldNamesAreClaimedOnce: Rule = ({ written }) => {
  const claims = new Map<string, string>();
  return [...written.hubs.files.values()]
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap(({ name, value, document }) => {
      const before = value.renamedFrom;
      const other = before === undefined ? undefined : claims.get(before);
      if (before !== undefined && other === undefined) claims.set(before, name);
      if (other === undefined) return [];
      return [
        new HubfleetError("RENAMED_FROM_TWICE", {
          message: `hubs "${other}" and "${name}" are both said to be hub "${before}" under a new name`,
          hint: "keep the key in the one that is to have the homes",
          at: document.position(["renamedFrom"]),
        }),
      ];
    });
};
