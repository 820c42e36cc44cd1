import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import type { SessionCall } from "../../adapters/hub-session/hub-session-memory.ts";
import type { App } from "../../app/use-cases.ts";
import type { CheckReport } from "./check-report.ts";

const notebook = JSON.stringify({
  cells: [
    { cell_type: "code", source: "first = 1" },
    { cell_type: "code", source: 'raise ValueError("too warm")' },
  ],
});
const fleet = aFleet()
  .withFile("checks/ok.py", "ok = True\n")
  .withFile("checks/climate.ipynb", notebook)
  .withHub("alpha", {
    port: 18_000,
    profiles: [
      { id: "lab", name: "Lab", default: true },
      { id: "large", name: "Large" },
    ],
    checks: [{ name: "ok", file: "checks/ok.py" }],
  });
const all = ["user", "server", "kernel", "dask", "scale", "compute", "adapt", "shutdown", "extra/ok", "stop", "delete"];

describe("checking a hub", () => {
  let machine: PretendedMachine;
  let app: App;

  beforeEach(async () => {
    machine = aLocalWorld();
    await open(fleet);
    await app.up((await app.select([])).local, machine.watch);
  });

  const open = async (builder: typeof fleet): Promise<void> => {
    app = await machine.open(builder);
  };
  const check = async (only?: readonly string[], signal = machine.watch.signal): Promise<CheckReport> => {
    const [hub] = (await app.select(["alpha"])).local;
    if (hub === undefined) throw new Error("there is a hub alpha");
    return app.check(hub, only, { ...machine.watch, signal });
  };
  const states = ({ steps }: CheckReport): Record<string, string> =>
    Object.fromEntries(steps.map(({ name, state }) => [name, state]));
  const with_ = (state: string, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, state]));

  it("runs every step in order, and takes the user away", async () => {
    const report = await check();

    expect(report).toMatchObject({ version: 1, target: "hub/alpha", verdict: "passed", swept: [], deferred: [] });
    expect(report.user).toBe(`hubfleet-check-${report.run}`);
    expect(report.run).toMatch(/^[0-9a-f]{8}$/);
    expect(report.steps.map(({ name }) => name)).toEqual(all);
    expect(states(report)).toEqual(with_("passed", all));
    expect(machine.hubSessions.users.size).toBe(0);
  });

  it("runs what it is told to run, with what that needs", async () => {
    expect(states(await check(["kernel"]))).toEqual(with_("passed", ["user", "server", "kernel", "stop", "delete"]));
  });

  /** Each call that may fail, the step in which it does, and the steps that are not tried then. */
  const faults: readonly (readonly [SessionCall, string, string, readonly string[]])[] = [
    ["begin", "", "user", all.slice(1, -1)],
    ["startServer", "", "server", all.slice(2, -1)],
    ["startKernel", "", "kernel", ["dask", "scale", "compute", "adapt", "shutdown"]],
    ["run", "print", "kernel", ["dask", "scale", "compute", "adapt", "shutdown"]],
    ["run", "new_cluster", "dask", ["scale", "compute", "adapt", "shutdown"]],
    ["run", "scale(2)", "scale", ["compute", "adapt", "shutdown"]],
    ["run", "scale(1)", "compute", ["adapt", "shutdown"]],
    ["run", "adapt(", "adapt", ["shutdown"]],
    ["run", "shutdown()", "shutdown", []],
    ["run", "ok = True", "extra/ok", []],
    ["stopServer", "", "stop", []],
    ["end", "", "delete", []],
  ];

  it.each(faults)("when %s %s fails: says so of the step %s, and cleans up", async (call, code, step, skipped) => {
    machine.hubSessions.break(call, "the disk is full", code);

    const report = await check();

    const failed = report.steps.filter(({ state }) => state === "failed");
    expect(report.verdict).toBe("failed");
    // A broken kernel start fails the extra check, which has a kernel of its own, too.
    expect(failed[0]).toMatchObject({ name: step, reason: expect.stringContaining("the disk is full") as string });
    expect(report.steps.filter(({ state }) => state === "skipped").map(({ name }) => name)).toEqual(skipped);
    expect(report.steps.at(-1)?.name).toBe("delete");
    expect(machine.hubSessions.calls.at(-1)).toBe(`end ${report.user}`);
    expect([...machine.hubSessions.users.keys()]).toEqual(call === "end" ? [report.user] : []);
  });

  it("finishes later what can only be seen later, also when checks in between are killed or interrupted", async () => {
    await open(fleet.withHub("alpha", { port: 18_000, checks: [{ name: "ok", file: "checks/ok.py", after: "2h" }] }));
    const first = await check();
    machine.clock.advance(3_600_000);
    const early = await check(["due"]);
    machine.clock.advance(3_600_000);
    const interrupted = await check(["due"], AbortSignal.abort());
    const late = await check(["due"]);
    const again = await check(["due"]);

    expect(first.steps.map(({ name }) => name)).not.toContain("extra/ok");
    expect(first.deferred).toMatchObject([{ step: "extra/ok", run: first.run }]);
    expect([early.steps, early.deferred]).toEqual([[], first.deferred]);
    expect(interrupted.deferred).toEqual(first.deferred);
    expect(states(late)).toMatchObject({ "extra/ok": "passed" });
    expect([late.deferred, again.steps]).toEqual([[], []]);
    expect(machine.hubSessions.users.size).toBe(0);
  });

  describe("names the Dask gateway", () => {
    const gateway = "11111111-2222-4333-8444-555555555555/alpha/gateway";
    /** After the kernel's own product, as many cells of Dask. */
    const crashBeforeCell = (cell: number): void => {
      let runs = 0;
      machine.hubSessions.before = (call) => {
        if (call === "run" && ++runs === cell + 2) machine.processes.crash(gateway);
      };
    };
    const steps = ["dask", "scale", "compute", "adapt", "shutdown"];
    const codes = ["new_cluster", "scale(2)", "scale(1)", "adapt(", "shutdown()"];

    it.each(steps.map((step, index) => [step, index] as const))(
      "whatever %s says when it is gone",
      async (step, index) => {
        for (const words of ["there are not 2 workers after 90 s", "the kernel did not finish in 150 s"]) {
          machine.hubSessions.break("run", words, codes[index]);
          crashBeforeCell(index);

          const report = await check();

          const failed = report.steps.find(({ state }) => state === "failed");
          expect(failed).toMatchObject({ name: step, reason: "the Dask gateway does not answer (its process ended)" });
          expect(machine.hubSessions.users.size).toBe(0);
          await app.apply((await app.select([])).local, machine.watch);
        }
      },
    );

    it.each(steps.map((step, index) => [step, index] as const))(
      "without waiting for %s to say anything",
      async (step, index) => {
        machine.hubSessions.hang(codes[index] ?? "");
        crashBeforeCell(index);

        const report = await check();

        const failed = report.steps.find(({ state }) => state === "failed");
        expect(failed).toMatchObject({ name: step, reason: "the Dask gateway does not answer (its process ended)" });
        expect(machine.hubSessions.users.size).toBe(0);
      },
    );

    it("only where it is to blame", async () => {
      machine.hubSessions.break("run", "there are not 2 workers after 90 s", "scale(2)");

      const failed = (await check()).steps.find(({ state }) => state === "failed");

      expect(failed?.reason).toBe("there are not 2 workers after 90 s");
    });
  });

  it("is interrupted at any call, and leaves nothing", async () => {
    const { calls } = machine.hubSessions;
    await check();
    const total = calls.length;

    for (let moment = 0; moment < total; moment++) {
      const interruption = new AbortController();
      let count = 0;
      machine.hubSessions.before = () => {
        if (count++ === moment) interruption.abort(new Error("interrupted"));
      };
      const report = await check(undefined, interruption.signal);

      expect(report.verdict).toBe("interrupted");
      expect(report.steps.at(-1)).toMatchObject({ name: "delete", state: "passed" });
      expect(machine.hubSessions.users.size).toBe(0);
    }
    expect(total).toBe(13);
  });

  it("removes what a killed check left", async () => {
    await machine.hubSessions.begin(
      { operator: { url: "", token: "" }, url: "http://127.0.0.1:18000/alpha/" },
      "hubfleet-check-00000000",
      60,
    );

    const report = await check(["user"]);

    expect(report).toMatchObject({ verdict: "passed", swept: ["hubfleet-check-00000000"] });
    expect(machine.hubSessions.users.size).toBe(0);
  });

  it("says which cell of a notebook raised what, and goes on with the next check", async () => {
    await open(
      fleet.withHub("alpha", {
        port: 18_000,
        profiles: [
          { id: "lab", name: "Lab", default: true },
          { id: "large", name: "Large" },
        ],
        checks: [
          { name: "climate", file: "checks/climate.ipynb" },
          { name: "ok", file: "checks/ok.py", profile: "large" },
        ],
      }),
    );

    const report = await check(["extra"]);

    expect(states(report)).toMatchObject({ "extra/climate": "failed", "extra/ok": "passed" });
    expect(report.steps.find(({ name }) => name === "extra/climate")?.reason).toBe(
      "cell 2 of checks/climate.ipynb: ValueError: too warm",
    );
    expect(machine.hubSessions.calls.filter((call) => /Server/.test(call))).toEqual([
      "startServer",
      "stopServer",
      "startServer large",
      "stopServer",
    ]);
  });

  it("leaves Dask out where a hub offers none, and passes", async () => {
    await open(fleet.withHub("alpha", { port: 18_000, dask: { enabled: false } }));

    const report = await check();

    expect(report.verdict).toBe("passed");
    expect(report.steps.find(({ name }) => name === "dask")).toMatchObject({
      state: "skipped",
      reason: "this hub offers no Dask clusters (dask.enabled)",
    });
  });

  it("says that the hub's process ended, and what to do", async () => {
    machine.processes.crash("11111111-2222-4333-8444-555555555555/alpha/hub");

    const report = await check();

    expect(report.steps[0]).toMatchObject({
      name: "user",
      state: "failed",
      reason: 'the hub process of "alpha" does not run: `hubfleet apply hub/alpha`',
    });
    expect(report.steps.filter(({ state }) => state === "failed")).toHaveLength(1);
  });

  it("is alone on its hub", async () => {
    let second: Promise<unknown> | undefined;
    machine.hubSessions.before = (call) => {
      if (call === "startServer") second ??= check().catch((thrown: unknown) => thrown);
    };

    const first = await check();

    expect(first.verdict).toBe("passed");
    expect(await second).toMatchObject({ code: "CHECK_RUNNING", retry: "later" });
  });

  it("changes nothing that plan would see", async () => {
    await check();

    expect((await app.plan((await app.select([])).local)).changes).toEqual([]);
  });
});
