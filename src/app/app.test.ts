import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "./use-cases.ts";
import type { Outcome } from "../apply/outcome.ts";
import type { Change } from "../plan/plan.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const small = aFleet().withHub("beta", { port: 18_010 });

/** The use-cases on a pretended machine: what processes of it start, end and keep. */
describe("a fleet on a pretended machine", () => {
  let machine: PretendedMachine;
  let app: App;

  beforeEach(async () => {
    machine = aLocalWorld();
    app = await machine.open(small);
    await up();
  });

  const up = async (...targets: string[]): Promise<readonly Outcome[]> =>
    app.up((await app.select(targets)).local, machine.watch);
  const apply = async (): Promise<readonly Outcome[]> => app.apply((await app.select([])).local, machine.watch);
  const changes = async (): Promise<readonly string[]> =>
    (await app.plan((await app.select([])).local)).changes.map(words);
  const started = (from: number): readonly string[] =>
    machine.processes.starts
      .slice(from)
      .map((marker) => marker.slice(uuid.length + 1))
      .toSorted((one, other) => (one < other ? -1 : 1));

  it("comes up, and has nothing left to plan", async () => {
    expect(await changes()).toEqual([]);
    expect(machine.processes.running().map(({ marker }) => marker)).toHaveLength(8);
  });

  it("starts nothing when it comes up again", async () => {
    const before = machine.processes.starts.length;

    expect(kinds(await up())).toEqual({ "hub/alpha": "unchanged", "hub/beta": "unchanged" });

    expect(started(before)).toEqual([]);
    expect(machine.environments.builds).toHaveLength(new Set(machine.environments.builds).size);
  });

  it("starts a component that was killed, and nothing else", async () => {
    const before = machine.processes.starts.length;
    machine.processes.crash(`${uuid}/alpha/hub`);

    expect(await changes()).not.toEqual([]);
    expect(kinds(await apply())).toEqual({ "hub/alpha": "changed", "hub/beta": "unchanged" });

    expect(started(before)).toEqual(["alpha/hub"]);
    expect(await changes()).toEqual([]);
  });

  it("takes a stranger with the pid of a component for what it is", async () => {
    const proxy = machine.processes.running().find(({ marker }) => marker === `${uuid}/alpha/proxy`);
    const stranger = machine.processes.reusePid(proxy ?? { pid: 0, startTime: "" });

    await apply();

    expect(machine.processes.running()).toContainEqual(stranger);
    expect(machine.processes.signals.map(({ pid }) => pid)).not.toContain(stranger.pid);
    expect(await changes()).toEqual([]);
  });

  it("has a proxy that was restarted told its routes by a hub that was not", async () => {
    machine.processes.crash(`${uuid}/alpha/proxy`);

    await apply();

    expect(machine.hubAt(18_000).routesRestored).toBe(1);
    expect(machine.hubAt(18_010).routesRestored).toBe(0);
  });

  it("sees and mends routes that a proxy lost, as when the command that started it was killed", async () => {
    machine.hubAt(18_000).startServer("grace", "standard");
    machine.hubAt(18_000).loseRoutes();

    expect(await changes()).toEqual(["update hub/alpha proxy routes"]);
    expect(kinds(await apply())).toEqual({ "hub/alpha": "changed", "hub/beta": "unchanged" });

    expect(machine.hubAt(18_000).routesRestored).toBe(1);
    expect(await changes()).toEqual([]);
  });

  it("brings everything up again after the machine was restarted", async () => {
    machine.processes.reboot();

    await apply();

    expect(machine.processes.running()).toHaveLength(8);
    expect(await changes()).toEqual([]);
  });

  it("takes a user off the list without a restart, and his server with him", async () => {
    const before = machine.processes.starts.length;
    machine.hubAt(18_000).startServer("grace", "standard");
    app = await machine.open(
      small.withPlatform({ images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"], users: ["edsger"] } }),
    );

    await apply();

    expect(machine.hubAt(18_000).users).toEqual([]);
    expect(machine.hubAt(18_000).logIn("grace")).toBe(false);
    expect(started(before)).toEqual([]);
    expect(await changes()).toEqual([]);
  });

  it("lets one hub fail without stopping the other, and mends it the next time", async () => {
    machine.processes.crash(`${uuid}/alpha/hub`);
    machine.processes.crash(`${uuid}/beta/culler`);
    machine.breakComponent("hub", "ModuleNotFoundError: No module named 'tornado'");

    const outcomes = await apply();

    expect(kinds(outcomes)).toEqual({ "hub/alpha": "failed", "hub/beta": "changed" });
    expect(JSON.stringify(outcomes.map(problems))).toContain("HUB_NOT_HEALTHY");
    machine.breakComponent("hub", undefined);
    expect(kinds(await apply())).toEqual({ "hub/alpha": "changed", "hub/beta": "unchanged" });
    expect(await changes()).toEqual([]);
  });

  it("names who took a port", async () => {
    machine.processes.crash(`${uuid}/alpha/hub`);
    machine.processes.add({ command: "python3 -m http.server", listens: [18_002] });

    const [alpha] = await apply();

    expect(problems(alpha)).toMatchObject([
      { code: "PORT_TAKEN", message: expect.stringContaining("http.server") as string },
    ]);
  });

  it("says who holds the lease", async () => {
    const end = machine.locks.holdElsewhere(`fleet/${uuid}`, { command: "up" });

    await expect(apply()).rejects.toMatchObject({ code: "LEASE_HELD" });
    end();
    expect(kinds(await apply())).toEqual({ "hub/alpha": "unchanged", "hub/beta": "unchanged" });
  });

  it("keeps hubs as they are when their image cannot be built", async () => {
    const before = machine.processes.starts.length;
    app = await machine.open(small.withFile("images/lab/requirements.txt", "jupyterhub==5.5.4\ndask\n"));
    machine.environments.failNext("build", "No space left on device");

    const outcomes = await up();

    expect(kinds(outcomes)).toEqual({ "hub/alpha": "failed", "hub/beta": "failed" });
    expect(started(before)).toEqual([]);
  });

  it("leaves no process and nothing but what it keeps when it is destroyed", async () => {
    machine.processes.add({ marker: `${uuid}/alpha/server/grace`, ignoresTerm: true });
    const names = await app.present([]);

    const { hubs } = await app.destroy(names, { deleteHomes: false, deleteEnvironments: false }, machine.watch);

    expect(machine.processes.running()).toEqual([]);
    expect(hubs.flatMap(({ leftBehind }) => leftBehind)).toEqual([]);
    const left = Object.keys(machine.files.contents(`/state/fleets/${uuid}/hubs`));
    expect(left.every((path) => path.includes("/data/"))).toBe(true);
    expect(machine.locks.held()).toEqual([]);
  });
});

it("gives the same plan twice, to the byte", async () => {
  const machine = aLocalWorld({ isRoot: false });
  const app = await machine.open(small);
  const plan = async (): Promise<string> => JSON.stringify(await app.plan((await app.select([])).local));

  expect(await plan()).toBe(await plan());
});

function kinds(outcomes: readonly Outcome[]): Readonly<Record<string, string>> {
  return Object.fromEntries(outcomes.map(({ target, kind }) => [target, kind]));
}

function problems(outcome: Outcome | undefined): unknown {
  return outcome?.kind === "failed" ? outcome.errors.map(({ code, message }) => ({ code, message })) : [];
}

function words({ action, target, part }: Change): string {
  return `${action} ${target} ${part}`;
}
