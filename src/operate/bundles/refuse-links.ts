import { listWords } from "../../bundle/words.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ContextFiles } from "../../ports/context-files.ts";

/**
 * Refuses symbolic links among the files that a bundle is to hold: Git has of a link only where it leads to, so that no other
 * machine could show what it showed here. @throws HubfleetError BUNDLE_FILE_LINKED
 */
export async function refuseLinks(
  named: readonly string[],
  {
    directory,
    contextFiles,
  }: { readonly directory: string; readonly contextFiles: Pick<ContextFiles, "list" | "read"> },
): Promise<void> {
  if (named.length === 0) return;
  const read = await contextFiles.read(directory, await contextFiles.list(directory, named));
  const links = read.filter(({ linkTarget }) => linkTarget !== undefined);
  if (links.length === 0) return;
  const words = links.map(({ path, linkTarget }) => `"${path}" (to "${linkTarget}")`);
  throw new HubfleetError("BUNDLE_FILE_LINKED", {
    message: `a bundle cannot hold ${links.length === 1 ? "a symbolic link" : "symbolic links"}: ${listWords(words)}`,
    hint: "put the file itself there, commit it, and run the command again",
  });
}
