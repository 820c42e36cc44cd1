import { readdirSync, readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type CondaPackage, type LockedPackage, parseLock } from "./parse-lock.ts";
import { renderLock } from "./render-lock.ts";

const sha = "0123456789abcdef".repeat(4);
const commit = "0123456789".repeat(4);

describe("a pin of the pip part", () => {
  it.each<[string, string, Partial<LockedPackage>]>([
    ["alone", "six==1.17.0\n", { name: "six", version: "1.17.0", source: { kind: "index" }, hashes: [] }],
    [
      "with hashes",
      "six==1.17.0 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n    # via -r requirements.txt\n",
      { hashes: ["sha256:1", "sha256:2"] },
    ],
    [
      "with a marker",
      "six==1.17.0 ; python_full_version < '3.12' \\\n    --hash=sha256:1\n",
      { markers: "python_full_version < '3.12'" },
    ],
    ["with extras", "Dask[array]==2026.8.0\n", { name: "dask", version: "2026.8.0" }],
    ["with another spelling", "Typing_Extensions==4.15.0\n", { name: "typing-extensions" }],
    [
      "from Git",
      `tool @ git+https://example.org/a/tool@${commit}\n`,
      { name: "tool", version: undefined, source: { kind: "git", url: "https://example.org/a/tool", commit } },
    ],
    [
      "from a directory of a Git repository",
      `tool @ git+file:///srv/tool@${commit}#subdirectory=python\n`,
      { source: { kind: "git", url: "file:///srv/tool", commit } },
    ],
    [
      "from an address",
      "tool @ https://example.org/tool-1.0.whl ; sys_platform == 'linux' \\\n    --hash=sha256:1\n",
      {
        source: { kind: "url", url: "https://example.org/tool-1.0.whl" },
        markers: "sys_platform == 'linux'",
        hashes: ["sha256:1"],
      },
    ],
  ])("%s", (_what, text, expected) => {
    const { packages } = parseLock(text);

    expect(packages).toHaveLength(1);
    expect(packages[0]).toMatchObject(expected);
  });

  it("stands several times where platforms or patches differ", () => {
    const { packages } = parseLock("a==1 ; python_version < '3.12'\na==2 ; python_version >= '3.12'\n");

    expect(packages.map(({ version }) => version)).toEqual(["1", "2"]);
  });

  it("is not made of options and comments", () => {
    expect(parseLock("--index-url https://example.org\n-e ./here\n# six==1.0\n\n").packages).toEqual([]);
  });
});

describe("a conda package", () => {
  it("is named by its address", () => {
    const line = `@conda linux-64 https://example.org/lab/linux-64/lib-gdal-core-3.10.2-h1_2.conda sha256:${sha}`;

    expect(parseLock(`# header\n${line}\nsix==1.0\n`)).toMatchObject({
      header: ["# header"],
      conda: [{ name: "lib-gdal-core", version: "3.10.2", build: "h1_2", subdir: "linux-64", sha256: sha }],
      packages: [{ name: "six" }],
      pipText: "six==1.0\n",
    });
  });

  it.each([
    ["without a digest", "@conda linux-64 https://example.org/linux-64/a-1-0.conda"],
    ["without a build", `@conda linux-64 https://example.org/linux-64/a.conda sha256:${sha}`],
    ["of a kind that is unknown", "@nix a"],
    ["that is no variable", "@variable A=b"],
  ])("%s is refused", (_what, line) => {
    expect(() => parseLock(`${line}\n`)).toThrow(expect.objectContaining({ code: "LOCK_UNREADABLE" }) as Error);
  });
});

it("reads every lock of the example, whose pins all have hashes", () => {
  const images = new URL("../../../examples/first-fleet/images/", import.meta.url);
  for (const image of readdirSync(images)) {
    const text = readFileSync(new URL(`${image}/lock.txt`, images), "utf8");
    const lock = parseLock(text);

    expect(renderLock(lock)).toBe(text);
    expect(lock.packages.length).toBe(text.match(/^[a-z0-9]\S*==/gm)?.length);
    expect(lock.packages.filter(({ hashes }) => hashes.length === 0)).toEqual([]);
  }
});

it("writes what it reads, in one order", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const condaPackage = fc
    .record({
      name: word,
      version: fc.stringMatching(/^\d\.\d$/),
      build: word,
      subdir: fc.constantFrom("linux-64", "linux-aarch64"),
    })
    .map(({ name, version, build, subdir }): CondaPackage => {
      return {
        name,
        version,
        build,
        subdir,
        url: `https://example.org/${subdir}/${name}-${version}-${build}.conda`,
        sha256: sha,
      };
    });
  const lock = fc.record({
    header: fc.array(word.map((text) => `# ${text}`)),
    variables: fc.dictionary(word, fc.string()),
    conda: fc.array(condaPackage),
    pipText: fc
      .array(
        word.map((name) => `${name}==1.0`),
        { minLength: 1 },
      )
      .map((lines) => `${lines.join("\n")}\n`),
  });
  fc.assert(
    fc.property(lock, (content) => {
      const text = renderLock(content);
      expect(renderLock(parseLock(text))).toBe(text);
      expect(renderLock({ ...content, conda: content.conda.toReversed() })).toBe(text);
      expect({ ...parseLock(text).variables }).toEqual({ ...content.variables });
    }),
  );
});
