import { expect, it } from "vitest";

import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import {
  type ComposedImage,
  type ComposedLayer,
  composeImage,
  composeList,
  installed,
} from "../../../test/support/compose-image.ts";
import type { ImageContents } from "../../image/diff/image-contents.ts";
import { readContainer } from "./read-container.ts";

const place = { registry: "registry.example.org", repository: "team/lab" };
const site = "opt/venv/lib/python3.11/site-packages";

it("reads packages by environment, with where they came from", async () => {
  const conda = {
    name: "numpy",
    version: "2.4.6",
    build: "py311_0",
    url: "https://c.example.org/forge/linux-64/numpy.conda",
  };
  const condaPython = { ...conda, name: "python", version: "3.12.4", build: "h1_0", requested_spec: "python=3.12" };
  const commit = "a".repeat(40);
  const git = { url: "https://me:secret@git.example.org/x.git", vcs_info: { vcs: "git", commit_id: commit } };
  const found = await contentsOf({
    config: {
      Env: ["PATH=/bin", "EMPTY="],
      User: "jovyan",
      Labels: { "org.example.lock": "1" },
      Cmd: ["jupyter", "lab"],
    },
    layers: [
      {
        entries: {
          "opt/venv/pyvenv.cfg": "home = /usr/bin\nversion_info = 3.11.7\n",
          ...installed(site, "Dask_Gateway", "2026.3.0", { REQUESTED: "" }),
          ...installed(site, "from_git", "1.0", { "direct_url.json": JSON.stringify(git) }),
          [`${site}/setuptools/_vendor/packaging-1.0.dist-info/METADATA`]: "Name: packaging\nVersion: 1.0\n\n",
          "usr/lib/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
          "var/lib/dpkg/status":
            "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\n\n" +
            "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n",
        },
      },
      {
        compression: "zstd",
        entries: {
          "srv/conda/conda-meta/numpy-2.4.6-py311_0.json": JSON.stringify(conda),
          "srv/conda/conda-meta/python-3.12.4-h1_0.json": JSON.stringify(condaPython),
          "srv/conda/conda-meta/history": "==> <==\n",
          ...installed("srv/conda/lib/python3.12/site-packages", "numpy", "2.4.6", { INSTALLER: "conda\n" }),
          ...installed("srv/conda/lib/python3.12/site-packages", "pipped", "1.0", { INSTALLER: "pip\n" }),
          ...installed("srv/conda/pkgs/other-1.0-0/lib/python3.12/site-packages", "other", "1.0"),
        },
      },
    ],
  });

  expect(found.environments).toMatchObject([
    {
      prefix: "/opt/venv",
      python: "3.11.7",
      packages: [
        { name: "dask-gateway", version: "2026.3.0", source: { kind: "index" }, isDirect: true },
        { name: "from-git", source: { kind: "git", url: "https://git.example.org/x.git", commit }, isDirect: false },
      ],
    },
    {
      prefix: "/srv/conda",
      python: "3.12.4",
      packages: [
        { name: "numpy", source: { kind: "conda", channel: "https://c.example.org/forge", build: "py311_0" } },
        { name: "python", isDirect: true },
        { name: "pipped", source: { kind: "index" } },
      ],
    },
  ]);
  expect(found.system).toMatchObject([{ name: "libc6", version: "2.36-9" }]);
  expect(found.settings).toEqual({
    environment: { PATH: "/bin", EMPTY: "" },
    labels: { "org.example.lock": "1" },
    user: "jovyan",
    workingDirectory: "",
    entrypoint: [],
    command: ["jupyter", "lab"],
    distribution: "Debian GNU/Linux 12 (bookworm)",
  });
});

it.each<readonly [string, readonly ComposedLayer["entries"][], readonly string[]]>([
  [
    "a file that an upper layer writes anew",
    [installed(site, "a", "1"), { [`${site}/a-1.dist-info/METADATA`]: "Name: a\nVersion: 2\n\n" }],
    ["a 2"],
  ],
  [
    "a directory that is taken away",
    [installed(site, "a", "1"), { [`${site}/.wh.a-1.dist-info`]: "", ...installed(site, "a", "2") }],
    ["a 2"],
  ],
  ["a file that is taken away", [installed(site, "a", "1"), { [`${site}/a-1.dist-info/.wh.METADATA`]: "" }], []],
  [
    "a directory that starts anew",
    [
      { ...installed(site, "a", "1"), ...installed(site, "b", "1") },
      { "opt/venv/.wh..wh..opq": "", ...installed(site, "b", "2") },
    ],
    ["b 2"],
  ],
  [
    "a directory that starts anew, said last",
    [installed(site, "a", "1"), { ...installed(site, "b", "2"), [`${site}/.wh..wh..opq`]: "" }],
    ["b 2"],
  ],
  ["a name that only begins the same", [installed(site, "ab", "1"), { [`${site}/.wh.a`]: "" }], ["ab 1"]],
  ["a link that takes a directory's place", [installed(site, "a", "1"), { "opt/venv": { symlink: "/srv/venv" } }], []],
  [
    "what came back after it was taken away",
    [installed(site, "a", "1"), { "opt/.wh.venv": "" }, installed(site, "a", "1")],
    ["a 1"],
  ],
  [
    "a package linked to the manager's store",
    [
      {
        ...installed("srv/pkgs/a-1/lib/python3.11/site-packages", "a", "1"),
        [`${site}/a-1.dist-info/METADATA`]: {
          link: "srv/pkgs/a-1/lib/python3.11/site-packages/a-1.dist-info/METADATA",
        },
      },
    ],
    ["a 1"],
  ],
  [
    "paths that begin with a dot, and one that leads out",
    [{ ...installed(`./${site}`, "a", "1"), ...installed(`../${site}`, "b", "1") }],
    ["a 1"],
  ],
  ["a package made unreadable", [installed(site, "a", "1"), { [`${site}/a-1.dist-info/METADATA`]: "nothing\n" }], []],
])("knows %s", async (_, layers, expected) => {
  const found = await contentsOf({ layers: layers.map((entries) => ({ entries })) });

  expect(
    found.environments.flatMap(({ packages }) => packages.map(({ name, version }) => `${name} ${version}`)),
  ).toEqual(expected);
});

it("chooses the platform, and reads no layer twice", async () => {
  const world = aLocalWorld();
  const { registry } = world.sources;
  const keep = (content: Buffer): string => registry.add(place, content);
  const common = { entries: installed(site, "common", "1") };
  const images = await Promise.all(
    ["amd64", "arm64"].map(async (architecture) => {
      const layers = [common, { entries: installed(site, `for-${architecture}`, "1") }];
      const manifest = await composeImage({ architecture, layers }, keep);
      keep(manifest);
      return { manifest, architecture };
    }),
  );
  const digest = registry.add(place, composeList(images));

  const usual = await read(world, digest);
  const asked = registry.read.length;
  const other = await read(world, digest, "linux/arm64");

  expect(usual).toMatchObject({ platform: "linux/amd64", platforms: ["linux/amd64", "linux/arm64"] });
  expect(usual.environments[0]?.packages.map(({ name }) => name)).toEqual(["common", "for-amd64"]);
  expect(other.environments[0]?.packages.map(({ name }) => name)).toEqual(["common", "for-arm64"]);
  // Config and the layer of its own; the common one is known.
  expect(registry.read.length - asked).toBe(2);
  await expect(read(world, digest, "linux/s390x")).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    hint: "it is built for: linux/amd64, linux/arm64",
  });
});

it("says that an image of one platform is not built for another", async () => {
  const world = aLocalWorld();
  const { registry } = world.sources;
  const manifest = await composeImage({ layers: [] }, (content) => registry.add(place, content));

  await expect(read(world, registry.add(place, manifest), "linux/arm64")).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    message: '"lab" is not built for linux/arm64',
    hint: "it is built for: linux/amd64",
  });
});

it("believes nothing of a layer that is not what its digest names", async () => {
  const world = aLocalWorld();
  const { registry } = world.sources;
  const manifest = await composeImage({ layers: [{ entries: installed(site, "a", "1") }] }, (content) =>
    registry.add(place, content),
  );
  const digest = registry.add(place, manifest);
  const layer = (JSON.parse(manifest.toString()) as { layers: { digest: string }[] }).layers[0]?.digest ?? "";
  registry.damage(layer);

  await expect(read(world, digest)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });

  expect(Object.keys(world.files.contents("/state/cache"))).toEqual([]);
});

it.each([
  ["no JSON", "text", "no JSON object"],
  [
    "a chart",
    JSON.stringify({ mediaType: "application/vnd.example", config: {} }),
    "a manifest of type application/vnd.example",
  ],
  ["Docker's first format", JSON.stringify({ schemaVersion: 1 }), "a manifest of Docker's first format"],
])("refuses %s in the place of an image", async (_, content, words) => {
  const world = aLocalWorld();
  const digest = world.sources.registry.add(place, content);

  await expect(read(world, digest)).rejects.toMatchObject({
    code: "IMAGE_UNREADABLE",
    message: `"registry.example.org/team/lab@${digest}" holds ${words}, which hubfleet cannot read`,
  });
});

it("says which layer is broken", async () => {
  const world = aLocalWorld();
  const { registry } = world.sources;
  const layer = registry.add(place, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  const config = registry.add(place, "{}");
  const manifest = JSON.stringify({ config: { digest: config }, layers: [{ digest: layer, size: 13 }] });

  await expect(read(world, registry.add(place, manifest))).rejects.toMatchObject({
    code: "IMAGE_UNREADABLE",
    message: expect.stringContaining(layer) as string,
  });
});

async function contentsOf(image: ComposedImage): Promise<ImageContents> {
  const world = aLocalWorld();
  const { registry } = world.sources;
  return read(world, registry.add(place, await composeImage(image, (content) => registry.add(place, content))));
}

async function read(world: PretendedMachine, digest: string, platform?: string): Promise<ImageContents> {
  const props = { platform, shared: new Map(), world: { ...world, ...world.sources }, ...world.watch };
  return readContainer({ ...place, digest }, "lab", props);
}
