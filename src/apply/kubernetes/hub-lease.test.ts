import { beforeEach, describe, expect, it } from "vitest";

import { createClockMemory, type ClockMemory } from "../../adapters/clock/clock-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import { type HubLeaseProps, withHubLease } from "./hub-lease.ts";

const address = { context: "cloud", server: "https://203.0.113.7", certificateAuthority: undefined };
const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", name: "hubfleet", namespace: "alpha" };

describe("the lease of a hub on a cluster", () => {
  let clock: ClockMemory;
  let cluster: ClusterMemory;
  let connection: ClusterConnection;
  let told: string[];

  beforeEach(async () => {
    clock = createClockMemory();
    cluster = createClusterMemory({ now: () => clock.now() });
    cluster.give(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "alpha" } },
      { manager: "test", takesOver: false, isTrial: false },
    );
    connection = await createKubernetesMemory({ contexts: [{ ...address, cluster }] }).connect({
      name: "cloud",
      context: "cloud",
    });
    told = [];
  });

  const props = (run: string, more: Partial<HubLeaseProps> = {}): HubLeaseProps => ({
    ...{ connection, namespace: "alpha", name: "hubfleet", labels: {}, run, clock, target: "hub/alpha" },
    holder: `hubfleet apply of ${run}`,
    report: ({ text }) => void told.push(text),
    signal: new AbortController().signal,
    ...more,
  });
  const holder = (): unknown => Object(cluster.find(lease)?.["spec"])["holderIdentity"];
  /** Somebody's that does not end by itself. */
  const leave = (run: string): KubernetesObject =>
    cluster.give(
      {
        ...{ apiVersion: lease.apiVersion, kind: lease.kind, metadata: { name: lease.name, namespace: "alpha" } },
        spec: {
          holderIdentity: `hubfleet apply ${run}`,
          leaseDurationSeconds: 20,
          renewTime: clock.now().toISOString(),
        },
      },
      { manager: `hubfleet-${run}`, takesOver: true, isTrial: false },
    );

  it("is taken where it is free, and free again afterwards, whatever the end", async () => {
    const result = await withHubLease(props("first"), async () => holder());
    const failing = withHubLease(props("second"), () => Promise.reject(new Error("no disk")));

    await expect(failing).rejects.toThrow("no disk");
    expect(result).toBe("hubfleet apply of first first");
    expect(holder()).toBeUndefined();
    expect(told).toEqual([]);
  });

  it("keeps nothing of runs that ended", async () => {
    const given: string[][] = [];
    for (const run of ["first", "second"]) {
      await withHubLease(props(run, { labels: { of: run } }), async () => {
        given.push(Object.keys(cluster.find(lease)?.metadata.labels ?? {}));
      });
    }

    const { metadata, ...rest } = cluster.find(lease) ?? { metadata: { name: "" } };

    expect(given).toEqual([["of"], ["of"]]);
    expect(rest).toEqual({ apiVersion: lease.apiVersion, kind: lease.kind });
    expect(metadata.labels).toBeUndefined();
  });

  it("is refused while its holder shows that it lives", async () => {
    const living = { ...clock, sleep: async (ms: number) => clock.sleep(ms).then(() => clock.tick()) };

    const refused = withHubLease(props("first"), () =>
      withHubLease(props("second", { clock: living }), async () => "both"),
    );

    await expect(refused).rejects.toMatchObject({
      code: "HUB_LEASE_HELD",
      message: '"hubfleet apply of first first" is changing hub/alpha',
    });
    expect(told).toEqual(['"hubfleet apply of first first" has the hub; looking whether it is still at work']);
  });

  it("that a killed command left is taken over, when it was silent for its duration", async () => {
    leave("killed");
    const begun = clock.now().getTime();

    const taken = await withHubLease(props("second"), async () => ({
      holder: holder(),
      after: clock.now().getTime() - begun,
    }));

    expect(taken.holder).toBe("hubfleet apply of second second");
    expect(taken.after).toBeGreaterThan(20_000);
    expect(holder()).toBeUndefined();
  });

  it("ends the writer that lost it, and stays with who has it", async () => {
    const lost = withHubLease(props("first"), async (signal) => {
      await clock.tick();
      const before = signal.aborted;
      leave("other");
      clock.advance(5_000);
      await clock.tick();
      return [before, signal.aborted];
    });

    expect(await lost).toEqual([false, true]);
    expect(holder()).toBe("hubfleet apply other");
  });

  it("goes on while the cluster does not answer for a moment", async () => {
    const aborted = await withHubLease(props("first"), async (signal) => {
      cluster.failure = "CLUSTER_UNREACHABLE";
      await clock.tick();
      cluster.failure = undefined;
      await clock.tick();
      return signal.aborted;
    });

    expect(aborted).toBe(false);
    expect(holder()).toBeUndefined();
  });

  it.each(["never taken", "given back", "left by a killed command"])(
    "that was %s goes to one of two",
    async (state) => {
      if (state === "given back") await withHubLease(props("before"), async () => {});
      if (state === "left by a killed command") leave("killed");
      clock.advance(1); // as no two requests are at the same moment
      const writers: string[] = [];
      let most = 0;
      const write = (run: string): Promise<string> =>
        withHubLease(props(run), async () => {
          writers.push(run);
          most = Math.max(most, writers.length);
          for (let turn = 0; turn < 40; turn += 1) {
            await clock.sleep(1_000);
            await clock.tick();
          }
          writers.splice(writers.indexOf(run), 1);
          return run;
        });

      const ends = await Promise.allSettled([write("first"), write("second")]);

      expect(most).toBe(1);
      expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []))).toMatchObject([
        { code: "HUB_LEASE_HELD" },
      ]);
    },
  );
});
