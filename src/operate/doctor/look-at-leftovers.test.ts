import { expect, it } from "vitest";

import { aLocalWorld } from "../../../test/support/a-local-world.ts";
import { retentionOf } from "../housekeeping/retention-of.ts";
import { lookAtLeftovers } from "./look-at-leftovers.ts";

const asks =
  (...words: readonly string[]) =>
  ({ argv }: { readonly argv: readonly string[] }): boolean =>
    words.every((word) => argv.includes(word));
const cacheLine = async (world: ReturnType<typeof aLocalWorld>): Promise<string | undefined> =>
  (await lookAtLeftovers(world, retentionOf(undefined))).find(({ about }) => about === "package cache")?.says;

it("says how large uv's cache is, as uv does, and only where it is when that uv does not count", async () => {
  const world = aLocalWorld();
  world.programs.answer(asks("cache", "dir"), { exitCode: 0, output: "/home/ada/.cache/uv" });
  world.programs.answer(asks("cache", "size"), { exitCode: 2, output: "error: unrecognized subcommand 'size'" });
  const old = await cacheLine(world);
  world.programs.answer(asks("cache", "size"), { exitCode: 0, output: "4003893248" });

  expect(old).toMatch(/^\/home\/ada\/\.cache\/uv, shared by all/);
  expect(await cacheLine(world)).toMatch(/^4\.0 GB in \/home\/ada\/\.cache\/uv, shared by all/);
});

it("says nothing of it where there is no uv", async () => {
  const world = aLocalWorld();
  world.programs.answer(asks("cache"), { exitCode: 127, output: "" });

  expect(await cacheLine(world)).toBeUndefined();
});
