import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import type { App } from "../../app/use-cases.ts";
import type { ImageCheckReport } from "../../image/check/image-check-report.ts";
import type { ProgramRequest } from "../../ports/programs.ts";
import type { HarnessCheck } from "./run-harness.ts";

const fleet = aFleet()
  .withHub("alpha", { port: 18_000, dask: { enabled: false } }) // no pair
  .withFile("images/lab/tests/test_maps.py", "def test_maps(): pass\n")
  .withFile("images/lab/tests/run.py", "print(1)\n");
const builtIn = ["imports", "dependencies", "kernel", "completion", "plot", "map", "server", "start-up"];
const all = [...builtIn, "tests/run.py", "tests/test_maps.py"];

describe("checking an image", () => {
  let machine: PretendedMachine;
  let app: App;
  /** What the image's Python comes to, by check; the others pass. */
  let results: Record<string, Record<string, unknown>>;

  beforeEach(async () => {
    machine = aLocalWorld();
    results = {};
    app = await machine.open(fleet);
    await app.up((await app.select([])).local, machine.watch);
    answerAsHarness();
  });

  function answerAsHarness(): void {
    machine.programs.answer(isHarness, { exitCode: 0, output: "" });
    const run = machine.programs.run.bind(machine.programs);
    Object.assign(machine.programs, {
      run: async (...words: Parameters<typeof run>) => {
        const answer = await run(...words);
        const [request] = words;
        return isHarness(request) ? { exitCode: 0, output: harness(request) } : answer;
      },
    });
  }

  const harness = (request: ProgramRequest): string => {
    const { nonce, checks } = asked(request);
    return checks
      .filter(({ check }) => results[check]?.["result"] !== "crashed")
      .map(({ check }) => {
        const usual = { check, result: "passed", summary: "good", milliseconds: 5, output: "", figures: {} };
        return `noise\n${nonce} ${JSON.stringify({ ...usual, ...results[check] })}`;
      })
      .join("\n");
  };
  const check = async (options: { only?: string[]; again?: boolean } = {}): Promise<ImageCheckReport> =>
    app.checkImage("image/lab", { only: options.only, again: options.again ?? false }, machine.watch);
  const ran = (): string[] =>
    machine.programs.requests.filter(isHarness).flatMap((request) => asked(request).checks.map((one) => one.check));
  const outcome = (report: ImageCheckReport, name: string): ImageCheckReport["checks"][number] | undefined =>
    report.checks.find((one) => one.check === name);

  it("runs everything once, and then knows it", async () => {
    const first = await check();
    const count = ran().length;
    const second = await check();

    expect(first).toMatchObject({ version: 1, target: "image/lab", verdict: "passed" });
    expect(first.checks.map((one) => one.check)).toEqual(all);
    expect(first.checks.every(({ from }) => from === null)).toBe(true);
    expect(second.checks.every(({ from }) => from !== null)).toBe(true);
    expect(ran()).toHaveLength(count);
  });

  it("looks at everything anew when told to", async () => {
    await check({ only: ["imports"] });
    await check({ only: ["imports"], again: true });

    expect(ran()).toEqual(["imports", "imports"]);
  });

  it("runs the one test whose file changed", async () => {
    await check({ only: ["tests"] });
    app = await machine.open(fleet.withFile("images/lab/tests/run.py", "print(2)\n"));
    await check({ only: ["tests"] });

    expect(ran()).toEqual(["tests/run.py", "tests/test_maps.py", "tests/run.py"]);
  });

  it("runs all tests when something that they use changed", async () => {
    await check({ only: ["tests"] });
    app = await machine.open(fleet.withFile("images/lab/tests/data.csv", "1\n"));
    await check({ only: ["tests"] });

    expect(ran()).toHaveLength(4);
  });

  it("tries again what failed, with its output kept meanwhile", async () => {
    results = { plot: { result: "failed", summary: "the picture is blank", output: "all white" } };
    const failed = await check({ only: ["plot", "kernel"] });
    results = {};
    const mended = await check({ only: ["plot", "kernel"] });

    const [file = ""] = outcome(failed, "plot")?.files ?? [];
    expect(failed.verdict).toBe("failed");
    expect(file).toMatch(/^\/state\/verdicts\/[0-9a-f]{32}\/output\.txt$/);
    expect(mended.verdict).toBe("passed");
    expect(ran()).toEqual(["kernel", "plot", "plot"]);
  });

  it("takes an interpreter that crashed for a failure", async () => {
    results = { completion: { result: "crashed" } };

    const report = await check({ only: ["kernel", "completion"] });

    expect(outcome(report, "kernel")?.result).toBe("passed");
    expect(outcome(report, "completion")).toMatchObject({
      result: "failed",
      summary: expect.stringContaining("ended") as string,
    });
  });

  it("names conflicts between packages", async () => {
    const words = "Checked 9 packages\nFound 1 incompatibility\nThe package `a` requires `b>2`, but `1` is installed";
    machine.programs.answer(({ argv }) => argv[0] === "uv", { exitCode: 1, output: words });

    expect(outcome(await check({ only: ["dependencies"] }), "dependencies")).toMatchObject({
      result: "failed",
      summary: "The package `a` requires `b>2`, but `1` is installed",
    });
  });

  it("keeps nothing of what an interruption ended", async () => {
    const interruption = new AbortController();
    results = { imports: { result: "crashed" } };
    const run = machine.programs.run.bind(machine.programs);
    Object.assign(machine.programs, {
      run: async (...words: Parameters<typeof run>) => {
        if (isHarness(words[0])) interruption.abort();
        return run(...words);
      },
    });
    const watch = { ...machine.watch, signal: interruption.signal };
    const report = await app.checkImage("image/lab", { only: ["imports"], again: false }, watch);

    expect(report).toMatchObject({ verdict: "interrupted", checks: [{ check: "imports", result: "interrupted" }] });
    expect(Object.keys(machine.files.contents("/state/verdicts"))).toEqual([]);
    expect(await machine.files.exists("/state/checking/0")).toBe(false);
  });

  it("warns when something takes twice as long to start as the last time", async () => {
    results = { "start-up": { figures: { imports: 1_000 } } };
    await check({ only: ["start-up"] });
    results = { "start-up": { figures: { imports: 9_000 } } };

    expect(outcome(await check({ only: ["start-up"], again: true }), "start-up")).toMatchObject({ result: "warned" });
  });

  it("refuses a lock that does not fit, and writes none", async () => {
    app = await machine.open(fleet.withFile("images/lab/requirements.txt", "dask\njupyterlab\nnew\n"));
    const lock = await machine.files.read("/fleet/images/lab/lock.txt");

    await expect(check()).rejects.toMatchObject({ code: "LOCK_STALE" });
    expect(await machine.files.read("/fleet/images/lab/lock.txt")).toBe(lock);
  });

  it("leaves out what an image of its role has no use for", async () => {
    const report = await app.checkImage("image/hub", { only: ["server"], again: false }, machine.watch);

    expect(report).toMatchObject({ verdict: "skipped", checks: [{ result: "skipped" }] });
    expect(ran()).toEqual([]);
  });

  it("says that nobody pairs it, and refuses a step that its pair does not have", async () => {
    const alone = await check({ only: ["pair"] });
    app = await machine.open(fleet.withHub("alpha", { port: 18_000 }));

    expect(alone).toMatchObject({ verdict: "skipped", checks: [{ check: "pair", result: "skipped" }] });
    await expect(check({ only: ["pair/nothing"] })).rejects.toMatchObject({ code: "UNKNOWN_STEP" });
  });

  it("leaves no room behind", async () => {
    await check();

    expect(Object.keys(machine.files.contents("/state/checking"))).toEqual([]);
  });
});

function isHarness({ argv }: ProgramRequest): boolean {
  return argv.some((word) => word.endsWith("/hubfleet_image"));
}

function asked({ argv }: ProgramRequest): { readonly nonce: string; readonly checks: readonly HarnessCheck[] } {
  return JSON.parse(argv.at(-1) ?? "") as { nonce: string; checks: HarnessCheck[] };
}
