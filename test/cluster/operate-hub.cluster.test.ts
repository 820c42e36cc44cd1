import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createHelmCli } from "../../src/adapters/helm/helm-cli.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { chartInWords, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { aFleetHere, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;

/** A hub from nothing, as an operator has it, and what is done with one that runs. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(`a hub by ${chartInWords("jupyterhub")}`, () => {
  let fleet: FleetHere;
  let connection: ClusterConnection;
  beforeAll(async () => {
    connection = await connectHere();
    fleet = await aFleetHere({ namespace, dask: { workerCores: 0.2, workerMemory: "512M" } });
  });
  afterAll(async () => {
    const helm = createHelmCli({ run: createRun(), major: "4" });
    // It has things that are in no namespace.
    await helm.uninstall(connection, { name: "tried-dask-gateway", namespace }, never);
    await connection.delete({ apiVersion: "v1", kind: "Namespace", name: namespace }, never);
    await fleet.clean();
  });
  const namesOf = async (kind: string): Promise<readonly string[]> => {
    const found = await connection.listMetadata({ apiVersion: "v1", kind, namespace }, never);
    return found.filter(({ deletionTimestamp }) => deletionTimestamp === undefined).map(({ name }) => name);
  };

  it("is promoted, and does well by a check with Dask", async () => {
    const [bundle = ""] = /\d{4}\.\d\d\.\d\d-[0-9a-f]+/.exec(await fleet.done("bundle", "new")) ?? [];

    expect(await fleet.done("promote", bundle, "--to", "production")).toContain("did well");

    const left = [...(await namesOf("Pod")), ...(await namesOf("PersistentVolumeClaim"))];
    expect(left.filter((name) => name.includes("hubfleet-check-"))).toEqual([]);
  });

  it("is checked again, from its server to its kernel", async () => {
    const report = await fleet.done("check", "hub/tried", "--only", "kernel", "-o", "json");

    expect(JSON.parse(report)).toMatchObject({ target: "hub/tried", verdict: "passed", swept: [] });
  });

  it("shows its pods' logs, and runs commands in them", async () => {
    const logs = await fleet.done("logs", "hub/tried", "-n", "5");
    const ran = await fleet.hubfleet("exec", "hub/tried", "--", "sh", "-c", "echo out; echo err >&2; exit 5");

    expect(logs).toMatch(/^hub +\| /m);
    expect(logs).toMatch(/^gateway-proxy +\| /m);
    expect(ran).toMatchObject({ exitCode: 5, stdout: "out", stderr: "err" });
  });

  it("is restarted with other pods", async () => {
    const before = (await namesOf("Pod")).filter((name) => name.startsWith("hub-"));

    await fleet.done("restart", "hub/tried");

    const after = (await namesOf("Pod")).filter((name) => name.startsWith("hub-"));
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
  });

  it("has no servers to end when nobody works there", async () => {
    expect(await fleet.done("stop-servers", "hub/tried", "--yes")).toBe("hub/tried: no server runs");
  });
});
