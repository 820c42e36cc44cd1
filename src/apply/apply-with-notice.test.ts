import { beforeEach, describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { App } from "../app/use-cases.ts";
import type { ProgressEvent } from "../ports/local-world.ts";
import type { EndingPolicy } from "./apply-with-notice.ts";
import type { Outcome } from "./outcome.ts";

const notice = (hub: string): string =>
  `/state/fleets/11111111-2222-4333-8444-555555555555/hubs/${hub}/run/notice.json`;
const minute = 60_000;

/** Hub alpha with two servers is to move; hub beta gets another announcement and has a server, too. */
describe("ending users' servers", () => {
  let machine: PretendedMachine;
  let app: App;
  const fleet = aFleet().withHub("beta", { port: 18_010 });
  const changed: FleetBuilder = fleet
    .withHub("alpha", { port: 18_100 })
    .withHub("beta", { port: 18_010, announcement: "Welcome" });

  beforeEach(async () => {
    machine = aLocalWorld();
    app = await machine.open(fleet);
    await app.up((await app.select([])).local, machine.watch);
    machine.hubAt(18_000).startServer("grace", "standard");
    machine.hubAt(18_000).startServer("ada", "standard");
    machine.hubAt(18_010).startServer("grace", "standard");
    app = await machine.open(changed);
  });

  const up = async (
    ending: EndingPolicy | undefined,
    watch: Parameters<App["up"]>[1] = machine.watch,
  ): Promise<Readonly<Record<string, Outcome>>> => {
    const outcomes = await app.up((await app.select([])).local, watch, ending);
    return Object.fromEntries(outcomes.map((outcome) => [outcome.target, outcome]));
  };
  const servers = async (hub: string): Promise<number> =>
    (await app.status()).find((status) => status.hub === hub)?.servers ?? -1;
  const texts = (): string => machine.watch.events.map(({ text }) => text).join("\n");
  const terms = (given: Partial<EndingPolicy>): EndingPolicy => ({
    consent: new Set(),
    message: "",
    waitMilliseconds: 0,
    ...given,
  });

  it("is not done without consent: the hub is held back, the others go on", async () => {
    expect(await up(terms({}))).toMatchObject({
      "hub/alpha": { kind: "held", why: expect.stringContaining("it would end 2 servers; --yes allows it") as string },
      "hub/beta": { kind: "changed" },
    });
    expect(await servers("alpha")).toBe(2);
  });

  it("is done at once with consent, without a word when there is nothing to say", async () => {
    const begun = machine.clock.now().getTime();

    expect(await up(terms({ consent: "all" }))).toMatchObject({ "hub/alpha": { kind: "changed" } });

    expect(await servers("alpha")).toBe(0);
    expect(await servers("beta")).toBe(1);
    expect(machine.clock.now().getTime() - begun).toBeLessThan(minute);
    expect(texts()).not.toContain("announced");
  });

  it("is what an apply later goes on with, when an up was held back", async () => {
    await up(terms({}));

    const held = await app.apply((await app.select([])).local, machine.watch, undefined, { ending: terms({}) });
    const done = await app.apply((await app.select([])).local, machine.watch, undefined, {
      ending: terms({ consent: new Set(["alpha"]) }),
    });

    expect(held.map(({ target, kind }) => `${target} ${kind}`)).toEqual(["hub/alpha held", "hub/beta unchanged"]);
    expect(done.map(({ target, kind }) => `${target} ${kind}`)).toEqual(["hub/beta unchanged", "hub/alpha changed"]);
  });

  it("is announced on the hub's pages and waited for; other hubs do not wait", async () => {
    const begun = machine.clock.now().getTime();
    const seen = new Map<string, { notice: boolean; minutes: number }>();
    const watch = {
      ...machine.watch,
      report: (event: ProgressEvent) => {
        machine.watch.report(event);
        if (event.state !== "settled") return;
        const isUp = machine.files.contents("/state")[notice("alpha")] !== undefined;
        seen.set(event.target, { notice: isUp, minutes: Math.floor((machine.clock.now().getTime() - begun) / minute) });
      },
    };

    await up(terms({ consent: "all", message: "We move", waitMilliseconds: 10 * minute }), watch);

    expect(texts()).toMatch(/announced on its pages: We move \(servers stop at \d\d:\d\d UTC\)/);
    expect(seen.get("hub/beta")).toEqual({ notice: true, minutes: 0 });
    expect(seen.get("hub/alpha")).toMatchObject({ minutes: 10 });
    expect(await servers("alpha")).toBe(0);
    expect(await machine.files.exists(notice("alpha"))).toBe(false);
    expect(await machine.files.exists(notice("beta"))).toBe(false);
  });

  it("does not happen when a person interrupts the wait, and the announcement is taken back", async () => {
    const interruption = new AbortController();
    const watch = {
      signal: interruption.signal,
      report: ({ state, text }: ProgressEvent) => {
        if (state === "started" && text === "wait until servers end") interruption.abort();
      },
    };

    expect(await up(terms({ consent: "all", waitMilliseconds: 10 * minute }), watch)).toMatchObject({
      "hub/alpha": { kind: "held", why: expect.stringContaining("interrupted") as string },
    });

    expect(await servers("alpha")).toBe(2);
    expect(await machine.files.exists(notice("alpha"))).toBe(false);
  });

  it("does not wait for hubs on which nobody has a server", async () => {
    machine = aLocalWorld();
    app = await machine.open(fleet);
    await app.up((await app.select([])).local, machine.watch);
    app = await machine.open(changed);
    const begun = machine.clock.now().getTime();

    expect(await up(terms({ waitMilliseconds: 10 * minute }))).toMatchObject({ "hub/alpha": { kind: "changed" } });
    expect(machine.clock.now().getTime() - begun).toBeLessThan(minute);
  });

  it("needs no consent for those who are not let in any more: they are put out at once", async () => {
    app = await machine.open(
      fleet.withPlatform({ images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"] } }),
    );

    expect(await up(terms({ waitMilliseconds: 10 * minute }))).toMatchObject({ "hub/alpha": { kind: "changed" } });
    expect(await servers("alpha")).toBe(1);
  });

  it("is asked about beforehand, by what up or apply would do", async () => {
    const hubs = (await app.select([])).local;
    const ending = [{ hub: "alpha", what: "2 servers" }];

    expect(await app.endings(hubs, "up")).toEqual(ending);
    expect(await app.endings(hubs, "apply")).toEqual([]);
    await up(terms({}));
    expect(await app.endings(hubs, "apply")).toEqual(ending);
    // It is apply's to do now, and not to be told a second time.
    expect((await app.plan(hubs)).waiting).toEqual([]);
  });

  it("is nothing that a restart does", async () => {
    await up(terms({}));
    const [alpha] = (await app.select(["hub/alpha"])).local;
    if (alpha === undefined) throw new Error("it was written above");

    await expect(app.restart(alpha, "hub", machine.watch)).rejects.toMatchObject({ code: "CONFIRMATION_NEEDED" });
    expect(await servers("alpha")).toBe(2);
  });

  it("leaves no notice for ever: the next run takes back what a killed one left, and only that", async () => {
    const left = (by: string): string => JSON.stringify({ version: 1, by, text: "x", until: "2027-01-01T00:00:00Z" });
    await machine.files.ensureFile(notice("alpha"), left("apply"), 0o600);
    await machine.files.ensureFile(notice("beta"), left("stop-servers"), 0o600);

    await up(terms({}));

    expect(await machine.files.exists(notice("alpha"))).toBe(false);
    expect(await machine.files.exists(notice("beta"))).toBe(true);
  });
});
