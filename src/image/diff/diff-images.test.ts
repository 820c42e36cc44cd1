import * as fc from "fast-check";
import { expect, it } from "vitest";

import { describeChange, describeKind } from "./describe-change.ts";
import { diffImages } from "./diff-images.ts";
import { diffPackages } from "./diff-packages.ts";
import type { EnvironmentContents, ImageContents, Pin } from "./image-contents.ts";
import { isEmptyDifference } from "./image-difference.ts";
import { lockContents } from "./lock-contents.ts";

const size = { kind: "unknown", because: "" } as const;
const commit = "0123456789abcdef0123456789abcdef01234567";

it("tells pair packages first, then what was asked for, then the rest, each with its kind", () => {
  const before = [
    "aiohttp==3.9.0 \\\n    --hash=sha256:aa\n    # via lab",
    "dask==2025.12.0 \\\n    --hash=sha256:ab\n    # via -r requirements.txt",
    "old==1.0 \\\n    --hash=sha256:ac\n    # via lab",
    "scipy==1.17.0 \\\n    --hash=sha256:ad\n    # via\n    #   -r requirements.txt\n    #   xarray",
    "xarray==2.0 \\\n    --hash=sha256:ae\n    # via -r requirements.txt",
  ];
  const after = [
    "aiohttp==4.0.0 \\\n    --hash=sha256:ba\n    # via lab",
    "dask==2026.3.0 \\\n    --hash=sha256:bb\n    # via -r requirements.txt",
    "new==1.0 \\\n    --hash=sha256:bc\n    # via lab",
    "scipy==1.16.9 \\\n    --hash=sha256:bd\n    # via\n    #   -r requirements.txt\n    #   xarray",
    "xarray==2.0.1 \\\n    --hash=sha256:be\n    # via -r requirements.txt",
  ];

  expect(changesOf(before.join("\n"), after.join("\n"))).toEqual([
    "dask 2025.12.0 → 2026.3.0 | into another year",
    "scipy 1.17.0 → 1.16.9 | downgrade (minor)",
    "xarray 2.0 → 2.0.1 | patch",
    "− old | removed",
    "aiohttp 3.9.0 → 4.0.0 | major",
    "+ new 1.0 | added",
  ]);
});

it.each([
  ["order of hashes", "six==1.0 --hash=sha256:aa --hash=sha256:bb", "six==1.0 --hash=sha256:bb --hash=sha256:aa"],
  ["another algorithm", "six==1.0 --hash=sha256:aa", "six==1.0 --hash=sha512:cc"],
  ["another algorithm as well", "six==1.0 --hash=sha256:aa", "six==1.0 --hash=sha512:cc --hash=sha256:aa"],
  ["hashes on one side", "six==1.0 --hash=sha256:aa", "six==1.0"],
  ["spelling of name and version", "My_Pkg==1.0", "my-pkg==1.0.0"],
  ["a login in an address", `x @ git+https://me:secret@h/x.git@${commit}`, `x @ git+https://h/x@${commit}`],
  ["order of packages", "a==1\nb==2", "b==2\na==1"],
])("sees no difference in %s", (_, before, after) => {
  expect(changesOf(before, after)).toEqual([]);
});

it.each([
  ["six==1.0 --hash=sha256:aa", "six==1.0 --hash=sha256:bb", "rebuilt: other files of the same version"],
  ["six==1.0 --hash=sha256:aa", "six==1.0 --hash=sha256:aa --hash=sha256:bb", "files added or withdrawn"],
  ["six==1.0", `six @ git+https://h/six@${commit}`, "moved from the package index to git https://h/six"],
  [`six @ git+https://h/six@${commit}`, `six @ git+https://h/six@${commit.replace("0", "f")}`, "another commit"],
  ["six @ https://h/a.whl", "six @ https://h/b.whl", "moved from https://h/a.whl to https://h/b.whl"],
  ["six==1.0", "six==1.0 ; sys_platform == 'win32'", "for sys_platform == 'win32' instead of all platforms"],
])("tells what %s → %s is", (before, after, expected) => {
  const [change] = changes(before, after);

  expect(change === undefined ? "" : describeKind(change)).toBe(expected);
});

it("compares a package that is pinned by platform platform by platform", () => {
  const before = "six==1.0 ; sys_platform == 'win32'\nsix==1.1 ; sys_platform != 'win32'";
  const after = "six==1.2 ; sys_platform != 'win32'\nsix==1.0 ; sys_platform == 'win32'";

  expect(changesOf(before, after)).toEqual(["six 1.1 → 1.2 | minor"]);
});

it("tells the build of a conda package, its channel, and the platform it is for", () => {
  const line = (subdir: string, channel: string, file: string, digit: string): string =>
    `@conda ${subdir} https://conda.example.org/${channel}/${subdir}/${file}.conda sha256:${digit.repeat(64)}\n`;
  const before = [
    line("linux-64", "main", "zlib-1.3-h1_0", "a"),
    line("linux-64", "main", "zstd-1.5-h1_0", "b"),
    line("linux-64", "main", "python-3.11.9-h1_0", "c"),
  ].join("");
  const after = [
    line("linux-64", "main", "zlib-1.3-h1_1", "d"),
    line("linux-64", "other", "zstd-1.5-h1_0", "b"),
    line("linux-64", "main", "python-3.12.1-h1_0", "e"),
  ].join("");

  expect(changesOf(before, after)).toEqual([
    "python 3.11.9 → 3.12.1 | minor",
    "zstd 1.5, moved from conda https://conda.example.org/main to conda https://conda.example.org/other | moved from conda https://conda.example.org/main to conda https://conda.example.org/other",
    "zlib 1.3, build h1_0 → h1_1 | build h1_0 → h1_1",
  ]);
  const [environment] = diffImages(contents(before), contents(after)).environments;
  expect(environment?.python).toEqual({ from: "3.11.9", to: "3.12.1", isOther: true });
});

it("says that the Python is another, and not that one side knows only its minor", () => {
  const lock = (python: string): ImageContents => contents(`# inputs sha256:aa python ${python}\nsix==1.0\n`);

  expect(diffImages(lock("3.11"), lock("3.12")).environments).toMatchObject([
    { python: { from: "3.11", to: "3.12", isOther: true }, packages: [] },
  ]);
  const container = aContainer([
    { prefix: "/usr/local", python: "3.11.9", packages: lock("3.11").environments[0]?.packages ?? [] },
  ]);
  expect(isEmptyDifference(diffImages(lock("3.11"), container))).toBe(true);
});

it("compares environments of a container by their place, and a lock with the largest", () => {
  const small = { prefix: "/usr", python: undefined, packages: [pin("apt-listchanges", "1")] };
  const large = { prefix: "/opt/conda", python: "3.11.9", packages: [pin("a", "1"), pin("b", "1")] };
  const other = { ...large, packages: [pin("a", "2"), pin("b", "1")] };

  expect(diffImages(aContainer([small, large]), aContainer([other, small])).environments).toMatchObject([
    { prefix: "/opt/conda", kind: "changed", packages: [{ name: "a" }] },
  ]);
  const withLock = diffImages(contents("a==1\nb==2"), aContainer([small, large]));
  expect(withLock.environments).toMatchObject([{ prefix: "/opt/conda", kind: "changed", packages: [{ name: "b" }] }]);
  expect(withLock.remarks).toContain("the lock is compared with the largest environment of 2");
});

it("tells settings, hides values that look secret, and says when platforms differ", () => {
  const before = aContainer([], { environment: { API_TOKEN: "one", PATH: "/bin" }, user: "jovyan" });
  const after = { ...aContainer([], { environment: { API_TOKEN: "two", PATH: "/bin" } }), platforms: ["linux/arm64"] };

  const difference = diffImages(before, after);

  expect(difference.settings).toEqual([
    { setting: "ENV API_TOKEN", from: "(not shown)", to: "(not shown)" },
    { setting: "USER", from: "jovyan", to: undefined },
  ]);
  expect(difference.remarks).toEqual(["no longer built for linux/amd64", "now also built for linux/arm64"]);
});

const somePin: fc.Arbitrary<Pin> = fc
  .record({
    name: fc.constantFrom("a", "b", "c", "dask"),
    version: fc.constantFrom("1.0", "1.1", "2.0rc1", "2026.1"),
    marker: fc.constantFrom(undefined, "x", "y"),
    hashes: fc.uniqueArray(fc.constantFrom("sha256:a", "sha256:b", "sha512:a"), { maxLength: 2 }),
    isDirect: fc.boolean(),
  })
  .map((pinned) => ({ ...pin(pinned.name, pinned.version), ...pinned }));
const somePins = fc.uniqueArray(somePin, {
  maxLength: 8,
  selector: ({ name, marker, version }) => `${name} ${marker} ${version}`,
});

it("finds nothing between an image and itself, in whatever order", () => {
  fc.assert(
    fc.property(somePins, (pins) => {
      const reversed = pins.toReversed().map((one) => ({ ...one, hashes: one.hashes.toReversed() }));
      expect(diffPackages(pins, reversed)).toEqual([]);
    }),
  );
});

it("does not depend on the order in which packages are named", () => {
  fc.assert(
    fc.property(somePins, somePins, (before, after) => {
      expect(diffPackages(before.toReversed(), after.toReversed())).toEqual(diffPackages(before, after));
    }),
  );
});

it("is mirrored when the sides are", () => {
  const key = ({ name, from, to, aspects }: ReturnType<typeof diffPackages>[number], isMirrored: boolean): string => {
    const [one, other] = isMirrored ? [to, from] : [from, to];
    return JSON.stringify([name, one, other, aspects]);
  };
  fc.assert(
    fc.property(somePins, somePins, (before, after) => {
      const there = diffPackages(before, after).map((change) => key(change, false));
      const back = diffPackages(after, before).map((change) => key(change, true));
      expect(back.sort()).toEqual(there.sort());
    }),
  );
});

function contents(lock: string): ImageContents {
  return lockContents(lock, { name: "image/lab", size });
}

function changes(before: string, after: string): ReturnType<typeof diffPackages> {
  return diffImages(contents(before), contents(after)).environments.flatMap(({ packages }) => packages);
}

function changesOf(before: string, after: string): readonly string[] {
  return changes(before, after).map((change) => `${describeChange(change)} | ${describeKind(change)}`);
}

function aContainer(
  environments: readonly EnvironmentContents[],
  settings: Partial<NonNullable<ImageContents["settings"]>> = {},
): ImageContents {
  return {
    name: "registry.example.org/lab",
    from: "container",
    environments,
    system: [],
    settings: {
      environment: {},
      labels: {},
      user: "",
      workingDirectory: "",
      entrypoint: [],
      command: [],
      distribution: undefined,
      ...settings,
    },
    size,
    platform: "linux/amd64",
    platforms: ["linux/amd64"],
    remarks: [],
  };
}

function pin(name: string, version: string): Pin {
  return {
    name,
    version,
    source: { kind: "index" },
    marker: undefined,
    hashes: [],
    isDirect: undefined,
    requiredBy: [],
  };
}
