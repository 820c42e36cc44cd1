import type { Bundle } from "../../bundle/bundle.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** Why this machine promotes a bundle nowhere: another hubfleet made it, and is not kept here. Undefined: it may. */
export async function rendererDiffers(
  { id, document }: Pick<Bundle, "id" | "document">,
  canRender: (renderer: string) => Promise<boolean>,
): Promise<HubfleetError | undefined> {
  if (await canRender(document.renderer)) return undefined;
  return new HubfleetError("RENDERER_DIFFERS", {
    message: `bundle ${id} was made with another hubfleet, which makes hubs in another way than this one`,
    hint: "`hubfleet bundle new` makes one of the same commit; nothing that passed has to pass again but hubfleet's own part",
  });
}
