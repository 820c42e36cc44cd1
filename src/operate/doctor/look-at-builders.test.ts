import { expect, it } from "vitest";

import { createContainerBuilderMemory } from "../../adapters/container-builder/builder-memory.ts";
import { findBuilder } from "../../adapters/container-builder/find-builder.ts";
import { createStateFilesMemory } from "../../adapters/state-files/state-files-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import { lookAtBuilders } from "./look-at-builders.ts";

const builder = (): ReturnType<typeof createContainerBuilderMemory> =>
  createContainerBuilderMemory({ kind: "podman", files: createStateFilesMemory() });
const sourcesWith = (one: ReturnType<typeof builder>): Pick<ImageSources, "findBuilder"> => ({
  findBuilder: (asked) => findBuilder([one], asked),
});
// Only the registries are looked at.
const withRegistry = { registries: { main: { address: "quay.io/hubs" } } } as unknown as Fleet;

it("says nothing of builders to a fleet that has no registry", async () => {
  expect(await lookAtBuilders({ registries: {} } as unknown as Fleet, sourcesWith(builder()))).toEqual([]);
});

it("names the builder that would be used", async () => {
  expect(await lookAtBuilders(withRegistry, sourcesWith(builder()))).toEqual([
    { level: "ok", about: "containers", says: "podman 0.0.0, pretended", todo: "" },
  ]);
});

it("says in one line why there is none, and what to do", async () => {
  const down = builder();
  const message = "podman is not on PATH";
  down.failNext("describe", new HubfleetError("BUILDER_UNUSABLE", { message, hint: "install it" }));

  const [line] = await lookAtBuilders(withRegistry, sourcesWith(down));

  expect(line).toMatchObject({
    level: "warn",
    says: "nothing on this machine builds containers; podman is not on PATH",
  });
  expect(line?.todo).toContain("apt-get install");
});
