import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

describe("the package", () => {
  let root: string;
  let installed: string;
  let paths: readonly string[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-package-"));
    installed = join(root, "installed");
    await mkdir(installed);
    await writeFile(join(installed, "package.json"), "{}\n");
    await npm(["pack", "--pack-destination", root], checkout);
    const tarball = `hubfleet-${await version()}.tgz`;
    const { stdout } = await execa("tar", ["-tzf", join(root, tarball)]);
    paths = stdout.split("\n").map((path) => path.replace(/^package\//, ""));
    await npm(["install", "--no-audit", "--no-fund", join("..", tarball)], installed);
  });

  afterAll(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it("holds the program, its Python, the example and the licence", async () => {
    const { stdout } = await execa("git", ["ls-files", "assets", "examples", "schemas"], { cwd: checkout });

    const wanted = [...stdout.split("\n"), "dist/main.js", "package.json", "LICENSE"];
    expect(wanted.filter((path) => path !== "" && !paths.includes(path))).toEqual([]);
    expect(paths.some((path) => path.startsWith("assets/python/hubfleet_local/"))).toBe(true);
    expect(paths.some((path) => path.startsWith("examples/first-fleet/"))).toBe(true);
  });

  it("holds neither tests, nor sources, nor what tools left behind", () => {
    const unwanted =
      /\.test\.|(^|\/)tests?\/|^src\/|^script\/|\.ts$|\.map$|__pycache__|\.pyc$|\.tgz$|(^|\/)node_modules\//;

    // An image's own tests are part of the example.
    const own = paths.filter((path) => !path.startsWith("examples/first-fleet/images/lab/tests/"));
    expect(own.filter((path) => unwanted.test(path))).toEqual([]);
  });

  it("installs into an empty directory, where npx hubfleet --help and --version work", async () => {
    const help = await hubfleet(["--help"]);
    const told = await hubfleet(["--version"]);

    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Usage: hubfleet") as string });
    expect(told).toMatchObject({ exitCode: 0, stdout: await version() });
  });

  it("says what is wrong with the command line, with exit status 64", async () => {
    const told = await hubfleet(["nonsense"]);

    expect(told).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("nonsense") as string });
  });

  it("finds its own assets: a fleet can be checked and looked at", async () => {
    await cp(join(installed, "node_modules/hubfleet/examples/first-fleet"), join(installed, "fleet"), {
      recursive: true,
    });

    expect(await hubfleet(["validate", "-C", "fleet"])).toMatchObject({ exitCode: 0 });
    expect(await hubfleet(["status", "-C", "fleet", "-o", "name"])).toMatchObject({ exitCode: 0 });
  });

  async function hubfleet(words: readonly string[]): Promise<{ exitCode?: number; stdout: string; stderr: string }> {
    return execa("npx", ["--no-install", "hubfleet", ...words], {
      cwd: installed,
      env: { ...withoutNpm(), HUBFLEET_STATE: join(root, "state"), NO_COLOR: "1" },
      extendEnv: false,
      reject: false,
    });
  }
});

async function npm(words: readonly string[], directory: string): Promise<void> {
  await execa("npm", [...words, "--loglevel=error"], { cwd: directory, env: withoutNpm(), extendEnv: false });
}

/** The variables that an npm around the tests adds would tell the one inside where it is. */
function withoutNpm(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/i.test(name));
  return Object.fromEntries(own) as Record<string, string>; // process.env lists only variables that are set
}

async function version(): Promise<string> {
  const text = await readFile(join(checkout, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version; // our own file
}
