import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect } from "vitest";

import { parseLock } from "../../src/image/lock/parse-lock.ts";
import type { BuildRequest, CondaRequest, Environments, LockRequest, Python } from "../../src/ports/environments.ts";
import { composeChannel, pythonPackages } from "../support/conda/conda-channel.ts";
import { anUvSubject, type EnvironmentsSubject, minorOf, newestPython } from "../support/environments-subject.ts";
import { eventually } from "../support/eventually.ts";
import { isRoot, skipUnless, tool } from "../support/skip.ts";

/** Programs behind this have no network but their own loopback. */
const withoutNetwork = isRoot ? ["unshare", "-n"] : ["unshare", "-r", "-n"];
const canBeCutOff = spawnSync(withoutNetwork[0] ?? "", [...withoutNetwork.slice(1), "true"]).status === 0;
const itWithUv = skipUnless(tool("uv"), "uv is not installed");
const itCutOff = skipUnless(tool("uv") && canBeCutOff, "uv is not installed, or a network namespace cannot be made");
const never = new AbortController().signal;

let subject: EnvironmentsSubject;
let environments: Environments;
let python: Python;

beforeEach(async () => {
  subject = await anUvSubject();
  environments = subject.create();
  python = await newestPython(environments);
});

afterEach(async () => subject.clean());

async function lockOf(requirements: string | undefined, conda?: Partial<CondaRequest>): Promise<LockRequest> {
  const image = join(subject.root, "image");
  mkdirSync(image, { recursive: true });
  const paths = { requirements: join(image, "requirements.txt"), lock: join(image, "lock.txt") };
  if (requirements !== undefined) writeFileSync(paths.requirements, requirements);
  const asked = { channels: [], dependencies: [], pip: [], variables: {}, platforms: ["linux/amd64", "linux/arm64"] };
  const request = {
    ...paths,
    fleetDirectory: subject.root,
    python,
    pythonMinor: minorOf(python),
    header: ["# Written by hubfleet."],
    ...(conda === undefined ? {} : { conda: { ...asked, ...conda } }),
  };
  writeFileSync(request.lock, await environments.lock(request, never));
  return request;
}

function buildOf({ lock }: LockRequest): BuildRequest {
  return { directory: join(subject.root, "environments", "key"), lock, python };
}

function say(directory: string, program: string, ...argv: readonly string[]): string {
  return execFileSync(join(directory, "bin", program), argv, { cwd: "/", env: {}, encoding: "utf8" }).trim();
}

/** A library that knows where it lies, a command in pure Python, an old package of which the channel knows the MD5. */
function makeChannel(interpreter: "whole" | "small"): string {
  return composeChannel(join(subject.root, "channel"), python, [
    ...pythonPackages(python, interpreter),
    ...["linux-64", "linux-aarch64"].map((subdir) => ({
      name: "libwords",
      version: "1.2",
      subdir,
      format: "tar.bz2" as const,
      digest: "md5" as const,
      files: {
        "share/words/where.txt": "words=PREFIX/share/words\n",
        "lib/words.bin": "\u0000PREFIX/share/words\u0000rest\u0000",
        "etc/conda/activate.d/words.sh":
          'export WORDS_DATA="$CONDA_PREFIX/share/$WORDS"\nexport PATH="/elsewhere:$PATH"\n',
      },
      prefixed: { "share/words/where.txt": "text" as const, "lib/words.bin": "binary" as const },
    })),
    {
      name: "greeting",
      version: "2.0",
      noarch: "python",
      depends: ["python >=3.10", "libwords"],
      entryPoints: ["greet = greeting:main"],
      files: { "site-packages/greeting/__init__.py": "def main():\n    print('good day')\n" },
    },
  ]);
}

itCutOff(
  "a conda environment is whole where it lies, and is built again with neither network nor channel",
  async () => {
    const channel = makeChannel("whole");
    const request = await lockOf(undefined, {
      channels: [channel],
      dependencies: ["greeting"],
      pip: ["dask==2026.8.0"],
      variables: { WORDS: "words" },
    });
    const build = buildOf(request);
    const { directory } = build;
    await environments.ensure(build, never);

    const packages = parseLock(readFileSync(request.lock, "utf8")).conda;
    const old = packages.filter(({ name }) => name === "libwords").map(({ sha256 }) => sha256);
    expect(old.every((digest) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
    const look = (): void => {
      expect(say(directory, "greet")).toBe("good day");
      expect(
        say(directory, "python", "-c", "import sys, dask, greeting, ssl; print(sys.prefix, dask.__version__)"),
      ).toBe(`${directory} 2026.8.0`);
      expect(readFileSync(join(directory, "share/words/where.txt"), "utf8")).toBe(`words=${directory}/share/words\n`);
      const binary = readFileSync(join(directory, "lib/words.bin"), "latin1");
      expect(binary.split("\u0000")[1]).toBe(`${directory}/share/words`);
      expect(binary).toContain("\u0000rest\u0000");
      expect(JSON.parse(readFileSync(join(directory, "etc/hubfleet/activation.json"), "utf8"))).toEqual({
        version: 1,
        variables: { WORDS: "words", WORDS_DATA: `${directory}/share/words` },
      });
      expect(readFileSync(join(directory, "conda-meta/greeting-2.0-0.json"), "utf8")).toContain(`"${channel}/noarch/`);
    };
    look();

    rmSync(directory, { recursive: true });
    rmSync(join(subject.root, "channel"), { recursive: true });
    const cutOff = await anUvSubject({ root: subject.root, before: withoutNetwork });
    await cutOff.create().ensure(build, never);

    look();
  },
);

itCutOff("an environment of pip packages is built again without a network, or says that it needs one", async () => {
  const build = buildOf(await lockOf("six==1.17.0\n"));
  await environments.ensure(build, never);
  rmSync(build.directory, { recursive: true });

  const cutOff = await anUvSubject({ root: subject.root, before: withoutNetwork });
  await cutOff.create().ensure(build, never);

  expect(say(build.directory, "python", "-c", "import six; print(six.__version__)")).toBe("1.17.0");
  const emptyCache = ["env", `UV_CACHE_DIR=${subject.root}/empty`, "UV_HTTP_RETRIES=0", ...withoutNetwork];
  const stranger = await anUvSubject({ root: subject.root, before: emptyCache });
  await expect(stranger.create().ensure({ ...build, directory: `${build.directory}-2` }, never)).rejects.toMatchObject({
    code: "ENVIRONMENT_FAILED",
    hint: expect.stringContaining("the package index could not be reached") as string,
  });
  expect(existsSync(`${build.directory}-2`)).toBe(false);
});

skipUnless(tool("uv") && tool("git"), "uv or git is not installed")(
  "a requirement from Git is locked and installed by its commit, and again when the repository is gone",
  async () => {
    const repository = join(subject.root, "repository");
    mkdirSync(repository);
    const project =
      '[project]\nname = "hello-tool"\nversion = "0.1"\ndescription = "A tool"\ndependencies = ["six==1.17.0"]\n';
    const backend = '[build-system]\nrequires = ["flit_core==3.12.0"]\nbuild-backend = "flit_core.buildapi"\n';
    writeFileSync(join(repository, "pyproject.toml"), `${project}${backend}`);
    writeFileSync(join(repository, "hello_tool.py"), "answer = 41\n");
    const git = (...argv: readonly string[]): string =>
      execFileSync("git", ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@localhost", ...argv], {
        encoding: "utf8",
      });
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "first");
    const commit = git("rev-parse", "HEAD").trim();
    writeFileSync(join(repository, "hello_tool.py"), "answer = 42\n");
    git("commit", "--quiet", "-am", "second");

    const request = await lockOf(`hello-tool @ git+file://${repository}@${commit}\n`);

    const { packages } = parseLock(readFileSync(request.lock, "utf8"));
    expect(packages.map(({ name, source }) => [name, source])).toEqual([
      ["hello-tool", { kind: "git", url: `file://${repository}`, commit }],
      ["six", { kind: "index" }],
    ]);
    const build = buildOf(request);
    await environments.ensure(build, never);
    const answer = (): string =>
      say(build.directory, "python", "-c", "import hello_tool, six; print(hello_tool.answer)");
    expect(answer()).toBe("41");

    rmSync(build.directory, { recursive: true });
    rmSync(repository, { recursive: true });
    await environments.ensure(build, never);

    expect(answer()).toBe("41");
  },
);

itWithUv("a build that was killed is never used, and the next one starts from nothing", async () => {
  const channel = makeChannel("small");
  const request = await lockOf("six==1.17.0\n", { channels: [channel], dependencies: ["greeting"] });
  const build = buildOf(request);
  const script = new URL("../support/build-once.ts", import.meta.url).pathname;
  const doomed = spawn(process.execPath, [script, subject.root, JSON.stringify(build)], { stdio: "ignore" });
  const ended = new Promise((resolve) => doomed.once("exit", resolve));
  await eventually("the build has begun", () => existsSync(join(build.directory, "conda-meta")));
  doomed.kill("SIGKILL");
  await ended;

  expect(await environments.isComplete(build.directory)).toBe(false);
  writeFileSync(join(build.directory, "left-behind"), "");
  await environments.ensure(build, never);

  expect(existsSync(join(build.directory, "left-behind"))).toBe(false);
  expect(say(build.directory, "greet")).toBe("good day");
  expect(statSync(join(build.directory, ".complete")).isFile()).toBe(true);
});
