import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { createContextFilesDisk } from "../../src/adapters/context-files/context-files-disk.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { decideTags } from "../../src/operate/containers/decide-tags.ts";
import { aFleet } from "../support/a-fleet.ts";
import { createGitScratch } from "../support/git-scratch.ts";

/** How long the tags of many images take, in a real repository with a long history. Figures, no assertions. */
const images = 200;
const filesOfImage = ["Dockerfile", "requirements.txt", "lock.txt", "start", "image.yaml", "tests/test_a.py"];
const names = Array.from({ length: images }, (_, index) => `image-${String(index).padStart(3, "0")}`);

for (const commits of [2_400, 6_400]) {
  const scratch = await createGitScratch();
  const directory = join(scratch.root, "fleet");
  await mkdir(directory);
  await scratch.git(directory, "init", "--quiet", "--initial-branch", "main");
  await scratch.feed(directory, aStream(commits), "fast-import", "--quiet", "--done");
  await scratch.git(directory, "checkout", "--quiet", "main");
  for (const tags of ["content", "chartpress"]) {
    const fleet = names.reduce((some, name) => some.withImage(name), aFleet().withFleet({ tags })).build();
    const props = {
      fleet,
      directory,
      git: scratch.port,
      contextFiles: createContextFilesDisk(),
      files: createStateFilesDisk(),
      recipe: async () => ({ dockerfile: "FROM scratch\n", isOwn: true }),
    };
    const known = names.flatMap((name) => fleet.images.get(name) ?? []);
    const seconds: string[] = [];
    let different = 0;
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      const decided = await decideTags(known, props);
      seconds.push(((performance.now() - start) / 1000).toFixed(2));
      different = new Set(decided.map(({ revision }) => revision)).size;
    }
    const what = `tags of ${images} images by ${tags}, ${commits} commits, ${different} of them the last of an image`;
    console.log(`${what}: ${seconds.join(" s, ")} s (goal 1.0 s)`);
  }
  await scratch.sweep();
}

/** Every image at first, then one file of one image each time, every tenth on a branch that is merged; a few tags. */
function aStream(commits: number): string {
  const lines: string[] = [];
  const commit = (mark: number, parents: readonly number[], changes: readonly string[]): void => {
    lines.push("commit refs/heads/main", `mark :${mark}`);
    lines.push(`committer Somebody <somebody@example.org> ${1_700_000_000 + mark * 60} +0000`, "data 1", "x");
    for (const [index, parent] of parents.entries()) lines.push(`${index === 0 ? "from" : "merge"} :${parent}`);
    for (const path of changes)
      lines.push(`M 100644 inline ${path}`, `data ${path.length + 10}`, `${path} ${String(mark).padStart(8, "0")}\n`);
  };
  commit(
    1,
    [],
    names.flatMap((name) => filesOfImage.map((file) => `images/${name}/${file}`)),
  );
  for (let mark = 2; mark <= commits; mark++) {
    const image = names[(mark * 7919) % images] ?? "";
    const path = `images/${image}/${filesOfImage[mark % 3] ?? ""}`;
    if (mark % 10 === 0) commit(mark, [mark - 1, mark - 3], [path]);
    else commit(mark, [mark - 1], [mark % 4 === 0 ? "README.md" : path]);
    if (mark % 300 === 0) lines.push(`reset refs/tags/1.${mark / 300}.0`, `from :${mark}`, "");
  }
  return `${lines.join("\n")}\ndone\n`;
}
