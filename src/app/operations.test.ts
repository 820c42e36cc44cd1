import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";
import type { Hub } from "../fleet/fleet.ts";

const uuid = "11111111-2222-4333-8444-555555555555";

/** What operators do to a hub that runs, on a pretended machine. */
const { signal } = new AbortController();

describe("operating a hub", () => {
  let machine: PretendedMachine;
  let app: App;
  let alpha: Hub;

  beforeEach(async () => {
    machine = aLocalWorld();
    app = await machine.open(aFleet());
    const { local } = await app.select([]);
    alpha = local[0] as Hub; // the small fleet has one
    await app.up(local, machine.watch);
    machine.hubAt(18_000).startServer("grace", "standard");
    machine.hubAt(18_000).startServer("ada", "standard");
  });

  const started = (from: number): readonly string[] =>
    machine.processes.starts
      .slice(from)
      .map((marker) => marker.slice(`${uuid}/alpha/`.length))
      .toSorted((one, other) => (one < other ? -1 : 1));
  const changes = async (): Promise<unknown> => (await app.plan([alpha])).changes;
  const notice = `/state/fleets/${uuid}/hubs/alpha/run/notice.json`;

  it("restarts hub, gateway and culler, and keeps the log from before", async () => {
    const before = machine.processes.starts.length;
    const log = `/state/fleets/${uuid}/hubs/alpha/run/hub.log`;
    await machine.files.ensureFile(log, "from before\n", 0o600);

    await app.restart(alpha, "hub", machine.watch);

    expect(started(before)).toEqual(["culler", "gateway", "hub"]);
    expect(await machine.files.read(`${log}.1`)).toBe("from before\n");
    const [kept] = await app.logs("alpha", "hub", { previous: true, signal });
    expect(await kept?.tail(9)).toEqual(["from before"]);
    expect(await changes()).toEqual([]);
  });

  it("restarts the proxy alone, and has it told its routes", async () => {
    const before = machine.processes.starts.length;

    await app.restart(alpha, "proxy", machine.watch);

    expect(started(before)).toEqual(["proxy"]);
    expect(machine.hubAt(18_000).routesRestored).toBe(1);
    expect(await changes()).toEqual([]);
  });

  it("restarts nothing that was never brought up", async () => {
    app = await machine.open(aFleet().withHub("beta", { port: 18_010 }));
    const beta = (await app.select(["hub/beta"])).local[0] as Hub; // it was just added

    await expect(app.restart(beta, "hub", machine.watch)).rejects.toMatchObject({ code: "NO_DRAFT" });
  });

  it("announces, waits, and stops the servers of the users named", async () => {
    const servers = await app.servers("alpha", ["grace"], signal);
    const begun = machine.clock.now().getTime();

    const done = await app.stopServers(
      "alpha",
      { servers, message: "Upgrade", waitMilliseconds: 60_000 },
      machine.watch,
    );

    expect(done).toEqual({ stopped: ["grace"], failed: [], isInterrupted: false });
    expect(machine.clock.now().getTime() - begun).toBeGreaterThanOrEqual(60_000);
    expect((await app.servers("alpha", [], signal)).map(({ user }) => user)).toEqual(["ada"]);
    expect(machine.watch.events.map(({ text }) => text).join("\n")).toContain("announced on its pages: Upgrade");
    expect(await machine.files.exists(notice)).toBe(false);
    expect(await changes()).toEqual([]);
  });

  it("is no change for plan while it announces, and stops nothing when it is interrupted", async () => {
    const interruption = new AbortController();
    const servers = await app.servers("alpha", [], signal);
    let seen: unknown;
    const watch = {
      signal: interruption.signal,
      report: async () => {
        seen = { plan: await changes(), notice: await machine.files.read(notice) };
        interruption.abort();
      },
    };

    const done = await app.stopServers("alpha", { servers, message: "", waitMilliseconds: 60_000 }, watch);

    expect(done).toEqual({ stopped: [], failed: [], isInterrupted: true });
    expect(seen).toEqual({ plan: [], notice: expect.stringContaining("Save your work.") as string });
    expect(await machine.files.exists(notice)).toBe(false);
    expect(await app.servers("alpha", [], signal)).toHaveLength(2);
  });

  it("goes on past a server that cannot be stopped, and says so", async () => {
    const servers = await app.servers("alpha", [], signal);
    machine.hubApi.break(machine.hubAt(18_000).url);

    const done = await app.stopServers("alpha", { servers, message: "", waitMilliseconds: 0 }, machine.watch);

    expect(done.failed.map(({ server }) => server)).toEqual(["grace", "ada"]);
  });

  it("names the users that have a server when one is named that has none", async () => {
    await expect(app.servers("alpha", ["edsger"], signal)).rejects.toMatchObject({
      code: "UNKNOWN_TARGET",
      hint: "known: grace, ada",
    });
  });

  it("runs a command in the hub's environment, and passes its status on", async () => {
    machine.programs.answer(() => true, { exitCode: 3, output: "" });

    expect(await app.exec("alpha", ["pip", "list"], { server: undefined, signal })).toMatchObject({ exitCode: 3 });

    const request = machine.programs.requests.at(-1);
    expect(request?.argv).toEqual(["pip", "list"]);
    expect(request?.environment["PATH"]).toMatch(/^\/state\/environments\/\w+\/bin:/);
  });

  it("runs a command as a user through the code that starts their servers", async () => {
    await app.exec("alpha", ["bash", "-l"], { server: "grace", signal });

    const argv = machine.programs.requests.at(-1)?.argv ?? [""];
    expect(argv.slice(argv.indexOf("--user"))).toEqual(["--user", "grace", "--", "bash", "-l"]);
  });

  it("runs nothing for a hub that is not here", async () => {
    await expect(app.exec("beta", ["true"], { server: undefined, signal })).rejects.toMatchObject({
      code: "UNKNOWN_TARGET",
    });
  });

  it("says why of a hub whose file was deleted, too", async () => {
    app = await machine.open(aFleet().withHub("beta", { port: 18_010 }).without("hubs/alpha.yaml"));
    expect(await app.why("alpha")).toMatchObject({ verdict: "nothing wrong" });

    machine.processes.crash(`${uuid}/alpha/culler`);

    expect((await app.why("alpha")).findings.map(({ cause }) => cause)).toEqual(["process-ended"]);
  });

  it("watches until it is told to stop", async () => {
    const interruption = new AbortController();
    const seen: string[] = [];

    await app.watchStatus(({ hubs }) => {
      seen.push(hubs.map(({ health }) => health).join());
      if (seen.length === 1) machine.processes.crash(`${uuid}/alpha/hub`);
      else interruption.abort();
    }, interruption.signal);

    expect(seen).toEqual(["healthy", "degraded"]);
  });

  describe("doctor", () => {
    const level = async (about: string): Promise<string | undefined> => {
      machine.programs.answer(({ argv }) => argv.includes("--version"), { exitCode: 0, output: "v24.21.0" });
      const { lines } = await app.doctor();
      const found = lines.filter((line) => line.about === about && line.level !== "ok")[0];
      return found === undefined ? "ok" : `${found.level}: ${found.says}`;
    };
    const environments = "/state/environments";

    it("finds nothing to fail on a good machine", async () => {
      machine.programs.answer(({ argv }) => argv.includes("--version"), { exitCode: 0, output: "v24.21.0" });

      const { lines } = await app.doctor();

      expect(lines.filter(({ level: one }) => one === "fail")).toEqual([]);
      expect(lines.filter(({ level: one, todo }) => one !== "ok" && todo === "")).toEqual([]);
    });

    it("warns of environments that nobody uses, and of half-built ones", async () => {
      await machine.files.ensureFile(`${environments}/0123/.complete`, "", 0o644);
      await machine.files.ensureFile(`${environments}/0123/bin/python`, "x".repeat(3_000_000), 0o755);
      expect(await level("environments")).toBe("ok");

      await machine.files.ensureFile(`${environments}/0123.used`, "2026-11-01T00:00:00.000Z", 0o644);
      expect(await level("environments")).toBe("warn: 1 of 2 used by nothing (3 MB)");
      const { lines } = await app.doctor();
      expect(lines.find(({ about }) => about === "environments")?.todo).toBe("hubfleet prune (frees 3 MB)");

      await machine.files.remove(`${environments}/0123/.complete`);
      expect(await level("environments")).toBe("warn: 1 of 2 used by nothing (3 MB)");
    });

    it("warns of processes whose hub is not on the disk", async () => {
      machine.processes.add({ marker: `${uuid}/gone/hub`, command: "python" });

      expect(await level("processes")).toContain(`${uuid}/gone/hub`);
    });

    it("fails on a port that a stranger holds", async () => {
      machine.processes.crash(`${uuid}/alpha/hub`);
      machine.processes.add({ command: "nc -l", listens: [18_002] });

      expect(await level("ports of alpha")).toContain("fail: 18002 is held by process");
    });

    it("fails on a state directory that everybody may write to", async () => {
      machine.inspection.setFacts("/state", { mode: 0o777 });

      expect(await level("state")).toContain("fail: every account may write");
    });

    it("fails on a full disk, and on a clock that is behind", async () => {
      machine.inspection.setSpace("/state", { freeBytes: 1e6 });
      machine.inspection.setFacts("/state", { modified: new Date(machine.clock.now().getTime() + 3_600_000) });

      expect(await level("disk")).toContain("fail: 1 MB of");
      expect(await level("clock")).toContain("was written later");
    });

    it("says why limits are not enforced", async () => {
      machine.inspection.noControlGroups("this machine has no control group for memory");

      expect(await level("limits")).toContain("no control group for memory");
    });

    it("looks at the machine also when the fleet's files are broken", async () => {
      app = await machine.open(aFleet().withFile("platform.yaml", "version: [\n"));

      expect(await level("fleet")).toContain("problems in its files");
      expect(await level("disk")).toBe("ok");
    });

    it("names who holds the lease", async () => {
      machine.locks.holdElsewhere(`fleet/${uuid}`, { command: "up" });

      expect(await level("lease")).toContain('"hubfleet up"');
    });
  });
});
