import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import { readDeployed } from "../../src/bundle/deployed.ts";
import { readRecords } from "../../src/evidence/read-records.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { eventually } from "../support/eventually.ts";
import { aFleetHere, aPlatform, type Begun, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { chartInWords, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { createSlowHelm, type SlowHelm } from "../support/kubernetes/slow-helm.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;
const isWhole = process.env["HUBFLEET_TEST_KILL"] === "all";

const profile = { id: "small", default: true, memoryLimit: "1G" };
/** HUBFLEET_TEST_KILL=all: everywhere, which takes a quarter of an hour. */
const journalled = [
  { step: "put its objects in place", state: "intent", isShort: true },
  { step: "upgrade release killed", state: "intent", isShort: false },
  { step: "upgrade release killed", state: "done", isShort: false },
  { step: "wait until its pods are ready", state: "intent", isShort: true },
  { step: "read live settings", state: "intent", isShort: false },
  { step: "read live settings", state: "done", isShort: false },
].filter(({ isShort }) => isWhole || isShort);
const moments = isWhole ? [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12] : [];

/** Real commands ended with SIGKILL; the same command again needs nobody's help. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(
  `a promotion and an upgrade by ${chartInWords("jupyterhub")}, killed`,
  () => {
    let around: string;
    let slow: SlowHelm;
    let fleet: FleetHere;
    let connection: ClusterConnection;
    const bundles: string[] = [];
    let turn = 0;

    beforeAll(async () => {
      around = await mkdtemp(join(tmpdir(), "hubfleet-killed-"));
      slow = await createSlowHelm(around);
      connection = await connectHere();
      const stages = [{ name: "production", checks: [] }];
      const hub = { namespace, dask: { enabled: false } };
      fleet = await aFleetHere(hub, { name: "killed", stages, programs: [slow.directory] });
      for (const region of ["north", "south"]) {
        const chartValues = { jupyterhub: { hub: { extraEnv: { REGION: region } } } };
        await fleet.write("platform.yaml", aPlatform({ chartValues, profiles: [{ ...profile, name: region }] }));
        await fleet.commit(region);
        bundles.push(await fleet.bundle());
      }
      await fleet.done("promote", bundles[0] ?? "", "--to", "production");
    });
    afterAll(async () => {
      await connection.delete({ apiVersion: "v1", kind: "Namespace", name: namespace }, never);
      await fleet.clean();
      await rm(around, { recursive: true, force: true });
    });

    const git = (...words: readonly string[]): string =>
      execFileSync("git", ["-C", fleet.directory, ...words], { encoding: "utf8", maxBuffer: 1 << 28 });
    const recorded = (): ReadonlyMap<string, string> => {
      const paths = git("ls-tree", "-r", "--name-only", "hubfleet/state").trim().split("\n");
      const wanted = paths.filter((path) => path.startsWith("evidence/") || path === "deployed.yaml");
      return new Map(wanted.map((path) => [path, git("show", `hubfleet/state:${path}`)]));
    };
    const journal = (): string => {
      const fleets = join(fleet.root, "state", "fleets");
      const file = join(fleets, readdirSync(fleets)[0] ?? "", "journal.jsonl");
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    };
    const releases = async (): Promise<readonly string[]> => {
      const query = { apiVersion: "v1", kind: "Secret", namespace, labels: { owner: "helm", name: "killed" } };
      const found = await connection.listMetadata(query, never);
      return found.map(({ labels }) => labels?.["status"] ?? "").filter((status) => status !== "superseded");
    };
    /** Begins to promote the other bundle. */
    const beginNext = (): { readonly command: Begun; readonly bundle: string } => {
      const bundle = bundles[(turn += 1) % 2] ?? "";
      return { command: fleet.begin("promote", bundle, "--to", "production"), bundle };
    };
    const again = (bundle: string): Promise<string> => fleet.done("promote", bundle, "--to", "production");
    const isDone = "stage production stands at 1 of 1 hub";
    /** Nothing is lost, doubled or left over. */
    const expectWhole = async (bundle: string): Promise<void> => {
      const files = recorded();
      expect(readDeployed(files)).toMatchObject({
        stages: { production: { id: bundle, hubs: { killed: "done" } } },
        hubs: { killed: { id: bundle } },
      });
      expect(readRecords(files)).toMatchObject({ problems: [], missing: [] });
      expect(await releases()).toEqual(["deployed"]);
      expect(await regionOf()).toBe(bundle === bundles[0] ? "north" : "south");
      expect(JSON.parse(await fleet.done("plan", "-o", "json"))).toMatchObject({ changes: [] });
    };
    /** That the one hub there is was started with. */
    const regionOf = async (): Promise<unknown> => {
      const query = { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "hub" } };
      const [hub, ...others] = (await connection.list(query, never)).filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined,
      );
      expect(others).toEqual([]);
      const { containers } = (hub?.["spec"] ?? { containers: [] }) as PodSpec; // as the API has it
      return containers[0]?.env.find(({ name }) => name === "REGION")?.value;
    };

    it.each(journalled)(
      "is brought to an end by the same command: killed at $step, $state",
      async ({ step, state }) => {
        const before = journal().length;
        const { command, bundle } = beginNext();
        await eventually(
          "the step begins",
          () => journal().slice(before).includes(`"step":"${step}","state":"${state}"`),
          60_000,
        );
        command.kill();
        expect(await command.result).toMatchObject({ exitCode: undefined });

        expect(await again(bundle)).toContain(isDone);
        await expectWhole(bundle);
      },
    );

    it.each(moments)("is brought to an end by the same command: killed after %s s", async (seconds) => {
      const { command, bundle } = beginNext();
      await wait(seconds * 1000);
      command.kill();
      await command.result;

      expect(await again(bundle)).toContain(isDone);
      await expectWhole(bundle);
    });

    const pending = (): Promise<true> =>
      eventually("Helm is at work", async () => (await releases()).includes("pending-upgrade"), 60_000);

    it("goes on from a real pending-upgrade, whose Helm was killed with hubfleet", async () => {
      const { command, bundle } = beginNext();
      await pending();
      command.kill();
      await slow.kill();
      await command.result;
      expect(await releases()).toEqual(expect.arrayContaining(["pending-upgrade"]));

      expect(await again(bundle)).toContain(isDone);
      await expectWhole(bundle);
    });

    it("says that Helm was killed, and the next command goes on from there", async () => {
      const { command, bundle } = beginNext();
      await pending();
      await slow.kill();

      const { exitCode, stdout, stderr } = await command.result;
      expect({ exitCode, said: stdout + stderr }).toEqual({ exitCode: 4, said: expect.stringContaining("killed") });

      expect(await again(bundle)).toContain(isDone);
      await expectWhole(bundle);
    });
  },
);

interface PodSpec {
  readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value?: string }[] }[];
}
