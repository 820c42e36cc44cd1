import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createContextFilesDisk } from "../../src/adapters/context-files/context-files-disk.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { decideTags } from "../../src/operate/containers/decide-tags.ts";
import { aFleet } from "./a-fleet.ts";
import { chartpressText, type MadeHistory } from "./git-histories.ts";
import type { GitScratch } from "./git-scratch.ts";

export const uncommittedConfig = "not-committed.yaml";

/** Makes the history a repository below the scratch directory, with its head checked out. */
export async function makeRepository(scratch: GitScratch, history: MadeHistory): Promise<string> {
  const directory = join(scratch.root, `history-${history.seed}`);
  await mkdir(directory);
  await scratch.git(directory, "init", "--quiet", "--initial-branch", "main");
  await scratch.feed(directory, history.stream, "fast-import", "--quiet", "--done");
  await scratch.git(directory, "checkout", "--quiet", "--force", history.head);
  if (!history.hasChartpressFile) {
    await mkdir(join(directory, ".git/info"), { recursive: true });
    await writeFile(join(directory, ".git/info/exclude"), `${uncommittedConfig}\n`);
    await writeFile(join(directory, uncommittedConfig), chartpressText(history, 0));
  }
  return directory;
}

/** "repository:tag" of each of the history's images, as hubfleet decides it; null: it refuses. */
export async function ourTags(
  scratch: GitScratch,
  directory: string,
  {
    history,
    isLong,
  }: { readonly history: Pick<MadeHistory, "images" | "hasChartpressFile">; readonly isLong: boolean },
): Promise<readonly string[] | null> {
  const fleet = aFleet().withImage("docs").withFleet({ tags: "chartpress" }).build();
  const images = Object.entries(history.images).flatMap(([name, { paths = [] }]) => {
    const image = fleet.images.get(name);
    return image === undefined ? [] : [{ ...image, paths: history.hasChartpressFile ? [] : paths }];
  });
  const props = {
    fleet,
    directory,
    git: scratch.port,
    contextFiles: createContextFilesDisk(),
    files: createStateFilesDisk(),
    recipe: async () => ({ dockerfile: "FROM scratch\n", isOwn: true }),
    isLong,
  };
  const decided = await decideTags(images, props).catch((thrown: unknown) => {
    if (isRefusal(thrown)) return null;
    throw thrown;
  });
  return decided?.map(({ repository, tag }) => `registry.example.org/fleet/${repository}:${tag}`) ?? null;
}

/** Where chartpress ends with an error as well. */
function isRefusal(thrown: unknown): boolean {
  const problems = thrown instanceof Error && "problems" in thrown ? thrown.problems : [thrown];
  return (problems as { readonly code?: string }[]).every(({ code }) =>
    ["HISTORY_MISSING", "CHARTPRESS_FILE_INVALID"].includes(code ?? ""),
  );
}
