import { beforeEach, describe, expect, it } from "vitest";

import { aClusterFleet, aTwoClusterFleet, clusterHub, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import type { Look } from "../bundle/looks.ts";
import type { AdvancedFleet } from "./promotion-use-cases.ts";

const hour = 3_600_000;
const day = 24 * hour;
const staged = (soak: object): FleetBuilder =>
  aTwoClusterFleet()
    .withFleet({
      stages: [
        { name: "staging", checks: [], soak: { minimum: "7d", ...soak }, auto: true },
        { name: "production", checks: [], auto: true },
      ],
    })
    .withHub("alpha", clusterHub("alpha", "cloud", { stage: "staging" }));

describe("advance, of hubs on clusters", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;

  const begin = async (soak: object = {}): Promise<void> => {
    fleet = await aClusterFleet(staged(soak));
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
  };
  const advance = async (of = fleet): Promise<AdvancedFleet> => of.app().promotions.advance(of.machine.watch);
  const moves = async (): Promise<readonly string[]> =>
    (await advance()).promotions.map(({ stage, kind, bundle }) => `${kind} ${stage} ${bundle.id}`);
  const look = async (): Promise<Pick<Look, "verdict" | "reason">> => {
    const found = (await advance()).looks.find(({ hub }) => hub === "alpha");
    return { verdict: found?.verdict ?? "unknown", reason: found?.reason ?? "nobody looked" };
  };
  const pod = { apiVersion: "v1", kind: "Pod", namespace: "alpha", name: "hub-0" };
  const become = (object: object, status: object): void => {
    const manager = { manager: "kubelet", takesOver: true, isTrial: false };
    const labels = { component: "hub" };
    const metadata = { name: "hub-0", namespace: "alpha", labels };
    cloud.give({ apiVersion: "v1", kind: "Pod", metadata, ...object, status }, manager);
  };
  const used = (...users: readonly string[]): void => {
    const at = fleet.machine.clock.now().toISOString();
    const lines = users.map((user) => `${JSON.stringify({ at, kind: "ready", user, image: "lab" })}\n`);
    fleet.hubs.used.set("alpha", [...(fleet.hubs.used.get("alpha") ?? []), ...lines]);
  };

  beforeEach(() => begin());

  it("watches a bundle for a week, and moves it on at the look that completes it", async () => {
    const id = await fleet.bundle();
    const moved: (readonly string[])[] = [];

    for (let turn = 0; turn <= 14; turn += 1) {
      moved.push(await moves());
      fleet.machine.clock.advance(day / 2);
    }

    expect(moved[0]).toEqual([`entered staging ${id}`]);
    expect(moved.slice(1, 14).flat()).toEqual([]);
    expect(moved[14]).toEqual([`entered production ${id}`]);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("counts no time in which a cluster did not answer, and says so", async () => {
    await fleet.bundle();
    await advance();
    cloud.failure = "CLUSTER_UNREACHABLE";
    const silent = await look();
    fleet.machine.clock.advance(8 * day);
    expect(await moves()).toEqual([]);
    cloud.failure = undefined;

    expect(await moves()).toEqual([]);
    expect(silent).toEqual({ verdict: "unknown", reason: expect.stringContaining('"cloud" does not answer') });
    for (let turn = 0; turn < 7; turn += 1) {
      fleet.machine.clock.advance(day);
      expect(await moves()).toHaveLength(turn === 6 ? 1 : 0);
    }
  });

  it("sees a pod that crashes as a failure, one that takes another's place as nothing, and neither as a pass", async () => {
    await fleet.bundle();
    await advance();
    const passed = await look();
    const waiting = { phase: "Pending", conditions: [{ type: "Ready", status: "False" }] };
    cloud.take(pod);
    become({}, waiting);
    const young = await look();
    const restarted = {
      name: "hub",
      restartCount: 3,
      ready: false,
      state: { waiting: { reason: "CrashLoopBackOff" } },
    };
    become(
      { spec: { containers: [{ name: "hub" }] } },
      { ...waiting, phase: "Running", containerStatuses: [restarted] },
    );
    const crashing = await look();

    expect(passed).toEqual({ verdict: "passed", reason: "" });
    expect(young).toEqual({ verdict: "unknown", reason: "started a moment ago and not at work yet: hub" });
    expect(crashing.verdict).toBe("failed");
  });

  it("says of a hub that does not answer that nobody knows", async () => {
    await fleet.bundle();
    await advance();
    fleet.hubs.silent.add("alpha");

    expect(await look()).toMatchObject({ verdict: "unknown", reason: expect.stringContaining("does not answer") });
  });

  it("counts nothing of a hub that somebody changed beside hubfleet", async () => {
    await fleet.bundle();
    await advance();
    const [release] = cloud.select({ apiVersion: "v1", kind: "Secret", labels: { owner: "helm" } });
    const metadata = { name: "sh.helm.release.v1.alpha.v2", namespace: "alpha" };
    const labels = { ...release?.metadata.labels, version: "2" };
    const helm = { manager: "helm", takesOver: true, isTrial: false };
    cloud.give(
      { apiVersion: "v1", kind: "Secret", type: "helm.sh/release.v1", metadata: { ...metadata, labels } },
      helm,
    );

    expect(await look()).toMatchObject({ verdict: "unknown", reason: expect.stringContaining("does not run what it") });
  });

  it("counts on while a user who was added waits for `apply`", async () => {
    await fleet.bundle();
    await advance();
    await fleet.become((now) => now.withHub("alpha", clusterHub("alpha", "cloud", { stage: "staging", ...withMary })));

    expect((await fleet.plan()).changes).toMatchObject([{ part: "live settings" }]);
    expect(await look()).toEqual({ verdict: "passed", reason: "" });
  });

  it("takes a hub that a command is changing for nothing, until that shows no sign of life any more", async () => {
    await fleet.bundle();
    await advance();
    const { clock } = fleet.machine;
    const metadata = { name: "hubfleet", namespace: "alpha" };
    const spec = { holderIdentity: "hubfleet apply", leaseDurationSeconds: 20, renewTime: clock.now().toISOString() };
    const manager = { manager: "another", takesOver: true, isTrial: false };
    cloud.give({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec }, manager);
    const during = await look();
    clock.advance(hour);

    expect([during, await look()]).toMatchObject([
      { verdict: "unknown", reason: "a command is changing it" },
      { verdict: "passed" },
    ]);
  });

  it("waits for the use that its stage asks for, as the hubs themselves count it", async () => {
    await begin({ exposure: { spawns: 3, users: 2 } });
    const id = await fleet.bundle();
    await advance();
    for (let turn = 0; turn < 8; turn += 1) {
      fleet.machine.clock.advance(day);
      used("ada");
      expect(await moves()).toEqual([]);
    }
    fleet.machine.clock.advance(hour);
    used("grace");
    fleet.machine.clock.advance(hour);

    expect(await moves()).toEqual([`entered production ${id}`]);
  });

  it("runs the part of a check whose time has come, whichever machine began it", async () => {
    const later = { name: "nodes-gone", file: "checks/gone.py", after: "2h" };
    const checked = (now: FleetBuilder): FleetBuilder =>
      now
        .withFile("checks/gone.py", "print('gone')\n")
        .withHub("alpha", clusterHub("alpha", "cloud", { stage: "staging", checks: [later] }));
    fleet = await aClusterFleet(checked(staged({})));
    await fleet.bundle();
    await advance();
    const another = await aClusterFleet(checked(staged({})), fleet);
    const [alpha] = await fleet.app().selectAnywhere(["hub/alpha"]);
    const whole = await fleet.app().check(alpha as NonNullable<typeof alpha>, undefined, fleet.machine.watch);
    const early = await advance(another);
    another.machine.clock.advance(3 * hour);

    const due = await advance(another);

    expect(whole.deferred.map(({ step }) => step)).toEqual(["extra/nodes-gone"]);
    expect(early.checks).toEqual([]);
    expect(due.checks.map(({ target, steps }) => [target, steps.map(({ name }) => name)])).toEqual([
      ["hub/alpha", expect.arrayContaining(["extra/nodes-gone"])],
    ]);
    expect((await advance(another)).checks).toEqual([]);
  });
});

const withMary = { access: { login: { kind: "sign-up" }, users: ["grace", "mary"], admins: ["ada"] } };
