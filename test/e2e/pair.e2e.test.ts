import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";

import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import { type BuiltImage, pairImages, type PairRequest } from "../../src/operate/image-check/pair/pair-images.ts";
import type { Verdict } from "../../src/image/verdict.ts";
import { aRealWorld } from "../support/a-real-world.ts";
import { isRoot, skipUnless, skipUnlessLong, tool } from "../support/skip.ts";
import { listPythons, smallImage, type TestPython } from "../support/small-images.ts";

const pythons = await listPythons();
/** One that every account may run. */
const shared = pythons.find(({ executable }) => executable.startsWith("/usr/"));
const own = shared ?? pythons[0];
/** A later minor: functions of an earlier one crash it, which the other way round they often don't. */
const other = pythons.find(({ version }) => own !== undefined && Number(version.split(".")[1]) > minorNumber(own));

const dask = "dask[distributed]==2026.8.0";
const numpy = "numpy==2.4.6";
const canBuild = own !== undefined && tool("uv");
const itWithImages = skipUnless(canBuild, "uv and a Python from 3.10 on are needed");
const itLong = skipUnlessLong(canBuild, "uv and a Python from 3.10 on are needed");
const itWithTwoMinors = skipUnlessLong(
  canBuild && other !== undefined,
  "there is no later Python minor here, only the system's",
);

describe("a notebook image and a worker image", () => {
  const state = { root: "", lab: undefined as BuiltImage | undefined };

  beforeAll(async () => {
    state.root = await mkdtemp("/var/tmp/hubfleet-pair-");
    await chmod(state.root, 0o755);
    if (canBuild) state.lab = await image("lab", [dask, numpy]);
  });

  afterEach(async () => {
    // Whatever was tried: nobody runs any more, nothing lies about.
    expect(await leftProcesses(state.root)).toEqual([]);
    expect(await readdir(`${state.root}/state/checking`).catch(() => [])).not.toContain("0");
  });

  afterAll(async () => {
    await rm(state.root, { recursive: true, force: true });
  });

  itWithImages("pass every workflow and the operator's own when they fit", async () => {
    const worker = await image("worker", [dask, numpy, "toolz==1.0.0", "cloudpickle==3.1.1"]);
    const directory = `${state.root}/images/worker`;
    await mkdir(`${directory}/tests`, { recursive: true });
    await writeFile(`${directory}/tests/factor.txt`, "3");
    await writeFile(`${directory}/tests/pair_own.py`, ownFile);

    const verdicts = await pair({ worker: { ...worker, directory } });

    expect(failures(verdicts)).toEqual([]);
    expect(names(verdicts, "passed")).toEqual([
      "connect",
      "versions",
      "arrays",
      "futures",
      "functions",
      "exceptions",
      "transfer",
      "pickles",
      "gateway",
      "worker/tests/pair_own.py",
      "lost-worker",
    ]);
    expect(summaryOf(verdicts, "dataframes")).toBe("pandas is not in the notebook image");
    // What Dask Gateway calls by default is not there, and is not needed.
    expect(existsSync(`${worker.environment}/bin/dask-worker`)).toBe(false);
    expect(existsSync(`${worker.environment}/bin/python`)).toBe(true);
  });

  itLong("are refused without being run when Dask is a year apart, and fail when run nevertheless", async () => {
    const worker = await image("year", ["dask[distributed]==2025.5.1", numpy]);

    const refused = await pair({ worker });
    expect(failures(refused)).toEqual(["versions"]);
    expect(summaryOf(refused, "versions")).toContain("dask 2026.8.0 in the notebook, 2025.5.1 on the worker");

    const run = await pair({ worker, evenIfRefused: true, only: ["versions", "futures"] });
    expect(failures(run)).toContain("versions");
  });

  itLong("fail where numpy is missing on the worker, and say what that does", async () => {
    const worker = await image("bare", [dask]);

    const verdicts = await pair({ worker, only: ["versions", "arrays", "futures"] });

    expect(failures(verdicts)).toEqual(["versions", "arrays"]);
    expect(summaryOf(verdicts, "versions")).toContain(`numpy 2.4.6 in the notebook, missing on the worker`);
    expect(summaryOf(verdicts, "arrays")).toContain("numpy is missing on the worker");
  });

  itLong("go on with the next workflow after one that does not answer", async () => {
    const directory = `${state.root}/images/stuck`;
    await mkdir(`${directory}/tests`, { recursive: true });
    await writeFile(`${directory}/tests/pair_stuck.py`, "import time\nprint('waiting')\nwhile True: time.sleep(1)\n");
    await writeFile(`${directory}/tests/pair_then.py`, "assert client.submit(pow, 2, 3).result() == 8\n");
    const notebook = { ...known(state.lab), directory };
    const only = ["stuck/tests/pair_stuck.py", "stuck/tests/pair_then.py"];

    const verdicts = await pair({ notebook, only, seconds: 15 });

    expect(failures(verdicts)).toEqual(["stuck/tests/pair_stuck.py"]);
    expect(summaryOf(verdicts, "stuck/tests/pair_stuck.py")).toBe("no answer within 15 s");
    expect(verdicts.find(({ check }) => check.endsWith("pair_stuck.py"))?.output).toContain("waiting");
    expect(names(verdicts, "passed")).toEqual(["connect", "stuck/tests/pair_then.py"]);
  });

  itWithTwoMinors("name the signal that ended a worker whose Python is a minor apart", async () => {
    const worker = await smallImage("minor", known(other), [dask]);

    const refused = await pair({ worker });
    expect(summaryOf(refused, "versions")).toMatch(/^Python .* in the notebook, .* on the worker$/);

    // As who runs the test: such a Python often lies where other accounts may not go.
    const run = await pair({ worker, evenIfRefused: true, only: ["functions"] }, { asRoot: false });
    expect(failures(run)).toEqual(["functions"]);
    expect(summaryOf(run, "functions")).toContain("was ended by SIGSEGV: Python 3.");
    expect(summaryOf(run, "functions")).toContain("functions travel as byte code");
  });

  itLong("leave nothing when they are interrupted", async () => {
    const interruption = new AbortController();
    const running = pair({}, { signal: interruption.signal });
    while ((await leftProcesses(state.root)).length < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    interruption.abort();

    const verdicts = await running;

    expect(verdicts.map(({ summary }) => summary)).toContain("interrupted");
    expect(names(verdicts, "skipped").length).toBeGreaterThan(5);
  });

  async function image(name: string, requirements: readonly string[]): Promise<BuiltImage> {
    return smallImage(name, known<TestPython>(own), requirements);
  }

  function pair(
    part: Partial<PairRequest>,
    { asRoot = isRoot, signal = new AbortController().signal } = {},
  ): Promise<readonly Verdict[]> {
    const world = aRealWorld({ stateRoot: `${state.root}/state`, isRoot: asRoot && shared !== undefined });
    const request = { notebook: known(state.lab), worker: known(state.lab), ...part };
    return pairImages(request, world, { report: () => undefined, signal, again: true });
  }
});

const ownFile = `
"""Reads what lies beside it, and is run where the notebook would be."""
import os
factor = int(open("factor.txt").read())

def test_scale(client):
    assert client.submit(lambda number: number * factor, 14).result() == 42

def test_alone():
    assert os.environ["HOME"].startswith("/var/tmp/hubfleet-pair-")
`;

async function leftProcesses(root: string): Promise<readonly string[]> {
  const { processes } = aRealWorld({ stateRoot: `${root}/state`, isRoot: false });
  return (await processes.findMarked(`image-check:${root}/`)).map(({ command }) => command);
}

function minorNumber({ version }: TestPython): number {
  return Number(version.split(".")[1]);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("skipped tests need none");
  return value;
}

function failures(verdicts: readonly Verdict[]): readonly string[] {
  return names(verdicts, "failed");
}

function names(verdicts: readonly Verdict[], result: string): readonly string[] {
  return verdicts.filter((one) => one.result === result).map(({ check }) => check.replace("pair/", ""));
}

function summaryOf(verdicts: readonly Verdict[], name: string): string | undefined {
  return verdicts.find(({ check }) => check === `pair/${name}`)?.summary;
}
