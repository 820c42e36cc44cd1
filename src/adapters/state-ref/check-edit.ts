import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { isStatePath, stateFileKind } from "../../evidence/state-layout.ts";
import type { StateEdit } from "../../ports/state-ref.ts";

/**
 * What an edit changes of these files; undefined when that is nothing.
 *
 * @throws HubfleetError STATE_IMMUTABLE
 */
export function checkEdit(files: ReadonlyMap<string, string>, edit: StateEdit): StateEdit | undefined {
  const write = new Map([...edit.write].filter(([path, text]) => files.get(path) !== text));
  const remove = (edit.remove ?? []).filter((path) => files.has(path) && !edit.write.has(path));
  for (const [path, text] of write) {
    if (!isStatePath(path)) throw new TypeError(`"${path}" is no path of the state`);
    if (!text.isWellFormed()) throw new TypeError(`the text for "${path}" cannot be written as UTF-8`);
    if (files.has(path) && stateFileKind(path) !== "document") throw immutable(path, "rewritten");
    const clash = findClash(path, [...files.keys(), ...write.keys()], remove);
    if (clash !== undefined) throw new TypeError(`"${path}" and "${clash}" cannot both be files`);
  }
  for (const path of remove) if (stateFileKind(path) === "record") throw immutable(path, "removed");
  return write.size === 0 && remove.length === 0 ? undefined : { write, remove };
}

/** A file that would have to be a folder for the other to be there. */
function findClash(path: string, others: readonly string[], remove: readonly string[]): string | undefined {
  return others.find(
    (other) => !remove.includes(other) && (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)),
  );
}

function immutable(path: string, what: "rewritten" | "removed"): HubfleetError {
  return new HubfleetError("STATE_IMMUTABLE", {
    message: `"${path}" of the branch hubfleet/state is there already and would be ${what}`,
    hint: "nothing was written; if the file is damaged, see its history with: git log hubfleet/state -- " + path,
  });
}
