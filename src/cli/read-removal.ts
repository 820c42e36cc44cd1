import type { Removal } from "../app/use-cases.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";

/**
 * Whether hubs whose file is gone are meant, too: said for the whole fleet, since such a hub belongs to no stage any more.
 * @throws HubfleetError UNKNOWN_TARGET beside targets
 */
export function readRemoval({ remove = false }: { readonly remove?: boolean }, targets: readonly string[]): Removal {
  if (remove && targets.length > 0) {
    throw new HubfleetError("UNKNOWN_TARGET", {
      message: "--remove is about the hubs of which no file is there, so it goes with no target",
      hint: "leave the targets out; or take one hub down with `hubfleet destroy hub/NAME`, which keeps its homes too",
    });
  }
  return { remove };
}
