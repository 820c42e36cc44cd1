import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { GivenFiles } from "../../runtime/kubernetes/hub-files.ts";
import type { RemoteApplied } from "../../runtime/kubernetes/remote-applied.ts";
import { currentRenderer } from "../bundles/current-renderer.ts";

export interface KeptCodeProps {
  readonly hub: string;
  readonly bundle: { readonly id: string; readonly renderer: string };
  readonly applied: () => Promise<RemoteApplied | undefined>;
  readonly world: Pick<LocalWorld, "files" | "pythonSource">;
}

/**
 * hubfleet's own Python that a hub goes on with where another hubfleet made its bundle: an upgraded hubfleet reaches hubs in
 * a bundle, as everything else does. Undefined: this hubfleet's own is the one.
 * @throws HubfleetError RENDERER_DIFFERS where this hubfleet cannot make the hub as its bundle has it
 */
export async function keptRemoteCode({
  hub,
  bundle,
  applied,
  world,
}: KeptCodeProps): Promise<GivenFiles["code"] | undefined> {
  const current = await currentRenderer(world);
  if (bundle.renderer === current) return undefined;
  const isSameRevision = bundle.renderer.split(".")[0] === current.split(".")[0];
  const kept = isSameRevision ? await applied() : undefined;
  if (kept?.renderer === bundle.renderer) return kept.code;
  throw new HubfleetError("RENDERER_DIFFERS", {
    message: `hub "${hub}" is to run bundle ${bundle.id}, which was made with another hubfleet, and never ran it before`,
    hint: "use the hubfleet that made the bundle, or take this one through the stages: `hubfleet bundle new`",
  });
}
