import type { Bundle } from "../../bundle/bundle.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { DraftHub } from "../../runtime/local/draft.ts";
import { machinePaths } from "../../runtime/local/paths.ts";
import { currentRenderer } from "./current-renderer.ts";

type CodeWorld = Pick<LocalWorld, "files" | "machine" | "pythonSource">;

/**
 * The copy of hubfleet's own Python that a bundle was made with, as far as this machine keeps it: so a hubfleet that was
 * upgraded reaches hubs in a bundle, as everything else does. Undefined: it is not here, or this hubfleet makes other settings
 * than that code reads.
 */
export async function keptCode(
  renderer: string,
  { files, machine, pythonSource }: CodeWorld,
): Promise<string | undefined> {
  const { runtime } = machinePaths(machine.stateRoot);
  const current = await currentRenderer({ files, pythonSource });
  const isSame = ([0, 1] as const).every((part) => renderer.split(".")[part] === current.split(".")[part]);
  if (isSame) return `${runtime}/${((await files.digest(pythonSource)) ?? "missing").slice(0, 16)}`;
  const [[revision, digest = ""], [own]] = [renderer.split("."), current.split(".")] as [string[], string[]]; // has one part
  if (revision !== own || digest.length < 12) return undefined;
  const kept = (await files.list(runtime)).find((name) => name.startsWith(digest));
  return kept === undefined ? undefined : `${runtime}/${kept}`;
}

/** What makes a hub of its bundle: that which the bundle was made with, or this hubfleet. */
export async function rendererOf(
  entry: Pick<DraftHub, "code"> | undefined,
  bundle: Pick<Bundle, "document">,
  world: Pick<LocalWorld, "files" | "pythonSource">,
): Promise<string> {
  return entry?.code === undefined ? currentRenderer(world) : bundle.document.renderer;
}
