import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { secretValue } from "../../src/operate/kubernetes/observe-remote.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { aFleetHere, aHub, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { type AnotherCluster, startAnotherCluster, whyNoOtherCluster } from "../support/kubernetes/another-cluster.ts";
import { chartInWords, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere, targetHere } from "../support/kubernetes/cluster-here.ts";
import { findHelmHere } from "../support/kubernetes/helm-here.ts";
import { recordPrograms, type RecordedPrograms } from "../support/recorded-programs.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const whyNot =
  whyNoHubs !== "" ? whyNoHubs : findHelmHere("3") === undefined ? "there is no Helm 3 on PATH" : whyNoOtherCluster;
const of = (hub: string): string => `hubfleet-test-${run}-${hub}`;
const run = randomBytes(4).toString("hex");

/** One hub by Helm 4 and one on another cluster by Helm 3, told in order: each test goes on where the one before ended. */
skipSuiteUnless(whyNot === "", whyNot)(`hubs on two clusters by ${chartInWords("jupyterhub")}`, () => {
  const cleaning: (() => Promise<unknown>)[] = [];
  let there: AnotherCluster;
  let fleet: FleetHere;
  let programs: RecordedPrograms;
  let places: Readonly<Record<"east" | "west", ClusterConnection>>;
  const hubOf = (name: string, cluster: string, users: readonly string[]): Readonly<Record<string, unknown>> => ({
    ...aHub(name),
    ...{ cluster, namespace: of(name), dask: { enabled: false } },
    access: { login: { kind: "sign-up" }, users, admins: ["grace"] },
  });
  const allow = async (...users: readonly string[]): Promise<void> => {
    await fleet.write("hubs/east.yaml", hubOf("east", "here", users));
    await fleet.write("hubs/west.yaml", hubOf("west", "there", users));
    await fleet.commit("users");
  };
  const usersOf = async (hub: "east" | "west"): Promise<unknown> => {
    const secret = { apiVersion: "v1", kind: "Secret", name: "hubfleet-current", namespace: of(hub) };
    const text = secretValue(await places[hub].get(secret, never), "current.json") ?? "{}";
    return (JSON.parse(text) as { readonly access: { readonly users: unknown } }).access.users;
  };

  beforeAll(async () => {
    const around = await mkdtemp(join(tmpdir(), "hubfleet-two-clusters-"));
    cleaning.push(() => rm(around, { recursive: true, force: true }));
    there = await startAnotherCluster();
    cleaning.push(() => there.takeDown());
    const { kubeconfig } = there;
    const east = await connectHere();
    places = { east, west: await connectHere({ kubeconfig }) };
    cleaning.push(() => east.delete({ apiVersion: "v1", kind: "Namespace", name: of("east") }, never));
    const withInput = [findHelmHere("3") ?? "", findHelmHere("4") ?? ""];
    programs = await recordPrograms({ root: around, withInput, withoutInput: [] });
    fleet = await aFleetHere(hubOf("east", "here", ["ada"]), {
      ...{ name: "east", stages: [{ name: "production", checks: [] }], programs: [programs.directory] },
      files: {
        "clusters/there.yaml": { provider: "kubeconfig", context: targetHere(kubeconfig).context, helm: "3" },
        "hubs/west.yaml": hubOf("west", "there", ["ada"]),
      },
      variables: { KUBECONFIG: [process.env["KUBECONFIG"], kubeconfig].join(delimiter) },
    });
    cleaning.push(() => fleet.clean());
  });
  afterAll(async () => {
    for (const clean of cleaning.reverse()) await clean();
  });

  it("are promoted together, each by the Helm of its cluster", async () => {
    const promoted = await fleet.done("promote", await fleet.bundle(), "--to", "production");

    expect(promoted).toContain("stage production stands at 2 of 2 hubs");
    const calls = await programs.calls();
    const upgradesBy = (major: "3" | "4"): readonly string[] =>
      calls
        .filter(({ program, text }) => program === findHelmHere(major) && text.startsWith("upgrade\n"))
        .map(({ text }) => text.split("\n")[1] ?? "");
    expect({ 3: upgradesBy("3"), 4: upgradesBy("4") }).toEqual({ 3: ["west"], 4: ["east"] });
    expect(JSON.parse(await fleet.done("plan", "-o", "json"))).toMatchObject({ changes: [] });
  });

  it("go on beside a cluster that answers nothing: the rest is done, and the exit status is 4", async () => {
    await allow("ada", "mary");
    await there.freeze();

    const { exitCode, stdout, stderr } = await fleet.hubfleet("apply", "-o", "json");

    expect({ exitCode, said: stdout + stderr }).toEqual({
      exitCode: 4,
      said: expect.stringContaining("CLUSTER_UNREACHABLE"),
    });
    expect(await usersOf("east")).toEqual(["ada", "mary"]);
    const status = await fleet.hubfleet("status");
    expect(status.stdout).toMatch(/west.*unknown/);
  });

  it("are the same again when the cluster answers and the same command is typed", async () => {
    await there.thaw();

    expect(await fleet.done("apply")).toBeDefined();

    expect(await usersOf("west")).toEqual(["ada", "mary"]);
    expect(JSON.parse(await fleet.done("plan", "-o", "json"))).toMatchObject({ changes: [] });
  });

  it("are taken down, each by its Helm, and nothing is left", async () => {
    await fleet.done("destroy", "hub/east", "hub/west", "--yes", "--delete-homes");

    for (const hub of ["east", "west"] as const) {
      const namespace = { apiVersion: "v1", kind: "Namespace", name: of(hub) };
      expect(await places[hub].get(namespace, never)).toBeUndefined();
    }
  });
});
