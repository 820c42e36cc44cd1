import { expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../../test/support/a-fleet.ts";
import { createStateFilesMemory } from "../../adapters/state-files/state-files-memory.ts";
import { lockHeader } from "../../image/lock/lock-header.ts";
import { containerRecipe, type ContainerRecipe } from "./container-recipe.ts";

const digest = `sha256:${"b".repeat(64)}`;
const base = `docker.io/library/python:3.11-slim@${digest}`;
const based = aFleet().withImage("lab", { base, variants: { next: { requirements: "next.txt" } } });

/** Every package list of the fleet is locked as it stands; then come the changes. */
async function recipe(
  fleet: FleetBuilder,
  name: string,
  changed: Readonly<Record<string, string>> = {},
): Promise<ContainerRecipe> {
  const image = fleet.build().images.get(name);
  if (image === undefined) throw new Error(`no image ${name}`);
  const files: Record<string, string> = {};
  for (const [path, content] of Object.entries(fleet.files())) {
    if (typeof content === "string") files[`/fleet/${path}`] = content;
  }
  for (const { requirements, lock } of fleet.build().images.values()) {
    const text = files[`/fleet/${requirements}`];
    if (text === undefined || files[`/fleet/${lock}`] !== undefined) continue;
    const header = lockHeader({ requirements: text, pythonMinor: "3.11" }).join("\n");
    files[`/fleet/${lock}`] = `${header}\nsix==1.17.0 --hash=sha256:1\n`;
  }
  return containerRecipe(image, { directory: "/fleet", files: createStateFilesMemory({ ...files, ...changed }) });
}

it("starts from the image's base, by digest alone", async () => {
  const made = await recipe(based.withFile("images/lab/next.txt", "six\n"), "lab");

  expect(made).toMatchObject({ isOwn: false, base: `docker.io/library/python@${digest}`, buildArguments: {} });
  expect(made.dockerfile).toContain(`FROM docker.io/library/python@${digest}\n`);
  expect(made.dockerfile).toContain("ARG LOCK=lock.txt\nCOPY $LOCK ");
});

it("gives a variant its own lock", async () => {
  const fleet = based.withFile("images/lab/next.txt", "six\n");

  expect((await recipe(fleet, "lab/next")).dockerfile).toContain("ARG LOCK=lock.next.txt\nCOPY $LOCK ");
});

it("takes a Dockerfile as it is, and tells it which lock it is built with", async () => {
  const text = `FROM docker.io/library/debian@${digest} AS tools\nFROM ${base}\nARG LOCK=lock.txt\nCOPY $LOCK /tmp/lock.txt\n`;
  const fleet = based.withFile("images/lab/next.txt", "six\n").withFile("images/lab/Dockerfile", text);

  expect(await recipe(fleet, "lab/next")).toEqual({
    dockerfile: text,
    isOwn: true,
    base,
    buildArguments: { LOCK: "lock.next.txt" },
  });
});

it("refuses a variant whose Dockerfile would not tell it from its image", async () => {
  const fleet = based
    .withFile("images/lab/next.txt", "six\n")
    .withFile("images/lab/Dockerfile", `FROM ${base}\nCOPY lock.txt /tmp/lock.txt\n`);

  await expect(recipe(fleet, "lab/next")).rejects.toMatchObject({ code: "VARIANT_WITHOUT_EFFECT" });
  expect(await recipe(fleet, "lab")).toMatchObject({ isOwn: true, buildArguments: {} });
});

it("an empty Dockerfile is none: a shell makes one before it prints ours into it", async () => {
  const fleet = based.withFile("images/lab/next.txt", "six\n").withFile("images/lab/Dockerfile", "");

  expect(await recipe(fleet, "lab")).toMatchObject({ isOwn: false });
});

it.each<[string, FleetBuilder, string, string]>([
  ["without a base or a Dockerfile", aFleet().withImage("spare"), "BASE_MISSING", "image pin spare REFERENCE"],
  ["for a hub", aFleet().withImage("spare", { role: "hub" }), "BASE_MISSING", "quay.io/jupyterhub/k8s-hub:VERSION"],
  ["taken as it is", aFleet().withImage("spare", { from: base }), "NO_DOCKERFILE", "nothing to build"],
])("refuses an image %s", async (_what, fleet, code, hint) => {
  await expect(recipe(fleet, "spare")).rejects.toMatchObject({
    code,
    hint: expect.stringContaining(hint) as string,
  });
});

it("refuses a lock that does not fit, and an apt.txt that became unsound after the fleet was read", async () => {
  const stale = based.withFile("images/lab/next.txt", "six\n").withFile("images/lab/lock.txt", "six==1.17.0\n");

  await expect(recipe(stale, "lab")).rejects.toMatchObject({ problems: [{ code: "LOCK_STALE" }] });
  await expect(
    recipe(based.withFile("images/lab/next.txt", "six\n"), "lab", { "/fleet/images/lab/apt.txt": "--yes\n" }),
  ).rejects.toMatchObject({ problems: [{ code: "APT_FILE_INVALID" }] });
});
