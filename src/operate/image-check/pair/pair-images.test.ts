import { beforeEach, describe, expect, it } from "vitest";

import { aLocalWorld, type PretendedMachine } from "../../../../test/support/a-local-world.ts";
import type { Verdict } from "../../../image/verdict.ts";
import { type BuiltImage, pairImages, type PairRequest } from "./pair-images.ts";

const dask = ["dask==2026.8.0", "distributed==2026.8.0", "numpy==2.4.6"];

describe("a pair of images", () => {
  let machine: PretendedMachine;

  beforeEach(() => {
    machine = aLocalWorld();
  });

  it("is refused before anything is run where the locks disagree", async () => {
    const verdicts = await pair({ worker: anImage("worker", ["dask==2025.5.1", "distributed==2026.8.0"]) });

    expect(brief(verdicts)[0]).toBe("failed pair/versions: dask 2026.8.0 in the notebook, 2025.5.1 on the worker");
    expect(verdicts.slice(1).every(({ result }) => result === "skipped")).toBe(true);
    expect(machine.programs.requests).toEqual([]);
  });

  it("gives the processes' answers as verdicts, and skips what could not be tried any more", async () => {
    answer([ended("connect", "passed"), ended("arrays", "passed", "fine"), { event: "end" }]);

    const verdicts = await pair({ only: ["arrays", "futures"] });

    expect(brief(verdicts)).toEqual([
      "passed pair/connect: scheduler, worker and client found each other",
      "passed pair/arrays: fine",
      "skipped pair/futures: not run: too many workflows before it ended the pair",
    ]);
  });

  it("names the signal that ended a worker, and a Python that is a minor apart", async () => {
    const lost = { process: "worker", exitCode: -11, signal: "SIGSEGV" };
    answer([ended("connect", "passed"), { ...ended("functions", "failed"), lost }, { event: "end" }]);

    const verdicts = await pair({
      worker: { ...anImage("worker", dask), python: "3.12.1" },
      evenIfRefused: true,
      only: ["functions"],
    });

    expect(verdicts[1]?.summary).toBe(
      "the worker (image worker) was ended by SIGSEGV: Python 3.11.7 in the notebook, 3.12.1 on the worker; functions travel as byte code, which only the same Python minor can run: others crash the worker",
    );
  });

  it("says what a package that is missing on the worker does", async () => {
    answer([
      ended("connect", "passed"),
      ended("arrays", "failed", "RuntimeError: Error during deserialization"),
      { event: "end" },
    ]);

    const verdicts = await pair({ worker: anImage("worker", dask.slice(0, 2)), only: ["arrays"] });

    expect(verdicts[1]?.summary).toBe(
      "RuntimeError: Error during deserialization: numpy is missing on the worker, and a graph that holds its objects cannot be unpacked there",
    );
  });

  it("compares what the processes hold with each other, too", async () => {
    const client = { python: "3.11.7.final.0", dask: "2026.8.0", lz4: "4.4.5" };
    const data = { client, scheduler: client, workers: [{ ...client, dask: "2026.7.1" }], words: "Mismatched" };
    answer([ended("connect", "passed"), { ...ended("versions", "passed"), data }, { event: "end" }]);

    const [, versions] = await pair({ only: ["versions"] });

    expect(versions).toMatchObject({
      result: "failed",
      summary: "dask 2026.8.0 in the notebook, 2026.7.1 on the worker",
      output: expect.stringContaining("Mismatched") as string,
    });
  });

  it("is not run again while nothing changed, unless told to", async () => {
    answer([ended("connect", "passed"), ended("arrays", "passed", "fine"), { event: "end" }]);

    const first = await pair({ only: ["arrays"] });
    const second = await pair({ only: ["arrays"] });
    const from = machine.clock.now().toISOString();
    expect(second).toEqual(first.map((verdict) => ({ ...verdict, from })));
    expect(runs()).toBe(1);

    await pair({ only: ["arrays"] }, true);
    expect(runs()).toBe(2);
  });

  it.each([
    ["failed", [ended("connect", "passed"), ended("arrays", "failed", "no"), { event: "end" }]],
    ["ended early", [ended("connect", "passed")]],
    ["never began", []],
  ])("is run again after one that %s", async (_, events) => {
    answer(events);

    await pair({ only: ["arrays"] });
    await pair({ only: ["arrays"] });

    expect(runs()).toBe(2);
  });

  it("takes the operator's own files of both images along, and looks at them anew when they change", async () => {
    await machine.files.ensureFile("/fleet/images/lab/tests/pair_climate.py", "pass", 0o644);
    await machine.files.ensureFile("/fleet/images/lab/tests/test_other.py", "pass", 0o644);
    answer([ended("connect", "passed"), ended("lab/tests/pair_climate.py", "passed"), { event: "end" }]);
    const only = ["lab/tests/pair_climate.py"];

    const verdicts = await pair({ only });
    await machine.files.ensureFile("/fleet/images/lab/tests/data.csv", "1", 0o644);
    await pair({ only });

    expect(brief(verdicts)[1]).toBe("passed pair/lab/tests/pair_climate.py: ");
    expect(runs()).toBe(2);
  });

  it("needs Dask on both sides", async () => {
    const verdicts = await pair({ worker: anImage("plain", ["numpy==2.4.6"]) });

    expect(brief(verdicts)).toEqual([
      "skipped pair/versions: image plain holds neither dask nor distributed: it is no half of a pair",
    ]);
  });

  function pair(part: Partial<PairRequest>, again = false): Promise<readonly Verdict[]> {
    const request = { notebook: anImage("lab", dask), worker: anImage("worker", dask), ...part };
    return pairImages(request, machine, { ...machine.watch, again });
  }

  function answer(events: readonly object[]): void {
    const output = ["some warning of the interpreter", ...events.map(pythonJson)].join("\n");
    machine.programs.answer(({ argv }) => argv.some((word) => word.endsWith("supervise.py")), { exitCode: 0, output });
  }

  function runs(): number {
    return machine.programs.requests.filter(({ argv }) => argv.some((word) => word.endsWith("supervise.py"))).length;
  }
});

function anImage(name: string, pins: readonly string[]): BuiltImage {
  return {
    name,
    python: "3.11.7",
    lock: `# Written by hubfleet.\n${pins.join("\n")}\n`,
    environment: `/environments/${name}`,
    directory: `/fleet/images/${name}`,
  };
}

function ended(name: string, result: string, summary = ""): object {
  return { event: "ended", name, result, summary, milliseconds: 5, output: "" };
}

/** As Python's json writes it: a space after each colon. */
function pythonJson(event: object): string {
  return JSON.stringify(event).replace('"event":', '"event": ');
}

function brief(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ check, result, summary }) => `${result} ${check}: ${summary}`);
}
