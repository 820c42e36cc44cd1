import { rm } from "node:fs/promises";

import pMap from "p-map";
import { afterAll, beforeAll, expect, it } from "vitest";

import { askChartpress, type ChartpressAnswer, installChartpress } from "../support/chartpress-peer.ts";
import { makeRepository, ourTags, uncommittedConfig } from "../support/chartpress-subject.ts";
import { chartpressTable, makeTableRepository } from "../support/chartpress-table.ts";
import { makeHistory } from "../support/git-histories.ts";
import { createGitScratch, type GitScratch } from "../support/git-scratch.ts";
import { skipSuiteUnlessImages } from "../support/skip.ts";

const first = Number(process.env["HUBFLEET_TEST_SEED"] ?? 1);
const count = Number(process.env["HUBFLEET_TEST_HISTORIES"] ?? 240);
const histories = Array.from({ length: count }, (_, index) => makeHistory(first + index));

/** chartpress itself, from PyPI, on histories thought up from seeds: every tag to the byte, every refusal refused. */
skipSuiteUnlessImages()(`tags of ${count} histories beside chartpress's`, () => {
  let scratch: GitScratch;
  let directories: readonly string[];
  let answers: readonly ChartpressAnswer[];

  beforeAll(async () => {
    scratch = await createGitScratch();
    directories = await pMap(histories, (history) => makeRepository(scratch, history), { concurrency: 4 });
    const questions = histories.map(({ hasChartpressFile }, index) => ({
      directory: directories[index] ?? "",
      config: hasChartpressFile ? "chartpress.yaml" : uncommittedConfig,
    }));
    const half = Math.ceil(questions.length / 2);
    const python = await installChartpress();
    const parts = await Promise.all(
      [questions.slice(0, half), questions.slice(half)].map((part) => askChartpress(python, part)),
    );
    answers = parts.flat();
  }, 600_000);
  afterAll(async () => rm(scratch.root, { recursive: true, force: true }));

  it("are the same", async () => {
    const ours = await pMap(
      histories,
      async (history, index) => ({
        plain: await ourTags(scratch, directories[index] ?? "", { history, isLong: false }),
        long: await ourTags(scratch, directories[index] ?? "", { history, isLong: true }),
      }),
      { concurrency: 4 },
    );

    const different = histories.flatMap(({ seed }, index) => {
      const [mine, theirs] = [ours[index], answers[index]];
      return JSON.stringify(mine) === JSON.stringify(theirs) ? [] : [{ seed, hubfleet: mine, chartpress: theirs }];
    });
    expect(different).toEqual([]);
  }, 600_000);

  it("are what script/test's own table says", async () => {
    const made = await pMap(chartpressTable, (_, index) => makeTableRepository(scratch, index), { concurrency: 4 });

    const said = await askChartpress(
      await installChartpress(),
      made.map((directory) => ({ directory, config: "chartpress.yaml" })),
    );

    const prefix = "registry.example.org/fleet/";
    expect(said.map(({ plain }, index) => [chartpressTable[index]?.what, plain])).toEqual(
      chartpressTable.map(({ what, tags: [lab, hub] }) => [what, [`${prefix}lab:${lab}`, `${prefix}hub:${hub}`]]),
    );
  });

  // So that nobody takes easy histories for a proof.
  it("are of every kind", () => {
    const tags = answers.flatMap(({ plain }) => plain ?? []).map((image) => image.slice(image.lastIndexOf(":") + 1));
    const kinds = Object.entries(kindsOfTags).map(([kind, pattern]) => {
      return [kind, tags.filter((tag) => pattern.test(tag)).length] as const;
    });
    const refused = answers.filter(({ plain }) => plain === null).length;
    const met = [...kinds, ["refused by both", refused] as const];

    console.log([`${tags.length} tags`, ...met.map(([kind, number]) => `${kind}: ${number}`)].join(", "));
    expect(met.filter(([, number]) => number === 0)).toEqual([]);
  });
});

const kindsOfTags = {
  "no tag of Git": /^0\.0\.1-0\.dev\.git/,
  "exactly on a tag": /^(?!.*\.git\.\d+\.h)/,
  "after a release": /^(?!0\.0\.1-0\.dev).*-0\.dev\.git\./,
  "after a pre-release": /^(?!.*-0\.dev\.git\.).*\.git\./,
} as const;
