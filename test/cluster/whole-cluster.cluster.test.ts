import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createHelmCli } from "../../src/adapters/helm/helm-cli.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { ClusterConnection, KubernetesObject } from "../../src/ports/kubernetes.ts";
import { aCrd } from "../support/kubernetes/a-crd.ts";
import { aFleetHere, aHub, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import {
  chartInWords,
  chartsHere,
  type ChartsHere,
  hubImagesHere,
  whyNoHubs,
} from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const run = randomBytes(4).toString("hex");
const name = `whole-${run}`;
const plural = `l${run}s`;
const monitoring = { apiVersion: "v1", kind: "Namespace", name: "monitoring" };
const crd = {
  ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: `${plural}.look.example.org` },
};

/** A small chart under the name of an add-on's, with a definition and a map. */
async function writeAddOn(directory: string, version: string, fields: readonly string[]): Promise<void> {
  const files = {
    "Chart.yaml": JSON.stringify({ apiVersion: "v2", name: "grafana", version }),
    "values.yaml": "look: plain\n",
    "crds/looks.yaml": JSON.stringify(aCrd([{ name: "v1", fields }], plural)),
    "templates/map.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {look: {{ .Values.look }}}\n",
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, "grafana", path)), { recursive: true });
    await writeFile(join(directory, "grafana", path), content);
  }
}

/** What belongs to the whole cluster, what somebody changes by hand, and images, by a real hub without Dask. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(`a cluster and a hub by ${chartInWords("jupyterhub")}`, () => {
  let fleet: FleetHere;
  let charts: ChartsHere;
  let connection: ClusterConnection;

  const addOns = (version: string): Promise<void> =>
    fleet.write("clusters/here.yaml", { ...cluster, addOns: { grafana: { version } } });
  let cluster: Readonly<Record<string, unknown>> = {};
  let [isInstalled, wasThere] = [false, false];

  beforeAll(async () => {
    connection = await connectHere();
    wasThere = (await connection.get(monitoring, never)) !== undefined;
    charts = await chartsHere(hubImagesHere());
    await writeAddOn(charts.directory, "1.0.0", ["colour"]);
    fleet = await aFleetHere(
      { dask: { enabled: false } },
      { name, charts: charts.directory, stages: [{ name: "production", checks: [] }] },
    );
    cluster = { provider: "kubeconfig", context: connection.address.context };
    await addOns("1.0.0");
    await fleet.commit("an add-on");
    await fleet.done("promote", await fleet.bundle(), "--to", "production");
  }, 240_000);
  afterAll(async () => {
    await connection.delete(crd, never);
    // On somebody's own cluster this may be somebody's own namespace.
    if (isInstalled) {
      const helm = createHelmCli({ run: createRun(), major: "4" });
      await helm.uninstall(connection, { name: "grafana", namespace: monitoring.name }, never);
      if (!wasThere) await connection.delete(monitoring, never);
    }
    await fleet.hubfleet("destroy", `hub/${name}`, "--yes", "--delete-homes");
    await charts.clean();
    await fleet.clean();
  }, 120_000);

  const spec = async (): Promise<KubernetesObject | undefined> => connection.get(crd, never);
  const fieldsOf = async (): Promise<readonly string[]> => {
    const { versions = [] } = Object((await spec())?.["spec"]) as {
      readonly versions?: readonly {
        readonly schema: {
          readonly openAPIV3Schema: { readonly properties: { readonly spec: { readonly properties: object } } };
        };
      }[];
    }; // a-crd.ts wrote it
    return Object.keys(versions[0]?.schema.openAPIV3Schema.properties.spec.properties ?? {}).toSorted();
  };

  it("gets an add-on and the definitions that it brings by its own name alone", async () => {
    expect(await fleet.done("plan")).toContain("add-on grafana");

    isInstalled = true;
    await fleet.done("apply", "cluster/here", "--yes");

    expect(await fieldsOf()).toEqual(["colour"]);
    expect(
      await connection.get({ apiVersion: "v1", kind: "ConfigMap", name: "grafana", namespace: "monitoring" }, never),
    ).toBeDefined();
    expect((await fleet.hubfleet("plan", "--detailed-exitcode")).exitCode).toBe(0);
  });

  it("has definitions that only become wider", async () => {
    await writeAddOn(charts.directory, "2.0.0", ["size"]);
    await addOns("2.0.0");
    await fleet.commit("the next");

    await fleet.done("apply", "cluster/here", "--yes");

    expect(await fieldsOf()).toEqual(["colour", "size"]);
  });

  it("tells what somebody changed of the hub, and puts it back", async () => {
    expect(await fleet.done("plan", "--drift", `hub/${name}`)).toContain("Nothing differs");
    const proxy = { apiVersion: "apps/v1", kind: "Deployment", name: "proxy", namespace: name };
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", name: "hub", namespace: name };
    const { apiVersion, kind } = proxy;
    await connection.apply(
      { apiVersion, kind, metadata: { name: "proxy", namespace: name }, spec: { replicas: 0 } },
      { takesOver: true, manager: "somebody" },
      never,
    );
    await connection.delete(role, never);

    const told = await fleet.hubfleet("plan", "--drift", `hub/${name}`, "--detailed-exitcode");

    expect(told.exitCode).toBe(2);
    expect(told.stdout).toMatch(/Deployment proxy\n +spec.replicas is 0, was 1 +\(somebody, \d{4}-/);
    expect(told.stdout).toContain("Role hub: it is not there any more");
    await fleet.done("apply", "--drift", `hub/${name}`);
    expect((await connection.get(proxy, never))?.["spec"]).toMatchObject({ replicas: 1 });
    expect(await connection.get(role, never)).toBeDefined();
    expect(await fleet.done("plan", "--drift", `hub/${name}`)).not.toContain("Role hub");
  }, 120_000);

  it("keeps a hub as it is whose next image is nowhere", async () => {
    const place = hubImagesHere().proxy.replace(/:[^:/@]+@sha256:.*$/, "");
    const image = { name: place, tag: `absent@sha256:${"0".repeat(64)}` };
    await fleet.write(`hubs/${name}.yaml`, {
      ...aHub(name),
      dask: { enabled: false },
      chartValues: { jupyterhub: { proxy: { chp: { image } } } },
    });
    await fleet.commit("an image that is nowhere");

    const { stdout, stderr, exitCode } = await fleet.hubfleet("apply", `hub/${name}`, "--yes");

    expect(exitCode).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain("IMAGE_NOT_FOUND");
    const proxy = { apiVersion: "apps/v1", kind: "Deployment", name: "proxy", namespace: name };
    expect(JSON.stringify(await connection.get(proxy, never))).not.toContain("absent@");
  }, 120_000);
});
