import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import { type DoctorLine, ok, warn } from "./line.ts";

/** Which program would build containers; nothing where the fleet has no registry that one could go to. */
export async function lookAtBuilders(
  fleet: Fleet,
  { findBuilder }: Pick<ImageSources, "findBuilder">,
): Promise<readonly DoctorLine[]> {
  if (Object.keys(fleet.registries ?? {}).length === 0) return [];
  try {
    const { facts } = await findBuilder({ wanted: undefined, signal: new AbortController().signal });
    const { says, reproducible } = facts;
    return [ok("containers", reproducible === true ? says : `${says}; two builds may differ: ${reproducible.because}`)];
  } catch (error) {
    if (!(error instanceof HubfleetError)) throw error;
    return [warn("containers", error.message.replaceAll(/\n\s*/g, "; "), error.hint ?? "")];
  }
}
