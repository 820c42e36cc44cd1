import { afterAll, beforeAll, expect, it } from "vitest";

import { ourTags } from "../support/chartpress-subject.ts";
import { chartpressTable, makeTableRepository } from "../support/chartpress-table.ts";
import { createGitScratch, type GitScratch } from "../support/git-scratch.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

skipSuiteUnless(tool("git"), "git is not installed")("tags as chartpress makes them, in real repositories", () => {
  let scratch: GitScratch;

  beforeAll(async () => {
    scratch = await createGitScratch();
  });
  afterAll(async () => scratch.sweep());

  it.each(chartpressTable.map(({ what, tags }, index) => [what, index, tags] as const))(
    "%s",
    async (_what, index, tags) => {
      const directory = await makeTableRepository(scratch, index);
      const history = { images: { lab: {}, hub: {} }, hasChartpressFile: true };

      const ours = await ourTags(scratch, directory, { history, isLong: false });

      expect(ours).toEqual([`registry.example.org/fleet/lab:${tags[0]}`, `registry.example.org/fleet/hub:${tags[1]}`]);
    },
  );
});
