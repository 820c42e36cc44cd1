import { expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import { composeImage, installed } from "../../../test/support/compose-image.ts";
import { createPackageIndexMemory } from "../../adapters/package-index/package-index-memory.ts";
import { describeChange } from "../../image/diff/describe-change.ts";
import type { ImageDifference } from "../../image/diff/image-difference.ts";
import { draftImage } from "../resolve-images.ts";
import { compareImages } from "./compare-images.ts";

const header = "# Written by hubfleet.\n# inputs sha256:aa python 3.11\n";
const before = `${header}dask==2026.1.0 \\\n    --hash=sha256:aa\nsix==1.0 \\\n    --hash=sha256:bb\n`;
const after = `${header}dask==2026.3.0 \\\n    --hash=sha256:cc\nsix==1.0 \\\n    --hash=sha256:bb\n`;
const place = { registry: "registry.example.org", repository: "team/lab" };

it("compares the working tree with its last commit, or with the commit that is named", async () => {
  const world = aLocalWorld();
  await commit(world, aFleet().withFile("images/lab/lock.txt", before));
  await commit(world, aFleet().withFile("images/lab/lock.txt", after));
  await world.open(aFleet().withFile("images/lab/lock.txt", after.replace("six==1.0", "six==2.0")));

  expect(words(await compare(world, ["image/lab"]))).toEqual(["six 1.0 → 2.0"]);
  expect(words(await compare(world, ["image/lab@HEAD~1"]))).toEqual(["dask 2026.1.0 → 2026.3.0", "six 1.0 → 2.0"]);
  expect(words(await compare(world, ["image/lab@HEAD~1", "image/lab@HEAD"]))).toEqual(["dask 2026.1.0 → 2026.3.0"]);
});

it("compares a lock with a container, and an image that is taken from a registry", async () => {
  const world = aLocalWorld();
  const { registry } = world.sources;
  const packages = "usr/local/lib/python3.11/site-packages";
  const entries = { ...installed(packages, "dask", "2026.3.0"), ...installed(packages, "six", "1.0") };
  const manifest = await composeImage({ layers: [{ entries }] }, (content) => registry.add(place, content));
  const reference = `registry.example.org/team/lab@${registry.add(place, manifest)}`;
  await commit(
    world,
    aFleet().withFile("images/lab/lock.txt", before).withImage("base", { role: "notebook", from: reference }),
  );

  const difference = await compare(world, ["image/lab", reference]);

  expect(words(difference)).toEqual(["dask 2026.1.0 → 2026.3.0"]);
  expect(difference.after).toMatchObject({
    from: "container",
    platform: "linux/amd64",
    size: { kind: "layers", layers: 1 },
  });
  expect(words(await compare(world, [reference, "image/base"]))).toEqual([]);
  expect(words(await compare(world, ["image/base@HEAD", "image/lab@HEAD"]))).toEqual(["dask 2026.3.0 → 2026.1.0"]);
});

it("reads a layer that both sides have once", async () => {
  const world = aLocalWorld();
  const { registry } = world.sources;
  const common = { entries: installed("usr/local/lib/python3.11/site-packages", "six", "1.0") };
  const references = await Promise.all(
    ["one", "two"].map(async (user) => {
      const manifest = await composeImage({ layers: [common], config: { User: user } }, (content) =>
        registry.add(place, content),
      );
      return `registry.example.org/team/lab@${registry.add(place, manifest)}`;
    }),
  );

  const difference = await compare(world, [references[0] ?? "", references[1] ?? ""]);

  expect(difference.settings).toEqual([{ setting: "USER", from: "one", to: "two" }]);
  // Two configs and the layer.
  expect(registry.read.length).toBe(3);
});

it("knows the size of environments that are built, and says of the others that it does not", async () => {
  const world = aLocalWorld();
  await commit(world, aFleet().withFile("images/lab/lock.txt", before));
  await world.open(aFleet().withFile("images/lab/lock.txt", after));
  const python = await world.environments.findPython("3.11");
  if (python === undefined) throw new Error("the pretended machine has a Python 3.11");
  const directory = draftImage(after, "3.11", python, world).environment;
  await world.files.ensureFile(`${directory}/.complete`, "", 0o644);
  await world.files.ensureFile(`${directory}/bin/python`, "a program", 0o755);

  const difference = await compare(world, ["image/lab"]);

  expect(difference.before.size).toEqual({ kind: "unknown", because: "not built here" });
  expect(difference.after.size).toEqual({ kind: "environment", bytes: await world.files.size(directory) });
});

it("knows the size of an environment whose Python is conda's", async () => {
  const world = aLocalWorld();
  const conda = `@conda linux-64 https://c.example.org/forge/linux-64/python-3.11.99-h1_0.conda sha256:${"a".repeat(64)}`;
  const lock = `${header}${conda}\nsix==1.0\n`;
  await commit(world, aFleet().withFile("images/lab/lock.txt", lock));
  const python = await world.environments.findPython("3.11");
  if (python === undefined) throw new Error("the pretended machine has a Python 3.11");
  const directory = draftImage(lock, "3.11", python, world).environment;
  await world.files.ensureFile(`${directory}/.complete`, "", 0o644);

  const difference = await compare(world, ["image/lab"]);

  expect(difference.after.size).toEqual({ kind: "environment", bytes: await world.files.size(directory) });
});

it("asks the index about what changed: what was taken back, what there is to download", async () => {
  const wheel = (version: string, digest: string, size: number, yanked: string | undefined): object => ({
    filename: `dask-${version}-py3-none-any.whl`,
    hashes: [`sha256:${digest}`],
    size,
    yanked,
  });
  const files = [wheel("2026.1.0", "aa", 1_000, undefined), wheel("2026.3.0", "cc", 1_500, "loses data")] as never;
  const world = aLocalWorld();
  await commit(world, aFleet().withFile("images/lab/lock.txt", before));
  await world.open(aFleet().withFile("images/lab/lock.txt", after));
  const packageIndex = createPackageIndexMemory({ projects: { dask: files } });

  const difference = await compare(world, ["image/lab"], { packageIndex });

  expect(difference.index).toEqual({ kind: "asked" });
  expect(difference.environments[0]?.packages[0]?.index).toEqual({
    yankedBefore: null,
    yankedAfter: "loses data",
    downloadBefore: 1_000,
    downloadAfter: 1_500,
  });
});

it("never takes an index that was not asked for one that says no", async () => {
  const world = aLocalWorld();
  await commit(world, aFleet().withFile("images/lab/lock.txt", before));
  await world.open(aFleet().withFile("images/lab/lock.txt", after));
  const packageIndex = createPackageIndexMemory({ offline: "no way out" });

  const refused = await compare(world, ["image/lab"], { packageIndex });
  const offline = await compare(world, ["image/lab"], { offline: true });
  const unknown = await compare(world, ["image/lab"], { packageIndex: createPackageIndexMemory() });

  expect(refused.index).toEqual({ kind: "not-asked", because: "no way out" });
  expect(offline.index).toEqual({ kind: "not-asked", because: "offline" });
  expect([refused, offline, unknown].map(({ environments }) => environments[0]?.packages[0]?.index)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it.each([
  ["image/labb", "UNKNOWN_TARGET", "did you mean image/lab?"],
  ["image/labb@HEAD", "UNKNOWN_TARGET", "did you mean image/lab?"],
  ["image/", "UNKNOWN_TARGET", "write image/NAME, or image/NAME@REVISION"],
  ["image/lab@", "UNKNOWN_TARGET", "write image/NAME, or image/NAME@REVISION"],
  ["image/lab@nowhere", "REVISION_UNKNOWN", "write it as `git log` shows it, or fetch it first"],
  ["image/hub", "LOCK_ABSENT", "lock the image with `hubfleet image lock`, or compare another commit"],
  ["./none.txt", "LOCK_ABSENT", "write the path of a lock, or image/NAME"],
  [
    "quay.io/team/lab:latest",
    "IMAGE_NOT_PINNED",
    "write registry/name@sha256:… with the 64 hexadecimal digits that the registry shows",
  ],
  [
    "quay.io/team/lab",
    "IMAGE_NOT_PINNED",
    "write registry/name@sha256:… with the 64 hexadecimal digits that the registry shows",
  ],
  [
    `quay.io/team/lab@sha256:${"0".repeat(64)}`,
    "IMAGE_NOT_FOUND",
    "compare it with what the registry shows; its retention rules may have deleted it",
  ],
  ["a b", "UNKNOWN_TARGET", "write image/NAME, image/NAME@REVISION, the path of a lock, or registry/name@sha256:…"],
])("refuses %s in words", async (side, code, hint) => {
  const world = aLocalWorld();
  await commit(world, aFleet().withFile("images/lab/lock.txt", before).without("images/hub/lock.txt"));

  await expect(compare(world, [side, "image/lab"])).rejects.toMatchObject({ code, hint });
});

it("compares only images of the fleet with nothing but their past", async () => {
  await expect(compare(aLocalWorld(), ["images/lab/lock.txt"])).rejects.toMatchObject({ code: "UNKNOWN_TARGET" });
});

it("says that there is no commit to compare with", async () => {
  const world = aLocalWorld();
  await world.open(aFleet().withFile("images/lab/lock.txt", before));

  await expect(compare(world, ["image/lab"])).rejects.toMatchObject({ code: "REVISION_UNKNOWN" });
  await world.sources.git.initialize("/fleet");
  await expect(compare(world, ["image/lab"])).rejects.toMatchObject({
    message: 'Git knows no commit "HEAD": nothing is committed yet',
  });
});

let fleet: FleetBuilder = aFleet();

async function commit(world: PretendedMachine, next: FleetBuilder): Promise<void> {
  fleet = next;
  await world.open(next);
  await world.sources.git.initialize("/fleet");
  await world.sources.git.commitAll("/fleet", "a commit");
}

async function compare(
  world: PretendedMachine,
  sides: readonly [string, string?],
  more: { readonly packageIndex?: ReturnType<typeof createPackageIndexMemory>; readonly offline?: boolean } = {},
): Promise<ImageDifference> {
  const { packageIndex = world.sources.packageIndex, offline = false } = more;
  return compareImages(sides, {
    fleet: async () => fleet.build(),
    directory: "/fleet",
    workingDirectory: "/fleet",
    platform: undefined,
    offline,
    world: { ...world, ...world.sources, packageIndex },
    ...world.watch,
  });
}

function words({ environments }: ImageDifference): readonly string[] {
  return environments.flatMap(({ packages }) => packages.map(describeChange));
}
