import { expect, it } from "vitest";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { createStateFilesMemory } from "../state-files/state-files-memory.ts";
import { createContainerBuilderMemory, type ContainerBuilderMemory } from "./builder-memory.ts";
import { findBuilder } from "./find-builder.ts";

const signal = new AbortController().signal;
const files = createStateFilesMemory();

function three(reasons: Readonly<Record<string, string>>): readonly ContainerBuilderMemory[] {
  return (["docker", "podman", "buildah"] as const).map((kind) => {
    const builder = createContainerBuilderMemory({ kind, files });
    const message = reasons[kind];
    if (message !== undefined) {
      builder.failNext("describe", new HubfleetError("BUILDER_UNUSABLE", { message, hint: `mend ${kind}` }));
    }
    return builder;
  });
}

it.each([
  { reasons: {}, found: "docker" },
  { reasons: { docker: "the Docker daemon cannot be used" }, found: "podman" },
  { reasons: { docker: "docker is not on PATH", podman: "podman is not on PATH" }, found: "buildah" },
])("takes the first that can be used: $found", async ({ reasons, found }) => {
  const { builder, facts } = await findBuilder(three(reasons), { signal });

  expect([builder.kind, facts.kind]).toEqual([found, found]);
});

it("takes the one that was asked for, or says why not", async () => {
  expect((await findBuilder(three({}), { wanted: "buildah", signal })).builder.kind).toBe("buildah");

  const refused = findBuilder(three({ buildah: "buildah 1.20.0 is too old" }), { wanted: "buildah", signal });

  await expect(refused).rejects.toMatchObject({ code: "BUILDER_UNUSABLE", message: "buildah 1.20.0 is too old" });
});

it("says of each why it cannot be used, and what to do for the one that is nearly there", async () => {
  const reasons = {
    docker: "the Docker daemon cannot be used: it does not answer",
    podman: "podman is not on PATH",
    buildah: "buildah is not on PATH",
  };

  await expect(findBuilder(three(reasons), { signal })).rejects.toMatchObject({
    code: "BUILDER_MISSING",
    message: `nothing on this machine builds containers\n  ${Object.values(reasons).join("\n  ")}`,
    hint: "mend docker",
  });
});

it("says what to install where nothing is", async () => {
  const reasons = Object.fromEntries(["docker", "podman", "buildah"].map((kind) => [kind, `${kind} is not on PATH`]));

  await expect(findBuilder(three(reasons), { signal })).rejects.toMatchObject({
    hint: expect.stringContaining("apt-get install buildah"),
  });
});
