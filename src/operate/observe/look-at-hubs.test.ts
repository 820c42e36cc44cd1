import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { theParts } from "../../../test/support/a-gate.ts";
import { aLocalWorld, type PretendedMachine } from "../../../test/support/a-local-world.ts";
import type { App } from "../../app/use-cases.ts";
import { addLook, type Look, noLooks, type PendingLooks } from "../../bundle/looks.ts";
import { hubPaths } from "../../runtime/local/paths.ts";
import { type HubToLookAt, lookAtHubs } from "./look-at-hubs.ts";

const policy = { heartbeatSeconds: 24 * 3600, observeEverySeconds: 3600 };

describe("looking at hubs", () => {
  let machine: PretendedMachine;
  let app: App;
  let alpha: HubToLookAt;
  let pending: PendingLooks;

  beforeEach(async () => {
    machine = aLocalWorld();
    app = await machine.open(aFleet().withHub("beta", { port: 18_010 }));
    await app.up((await app.select([])).local, machine.watch);
    pending = noLooks;
    alpha = {
      hub: "alpha",
      stage: "testing",
      bundle: { id: "b1", digest: "sha256:b1" },
      parts: theParts,
      standing: "stage",
      deployment: "b1@2026",
      failuresBefore: 0,
      deployedAt: machine.clock.now(),
      isChanging: false,
      runsWhatItShould: () => true,
    };
    // Until nothing is young any more.
    await machine.clock.sleep(300_000);
  });

  const look = async (...hubs: readonly HubToLookAt[]): Promise<readonly Look[]> => {
    const at: Look["at"] = { time: machine.clock.now().toISOString(), clock: { kind: "service", service: "ci" } };
    const looks = await lookAtHubs(hubs, { fleet: await app.fleet(), pending, at, world: machine });
    for (const one of looks) ({ pending } = addLook(pending, one, policy));
    return looks;
  };
  /** The hub writes down what its users do, a second apart. */
  const writeUse = async (...lines: readonly (readonly [kind: string, user: string])[]): Promise<void> => {
    const { serverUse } = hubPaths(machine.machine.stateRoot, (await app.fleet()).uuid, "alpha");
    for (const [kind, user] of lines) {
      const line = { at: machine.clock.now().toISOString(), kind, user, image: "lab" };
      await machine.files.append(serverUse, JSON.stringify(line));
      await machine.clock.sleep(1000);
    }
  };

  it("finds each of them as it is", async () => {
    await machine.processes.stop(await machine.processes.findMarked(`${(await app.fleet()).uuid}/alpha/hub`), 0);

    const looks = await look(alpha, { ...alpha, hub: "beta", standing: "held" });

    expect(looks.map(({ hub, standing, verdict, reason }) => [hub, standing, verdict, reason])).toEqual([
      ["alpha", "stage", "failed", "the hub process ended"],
      ["beta", "held", "passed", ""],
    ]);
    const { deployedAt: _at, isChanging: _is, runsWhatItShould: _runs, ...known } = alpha;
    expect(looks[0]).toEqual({ ...known, at: looks[0]?.at, verdict: "failed", reason: "the hub process ended" });
  });

  it("leaves it to others whether a hub runs what it should, and shows them what it found", async () => {
    const seen: unknown[] = [];
    const runsWhatItShould = (observed: unknown): boolean => {
      seen.push(observed);
      return false;
    };

    expect(await look({ ...alpha, runsWhatItShould })).toMatchObject([{ verdict: "unknown" }]);
    expect(seen).toMatchObject([{ name: "alpha", state: { users: [] } }]);
  });

  it("counts use from the first look that passed, and nothing where the hub does not count", async () => {
    const [first] = await look(alpha);
    await machine.clock.sleep(60_000);
    const [uncounted] = await look(alpha);
    await writeUse(["ready", "aa"], ["ready", "bb"]);
    const [second] = await look(alpha);
    await writeUse(["ready", "aa"], ["failed", "cc"]);
    const [third] = await look(alpha);

    const since = first?.at.time;
    expect([first?.exposure, uncounted?.exposure]).toEqual([undefined, undefined]);
    expect(second?.exposure).toEqual({ since, spawns: 2, users: 2, daskClusters: 0 });
    expect(third?.exposure).toEqual({ since, spawns: 3, users: 2, daskClusters: 0 });
  });

  it("fails while servers do not start, until one does", async () => {
    await writeUse(["failed", "old"], ["failed", "older"]);
    const now = { ...alpha, deployedAt: machine.clock.now() };
    await writeUse(["ready", "aa"], ["failed", "bb"]);
    const verdicts = [await look(now)];
    await writeUse(["failed", "cc"]);
    verdicts.push(await look(now), await look(now));
    await writeUse(["ready", "dd"]);
    verdicts.push(await look(now));

    expect(verdicts.map(([one]) => one?.verdict)).toEqual(["passed", "failed", "failed", "passed"]);
    expect(verdicts[1]?.[0]?.reason).toBe("servers with lab did not start for 2 users, and none has started since");
  });
});
