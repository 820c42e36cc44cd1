import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";

import { aFleet, type FleetBuilder } from "../../../test/support/a-fleet.ts";
import { answerAsHarness } from "../../../test/support/a-harness.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import { createGitMemory } from "../../adapters/git/git-memory.ts";
import { snapshotOf } from "../../adapters/repository/repository-memory.ts";
import type { Bundle } from "../../bundle/bundle.ts";
import { readFleet } from "../../fleet/read-fleet.ts";
import { type Unreleased, unreleased } from "./unreleased.ts";

const none: Unreleased = { commits: 0, settings: [], images: [], isUncommitted: false };

describe("what is unreleased", () => {
  let machine: PretendedMachine;
  let bundle: Bundle;

  beforeEach(async () => {
    machine = aLocalWorld();
    answerAsHarness(machine, new Set());
    let fleet: FleetBuilder = aFleet()
      .withHub("alpha", { port: 18_000, dask: { enabled: false } })
      .withImage("extra", { paths: ["shared"] })
      .withFile("shared/tool.sh", "tool\n")
      .withGroup("classes", { environment: { TERM: "autumn" } })
      .withFile("look/logo.png", "logo")
      .withPlatform({ appearance: { logo: "look/logo.png" } });
    await machine.sources.git.initialize("/fleet");
    let app = await machine.open(fleet);
    await app.images.lock([], undefined, machine.watch);
    for (const image of ["hub", "lab", "extra"]) {
      const path = `images/${image}/lock.txt`;
      fleet = fleet.withFile(path, (await machine.files.read(`/fleet/${path}`)) ?? "");
    }
    app = await machine.open(fleet);
    await commit();
    bundle = (await app.bundles.create(machine.watch)).bundle;
  });

  const edit = async (path: string, text: string): Promise<void> =>
    void (await machine.files.ensureFile(`/fleet/${path}`, text, 0o644));
  const commit = async (): Promise<unknown> => machine.sources.git.commitAll("/fleet", "change");
  const look = async (sources = machine.sources): Promise<Unreleased> => {
    const tree = Object.entries(machine.files.contents("/fleet")).map(([path, text]) => [
      path.slice("/fleet/".length),
      text,
    ]);
    const snapshot = snapshotOf(Object.fromEntries(tree));
    const reading = readFleet(snapshot);
    if (reading.fleet === undefined) throw new Error("the fleet is sound");
    return unreleased(bundle, {
      reading,
      fleet: reading.fleet,
      directory: "/fleet",
      snapshot,
      sources,
      world: machine,
    });
  };
  const text = async (path: string): Promise<string> => (await machine.files.read(`/fleet/${path}`)) ?? "";

  it("is nothing right after a bundle was made, nor where only live settings or hubs' own files changed", async () => {
    expect(await look()).toEqual(none);

    await edit("hubs/alpha.yaml", `${await text("hubs/alpha.yaml")}environment: { OWN: "1" }\n`);
    await edit("platform.yaml", (await text("platform.yaml")).replace("grace", "grace\n    - lin"));
    await edit("README.md", "notes\n");
    await commit();

    expect(await look()).toEqual(none);
  });

  it("is each gated setting by layer, each file that one names, and each image", async () => {
    await edit("groups/classes.yaml", stringify({ version: 1, environment: { TERM: "spring" } }));
    await commit();
    await edit("look/logo.png", "another logo");
    await edit("shared/tool.sh", "better tool\n");
    await commit();
    await edit("images/lab/lock.txt", `${await text("images/lab/lock.txt")}# other\n`);
    await edit("images/new/image.yaml", "version: 1\nrole: notebook\n");
    await edit("images/new/requirements.txt", await text("images/lab/requirements.txt"));

    expect(await look()).toEqual({
      commits: 2,
      settings: ["group/classes: environment.TERM", "file look/logo.png"],
      images: ["extra", "lab", "new"],
      isUncommitted: true,
    });
    await commit();
    expect(await look()).toMatchObject({ commits: 3, isUncommitted: false });
  });

  it("is an image whose lock does not fit any more", async () => {
    await edit("images/lab/requirements.txt", `${await text("images/lab/requirements.txt")}scipy\n`);

    expect(await look()).toMatchObject({ images: ["lab"], commits: 0, isUncommitted: true });
  });

  it("does not know how many commits where this clone does not have the bundle's", async () => {
    await edit("groups/classes.yaml", "version: 1\n");
    const other = createGitMemory({ tree: async () => ({}) });

    expect(await look({ ...machine.sources, git: other })).toMatchObject({
      commits: undefined,
      settings: ["group/classes: environment.TERM"],
      isUncommitted: false,
    });
  });
});
