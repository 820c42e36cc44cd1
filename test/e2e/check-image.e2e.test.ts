import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import type { CheckedVerdict, ImageCheckReport } from "../../src/image/check/image-check-report.ts";
import { eventually } from "../support/eventually.ts";
import { type CommandResult, createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { isRoot, skipUnlessLong, tool } from "../support/skip.ts";

const program = fileURLToPath(new URL("../../bin/hubfleet", import.meta.url));
const processes = createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) });
const builtIn = ["imports", "dependencies", "kernel", "completion", "plot", "server", "start-up"];

let sandbox: Sandbox;

beforeAll(async () => {
  // Its own environments: they are broken on purpose below.
  sandbox = await createSandbox("check-image");
  await sandbox.init();
});

afterAll(async () => {
  await sandbox.hubfleet(["destroy", "--all", "--yes", "--delete-homes", "--delete-environments"]);
  expect(await sandbox.sweep()).toEqual([]);
});

describe("hubfleet check image/NAME", () => {
  it("passes on a good image and leaves nothing; the second time it knows", async () => {
    const first = await check(["--only", [...builtIn, "tests"].join(",")]);
    const second = await check(["--only", [...builtIn, "tests"].join(",")]);

    const names = [...builtIn, "tests/plot.ipynb", "tests/test_arrays.py"];
    expect(first.checks.filter(({ result }) => result === "failed" || result === "skipped")).toEqual([]);
    expect(first.checks.map((one) => one.check)).toEqual(names);
    expect(first.checks.every(({ from }) => from === null)).toBe(true);
    expect(second.verdict).toBe("passed");
    expect(second.checks.every(({ from }) => from !== null)).toBe(true);
    expect(await left()).toEqual([]);
    const picture = kept(find(first, "plot"), "inline.png");
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe("PNG");
    const notebook = JSON.parse(readFileSync(kept(find(first, "tests/plot.ipynb"), "plot.ipynb"), "utf8")) as {
      cells: { outputs?: { data?: Record<string, unknown> }[] }[];
    };
    expect(notebook.cells.at(-1)?.outputs?.some(({ data }) => data?.["image/png"] !== undefined)).toBe(true);
    console.info(first.checks.map((one) => `${one.check} ${(one.milliseconds / 1000).toFixed(1)} s`).join(", "));
    console.info(`unchanged: ${second.milliseconds} ms`);
  });

  it("says which test failed and why, ends one that hangs, and runs only what changed", async () => {
    await sandbox.edit("images/lab/image.yaml", (text) => `${text}\ntestTimeout: 4s\n`);
    await test("test_arrays.py", "def test_sum():\n    assert 1 + 1 == 3, 'no sum'\n\ndef test_fine():\n    pass\n");
    await test("hang.py", "import subprocess\nsubprocess.Popen(['sleep', '600'])\nimport time\ntime.sleep(600)\n");
    await test("exit.py", "print('so far')\nraise SystemExit('not today')\n");
    await test(
      "third.ipynb",
      JSON.stringify({
        cells: ["a = 1", "b = a + 1", "raise ValueError('too warm')", "never = 1"].map((source) => ({
          cell_type: "code",
          source,
          metadata: {},
        })),
      }),
    );

    const report = await check(["--only", "tests"], 1);

    const summary = (name: string): string => `${find(report, name).result}: ${find(report, name).summary}`;
    expect(summary("tests/test_arrays.py")).toMatch(/^failed: 1 passed, 1 failed: test_sum: AssertionError: no sum/);
    expect(summary("tests/hang.py")).toBe("failed: took longer than 4 s");
    expect(summary("tests/exit.py")).toBe("failed: ended with status 1: not today");
    expect(summary("tests/third.ipynb")).toBe("failed: cell 3: ValueError: too warm");
    expect(readFileSync(kept(find(report, "tests/exit.py"), "output.txt"), "utf8")).toContain("so far");
    expect(await left()).toEqual([]);
    for (const name of ["test_arrays.py", "hang.py", "exit.py", "third.ipynb"]) await rm(testPath(name));
    await test("run.py", "print('fine')\n");

    const again = await check(["--only", "tests"]);

    expect(again.checks.map(({ check: name, from }) => [name, from === null])).toEqual([
      ["tests/plot.ipynb", false],
      ["tests/run.py", true],
    ]);
  });

  it("leaves nothing when it is interrupted, nor a verdict", async () => {
    await test("slow.py", "import time\nprint('begun')\ntime.sleep(600)\n");
    await sandbox.edit("images/lab/image.yaml", (text) => text.replace("testTimeout: 4s", "testTimeout: 5m"));
    const running = start(["--only", "tests/slow.py"]);
    await eventually("the test runs", async () => (await left()).some((what) => what.includes("slow.py")), 60_000);
    process.kill(running.pid, "SIGINT");

    const { exitCode, stdout } = await running.ended;

    expect(exitCode).toBe(130);
    expect(stdout).toContain("image/lab: interrupted");
    expect(await left()).toEqual([]);
  });

  it("clears away what a killed check left", async () => {
    const running = start(["--only", "tests/slow.py"]);
    await eventually("the test runs", async () => (await left()).some((what) => what.includes("slow.py")), 60_000);
    process.kill(running.pid, "SIGKILL");
    await running.ended;
    expect((await left()).length).toBeGreaterThan(1);
    await rm(testPath("slow.py"));

    const report = await check(["--only", "dependencies", "--again"]);

    expect(report.verdict).toBe("passed");
    expect(await left()).toEqual([]);
  });

  it("names what is broken: an import, a conflict, a blank plot, completion that lists all globals", async () => {
    const packages = sitePackages();
    await replace(join(packages, "dask_gateway/__init__.py"), () => "import no_such_module\n");
    const metadata = readdirSync(packages).find((name) => /^dask_gateway-.*\.dist-info$/.test(name)) ?? "";
    await replace(join(packages, metadata, "METADATA"), (text) =>
      text.replace("\nRequires-Dist:", "\nRequires-Dist: numpy<1\nRequires-Dist:"),
    );
    await replace(
      join(packages, "matplotlib/mpl-data/matplotlibrc"),
      (text) => `${text}\naxes.prop_cycle: cycler('color', ['white'])\npatch.facecolor: white\n`,
    );
    const configuration = join(packages, "../../../etc/ipython");
    await mkdir(configuration, { recursive: true });
    await writeFile(join(configuration, "ipython_kernel_config.py"), globalsConfiguration);

    const report = await check(["--only", "imports,dependencies,completion,plot", "--again"], 1);

    expect(find(report, "imports")).toMatchObject({
      result: "failed",
      summary: expect.stringMatching(
        /^dask-gateway: `import dask_gateway` ModuleNotFoundError: No module named 'no_such_module'/,
      ) as string,
    });
    expect(find(report, "dependencies")).toMatchObject({
      result: "failed",
      summary: expect.stringMatching(/^The package `dask-gateway` requires `numpy<1/) as string,
    });
    expect(find(report, "plot")).toMatchObject({
      result: "failed",
      summary: expect.stringMatching(/^matplotlib: the picture is blank/) as string,
    });
    expect(find(report, "completion")).toMatchObject({
      result: "failed",
      summary: expect.stringMatching(/^completion of `os\.` offers all globals/) as string,
    });
    expect(statSync(kept(find(report, "plot"), "matplotlib.png")).size).toBeGreaterThan(0);
    expect(await left()).toEqual([]);
  });

  it("refuses a lock that does not fit what is written", async () => {
    await sandbox.edit("images/lab/requirements.txt", (text) => `${text}\nattrs\n`);
    const lock = await sandbox.read("images/lab/lock.txt");

    const { exitCode, stderr } = await sandbox.hubfleet(["check", "image/lab"]);

    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("LOCK_STALE");
    expect(await sandbox.read("images/lab/lock.txt")).toBe(lock);
  });
});

const itWithChromium = skipUnlessLong(tool("chromium"), "chromium is not installed");

itWithChromium("an interactive map of the image comes up in a browser", async () => {
  await mkdir(join(sandbox.fleet, "images/maps"));
  await writeFile(join(sandbox.fleet, "images/maps/image.yaml"), 'version: 1\nrole: notebook\npython: "3.11"\n');
  await writeFile(join(sandbox.fleet, "images/maps/requirements.txt"), "jupyterlab>=4.6\nipyleaflet\n");
  await sandbox.succeed(["image", "lock", "maps"]);

  const { stdout } = await sandbox.succeed(["check", "image/maps", "--only", "map", "-o", "json"]);

  const [map] = (JSON.parse(stdout) as ImageCheckReport).checks;
  expect(map).toMatchObject({ check: "map", result: "passed", summary: "ipyleaflet shown with a marker" });
  expect(existsSync(kept(map as CheckedVerdict, "ipyleaflet.png"))).toBe(true);
  expect(await left()).toEqual([]);
});

/** The known failure of jedi and IPython: an attribute's completions are all names that there are. */
const globalsConfiguration = `
c.InteractiveShellApp.exec_lines = [
    "import IPython.core.completer as _completer",
    "_usual = _completer.IPCompleter.completions",
    "_all = lambda offset: (_completer.Completion(start=offset, end=offset, text=name) for name in list(get_ipython().user_ns))",
    "_completer.IPCompleter.completions = lambda self, text, offset: _all(offset) if text.endswith('.') else _usual(self, text, offset)",
]
`;

async function check(words: readonly string[], expected = 0): Promise<ImageCheckReport> {
  const { exitCode, stdout, stderr } = await sandbox.hubfleet(["check", "image/lab", "-o", "json", ...words]);
  if (exitCode !== expected) throw new Error(`the check ended with ${exitCode}: ${stdout}\n${stderr}`);
  return JSON.parse(stdout) as ImageCheckReport;
}

function start(words: readonly string[]): { readonly pid: number; readonly ended: Promise<CommandResult> } {
  const child = spawn(program, ["check", "image/lab", ...words], {
    cwd: sandbox.fleet,
    env: { ...process.env, ...sandbox.variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? -1, stdout, stderr }));
  });
  if (child.pid === undefined) throw new Error("hubfleet did not start");
  return { pid: child.pid, ended };
}

function find(report: ImageCheckReport, name: string): CheckedVerdict {
  const found = report.checks.find((one) => one.check === name);
  if (found === undefined) throw new Error(`the report has no ${name}: ${JSON.stringify(report)}`);
  return found;
}

function kept({ files }: CheckedVerdict, name: string): string {
  return files.find((file) => file.endsWith(`/${name}`)) ?? `${name} is not kept: ${files.join(", ")}`;
}

function testPath(name: string): string {
  return join(sandbox.fleet, "images/lab/tests", name);
}

async function test(name: string, text: string): Promise<void> {
  await writeFile(testPath(name), text);
}

/** Removed first: the file is a link into the package cache of the machine. */
async function replace(path: string, change: (text: string) => string): Promise<void> {
  const before = readFileSync(path, "utf8");
  await rm(path);
  await writeFile(path, change(before));
}

function sitePackages(): string {
  const environments = join(sandbox.state, "environments");
  for (const name of readdirSync(environments)) {
    const found = join(environments, name, "lib/python3.11/site-packages");
    if (existsSync(join(found, "dask_gateway"))) return found;
  }
  throw new Error("the image has no environment");
}

/** Whatever a check could leave: processes, its rooms, files of its account in public places. */
async function left(): Promise<readonly string[]> {
  const marked = await processes.findMarked(`image-check:${sandbox.state}/`);
  const rooms = join(sandbox.state, "checking");
  const inRooms = existsSync(rooms) ? readdirSync(rooms) : [];
  const own = uids();
  const inPublic = ["/tmp", "/var/tmp", "/dev/shm"].flatMap((place) =>
    readdirSync(place)
      .map((name) => join(place, name))
      .filter((path) => own.has(statSync(path, { throwIfNoEntry: false })?.uid ?? -1)),
  );
  return [...marked.map(({ command }) => command), ...inRooms, ...inPublic];
}

function uids(): ReadonlySet<number> {
  if (!isRoot) return new Set();
  const { blocks } = JSON.parse(readFileSync(join(sandbox.state, "uids.json"), "utf8")) as {
    blocks: Record<string, number>;
  };
  const index = blocks["image-checks"];
  const first = 1_900_000_000 + (index ?? 0) * 10_000;
  return new Set(index === undefined ? [] : Array.from({ length: 100 }, (_, number) => first + number));
}
