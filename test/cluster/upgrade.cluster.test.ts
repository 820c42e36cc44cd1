import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { eventually } from "../support/eventually.ts";
import { aFleetHere, aPlatform, type FleetHere } from "../support/kubernetes/a-fleet-here.ts";
import { aPlainHub, openToTests, type PlainHub } from "../support/kubernetes/a-plain-hub.ts";
import { chartInWords, chartsHere, hubImagesHere, otherVersion, whyNoHubs } from "../support/kubernetes/charts-here.ts";
import { connectHere } from "../support/kubernetes/cluster-here.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const images = hubImagesHere();
const whyNot =
  whyNoHubs !== ""
    ? whyNoHubs
    : images.later === undefined
      ? "HUBFLEET_TEST_HUB_IMAGES has no hub with a later database; script/test-cluster builds one"
      : "";
const namespace = `hubfleet-test-${randomBytes(4).toString("hex")}`;
const laterRevision = "later0000001";

/** A hub goes on to another chart, then to a later JupyterHub and back, while somebody works there: told in order. */
skipSuiteUnless(whyNot === "", whyNot)(`a hub by ${chartInWords("jupyterhub")} that becomes another`, () => {
  const cleaning: (() => Promise<unknown>)[] = [];
  let fleet: FleetHere;
  let connection: ClusterConnection;
  let people: PlainHub;
  let server: string | undefined;

  const podOf = async (labels: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const pods = await connection.listMetadata({ apiVersion: "v1", kind: "Pod", namespace, labels }, never);
    return pods.find(({ deletionTimestamp }) => deletionTimestamp === undefined)?.name;
  };
  const serverId = async (): Promise<string | undefined> => {
    const reference = { apiVersion: "v1", kind: "Pod", name: "jupyter-ada", namespace };
    return (await connection.get(reference, never))?.metadata.uid;
  };
  const promote = async (): Promise<void> => {
    await fleet.commit("a change");
    await fleet.done("promote", await fleet.bundle(), "--to", "production");
  };
  /** Asks ada's server every 0.1 s as long as the work takes. */
  const whileAsked = async (work: () => Promise<void>): Promise<readonly (number | string)[]> => {
    const answers: (number | string)[] = [];
    const done = new AbortController();
    const asking = (async () => {
      while (!done.signal.aborted) {
        answers.push(await people.askServer("ada").catch(String));
        await wait(100);
      }
    })();
    await work().finally(() => done.abort());
    await asking;
    return answers;
  };
  const database = async (): Promise<{ readonly revision: string; readonly copies: readonly string[] }> => {
    const pod = (await podOf({ component: "hub" })) ?? "";
    const words = [
      "import glob, json, sqlite3",
      "rows = sqlite3.connect('/srv/jupyterhub/jupyterhub.sqlite').execute('select version_num from alembic_version')",
      "copies = [one.rsplit('.', 1)[1] for one in glob.glob('/srv/jupyterhub/jupyterhub.sqlite.*')]",
      "print(json.dumps({'revision': rows.fetchone()[0], 'copies': sorted(copies)}))",
    ].join("\n");
    const { stdout } = await connection.exec({ namespace, pod, container: "hub" }, ["python3", "-c", words], never);
    return JSON.parse(stdout) as Awaited<ReturnType<typeof database>>; // as printed above
  };

  beforeAll(async () => {
    connection = await connectHere();
    const charts = await chartsHere(images);
    people = aPlainHub({ connection, namespace, charts, images });
    fleet = await aFleetHere(
      {
        ...{ namespace, dask: { enabled: false }, chartValues: { jupyterhub: openToTests } },
        network: { entry: { kind: "node-port" }, https: { kind: "offload" } },
      },
      {
        ...{ name: "becoming", stages: [{ name: "production", checks: [] }], charts: charts.directory },
        files: {
          "images/later/image.yaml": { role: "hub", from: images.later?.replace(/:[^:@/]+@/, "@") },
        },
      },
    );
    cleaning.push(charts.clean, () => fleet.clean());
    cleaning.push(() => connection.delete({ apiVersion: "v1", kind: "Namespace", name: namespace }, never));
    await fleet.done("promote", await fleet.bundle(), "--to", "production");
    await people.startServer("ada");
    server = await serverId();
  });
  afterAll(async () => {
    for (const clean of cleaning.reverse()) await clean();
  });

  it("gets a chart of other bytes, and none of the requests to a user's server fails", async () => {
    const hub = await podOf({ component: "hub" });
    await fleet.write("platform.yaml", aPlatform({ charts: { jupyterhub: { version: otherVersion } } }));

    const answers = await whileAsked(promote);

    expect(answers.filter((answer) => answer !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThan(20);
    expect(await podOf({ component: "hub" })).not.toBe(hub);
    expect(await serverId()).toBe(server);
    const added = { apiVersion: "v1", kind: "ConfigMap", name: "other-bytes", namespace };
    expect(await connection.get(added, never)).toBeDefined();
  });

  it("has its database upgraded by a later JupyterHub, with a copy of the one before", async () => {
    const { revision } = await database();
    const platform = { charts: { jupyterhub: { version: otherVersion } }, images: { hub: "later", notebook: "user" } };
    await fleet.write("platform.yaml", aPlatform(platform));

    const answers = await whileAsked(promote);

    expect(answers.filter((answer) => answer !== 200)).toEqual([]);
    expect(await database()).toEqual({ revision: laterRevision, copies: [`before-${revision}`] });
    await people.addUser("mary");
    expect(await serverId()).toBe(server);
  });

  it("has the database of before when it is rolled back, and the server goes on", async () => {
    const back = (): Promise<string> => fleet.done("rollback", "hub/becoming", "--reason", "mary is lost");

    const answers = await whileAsked(async () => void (await back()));

    expect(answers.filter((answer) => answer !== 200)).toEqual([]);
    expect(await database()).toMatchObject({ copies: [`later-${laterRevision}`] });
    expect((await database()).revision).not.toBe(laterRevision);
    const users = await eventually("the hub answers", () => people.users().catch(() => undefined), 60_000);
    expect(users).toContain("ada");
    expect(users).not.toContain("mary");
    expect(await serverId()).toBe(server);
    await people.stopServer("ada");
  });
});
