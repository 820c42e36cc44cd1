import { expect, it } from "vitest";

import type { LargeFilesMemory } from "../../adapters/large-files/large-files-memory.ts";
import type { RegistryMemory } from "../../adapters/registry/registry-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import {
  aBase,
  aPublishingWorld as aWorld,
  elsewhere,
  onAmd64,
  onArm64,
  target,
} from "../../../test/support/a-publishing-world.ts";
import type { Published } from "./publish-container.ts";

it("leaves no tag and no file whatever fails, and is finished by the next run", async () => {
  const expected = await aFaultyWorld(Infinity).publish();
  const steps = expected.steps;
  expect(steps).toBeGreaterThan(20);

  for (let fails = 0; fails < steps; fails += 1) {
    const world = aFaultyWorld(fails);
    const ending = await world.publish().catch((error: unknown) => error);
    // The last looks at the tag come after it is put: then it is the right one.
    const { tags } = world.registry.contents(target);
    expect(ending).toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    expect([undefined, expected.published.digest]).toContain(tags["v1"]);
    expect(tags["v1"] === undefined || fails === steps - 1 || world.lastDeed === "afterPut").toBe(true);
    expect(world.files.paths()).toEqual(["/amd64.tar", "/arm64.tar"]);

    world.registry.trouble = () => undefined;
    const { digest } = await world.again();
    expect(digest).toBe(expected.published.digest);
    expect(world.registry.contents(target)).toEqual(expected.contents);
    expect(new Set(world.registry.uploaded).size).toBe(world.registry.uploaded.length);
  }
});

interface FaultyWorld {
  readonly registry: RegistryMemory;
  readonly files: LargeFilesMemory;
  readonly lastDeed: string;
  publish(): Promise<{ published: Published; steps: number; contents: ReturnType<RegistryMemory["contents"]> }>;
  again(): Promise<Published>;
}

/** A world whose registry fails at the nth thing that it is asked for, and at everything after. */
function aFaultyWorld(fails: number): FaultyWorld {
  const world = aWorld();
  const given = { archives: [onAmd64, onArm64], base: aBase(world.registry, elsewhere) };
  let [steps, lastDeed] = [0, ""];
  world.registry.trouble = (deed) => {
    steps += 1;
    if (steps <= fails) return undefined;
    if (lastDeed === "") lastDeed = deed;
    return new HubfleetError("REGISTRY_UNREACHABLE", { message: `down at ${deed}` });
  };
  return {
    ...world,
    get lastDeed() {
      return lastDeed;
    },
    again: () => world.publish(given),
    publish: async () => ({
      published: await world.publish(given),
      steps,
      contents: world.registry.contents(target),
    }),
  };
}
