import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { aFleetHere, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { aPlainHub, type PlainHub, plainHubValues } from "../support/kubernetes/a-plain-hub.ts";
import { chartInWords, chartsHere, hubImagesHere, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;

/** A hub that somebody installed with Helm, where ada works and has a file, and what docs/guides/adopt.md does with it. */
skipSuiteUnless(whyNoHubs === "", whyNoHubs)(`a running hub by ${chartInWords("jupyterhub")}`, () => {
  const images = hubImagesHere();
  const cleaning: (() => Promise<void>)[] = [];
  let connection: ClusterConnection;
  let theirs: PlainHub;
  let fleet: FleetHere;
  let server: string | undefined;

  beforeAll(async () => {
    connection = await connectHere();
    await connection.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, {}, never);
    const charts = await chartsHere(images);
    theirs = aPlainHub({ connection, namespace, charts, images });
    const place = { apiVersion: "v1", kind: "Namespace", name: namespace };
    cleaning.push(charts.clean, async () => void (await connection.delete(place, never)));
    await theirs.install(
      "jhub",
      "jupyterhub",
      plainHubValues(images, { hub: { config: { JupyterHub: { log_level: "DEBUG" } } } }),
    );
    await theirs.awaitReady();
    await theirs.startServer("ada");
    await inServer("echo thesis > $HOME/work.txt");
    server = await podOfAda();
    fleet = await aFleetHere({
      ...{ namespace, releases: { jupyterhub: "jhub" }, dask: { enabled: false } },
      network: { entry: { kind: "node-port" }, https: { kind: "offload" } },
    });
    cleaning.push(() => fleet.clean());
  });
  afterAll(async () => {
    for (const clean of cleaning.reverse()) await clean();
  });
  const podOfAda = async (): Promise<string | undefined> => {
    const query = { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "singleuser-server" } };
    return (await connection.listMetadata(query, never)).find(
      ({ deletionTimestamp }) => deletionTimestamp === undefined,
    )?.uid;
  };
  const inServer = async (script: string): Promise<string> => {
    const query = { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "singleuser-server" } };
    const [pod] = await connection.listMetadata(query, never);
    const place = { namespace, pod: pod?.name ?? "", container: "notebook" };
    return (await connection.exec(place, ["sh", "-c", script], never)).stdout.trim();
  };

  it("is compared, value by value, before anything is done", async () => {
    const plan = await fleet.done("plan", "hub/tried");

    expect(plan).toContain("somebody else installed it; the hub's first bundle takes it over");
    expect(plan).toContain('hub.config.JupyterHub.log_level: "DEBUG" → not set');
    expect(plan).not.toContain("0123456789abcdef");
    expect(await podOfAda()).toBe(server);
  });

  it("is taken over by its first bundle: the server goes on, and the home is there", async () => {
    const [bundle = ""] = /\d{4}\.\d\d\.\d\d-[0-9a-f]+/.exec(await fleet.done("bundle", "new")) ?? [];

    expect(await fleet.done("promote", bundle, "--to", "production")).toContain("did well");

    expect(await podOfAda()).toBe(server);
    expect(await inServer("cat $HOME/work.txt")).toBe("thesis");
    expect(await fleet.done("plan")).toContain("Nothing to change");
  });

  it("is a hub like any other then: its servers are seen, ended, and find their homes when they start again", async () => {
    expect(await fleet.done("stop-servers", "hub/tried", "--yes")).toContain("ada");

    await theirs.startServerAs(await operatorToken(), "ada");

    expect(await podOfAda()).not.toBe(server);
    expect(await inServer("cat $HOME/work.txt")).toBe("thesis");
  });

  const operatorToken = async (): Promise<string> => {
    const made = await connection.get({ apiVersion: "v1", kind: "Secret", name: "hubfleet-made", namespace }, never);
    const { operatorToken: token = "" } = Object(made?.["data"]) as Readonly<Record<string, string>>; // as the API has it
    return Buffer.from(token, "base64").toString();
  };
});
