import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

import { lookDefinition } from "./a-chart.ts";
import type { ChartValues, Helm, KeptChart, UpgradeRequest } from "../../../src/ports/helm.ts";
import type { ClusterConnection, KubernetesObject } from "../../../src/ports/kubernetes.ts";

export interface HelmSubject {
  readonly helm: Helm;
  /** What a-chart.ts writes. */
  readonly chart: KeptChart;
  /** With a namespace that is the cases' alone; undefined where there is no cluster. */
  readonly cluster: { readonly connection: ClusterConnection; readonly namespace: string } | undefined;
  clean(): Promise<void>;
}

const never = new AbortController().signal;

/** Rendering, for which no cluster is needed. */
export function describeTemplates(create: () => Promise<HelmSubject>): void {
  describe("renders", () => {
    let subject: HelmSubject;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(async () => subject.clean());

    const template = (values: ChartValues): Promise<string> =>
      subject.helm.template(
        { chart: subject.chart, release: { name: "lab", namespace: "hub-lab" }, values, kubernetesVersion: "1.34.4" },
        never,
      );

    it("with the major version that was asked for", async () => {
      expect((await subject.helm.version(never)).split(".")[0]).toBe(subject.helm.major);
    });

    it("a chart with its values, release, namespace and version of Kubernetes", async () => {
      const documents = parseAllDocuments(await template({ look: "dark", more: "second" }));

      const objects = documents.map((document) => document.toJS() as KubernetesObject);
      expect(objects.map(({ metadata }) => metadata.name).sort()).toEqual(["lab-look", "second"]);
      expect(objects.find(({ metadata }) => metadata.name === "lab-look")?.["data"]).toEqual({
        look: "dark",
        namespace: "hub-lab",
        kubernetes: "v1.34.4",
      });
    });

    it("the same bytes twice", async () => {
      expect(await template({ look: "dark" })).toBe(await template({ look: "dark" }));
    });

    it("nothing that the chart refuses, with the chart's own words", async () => {
      await expect(template({ look: "forbidden" })).rejects.toMatchObject({
        code: "CHART_FAILED",
        message: expect.stringContaining("this look is forbidden") as string,
      });
    });

    it("nothing that the chart's schema refuses, with the key", async () => {
      await expect(template({ look: 5 })).rejects.toMatchObject({
        code: "CHART_FAILED",
        message: expect.stringMatching(/schema[\s\S]*look/) as string,
      });
    });
  });
}

/** Installing, on a cluster. */
export function describeReleases(create: () => Promise<HelmSubject>): void {
  describe("installs", () => {
    let subject: HelmSubject;
    let connection: ClusterConnection;
    let namespace: string;
    beforeAll(async () => {
      subject = await create();
      if (subject.cluster === undefined) throw new Error("these cases want a cluster");
      ({ connection, namespace } = subject.cluster);
    });
    afterAll(async () => subject.clean());

    const request = (name: string, values: ChartValues, labels: UpgradeRequest["labels"] = {}): UpgradeRequest => ({
      chart: subject.chart,
      release: { name, namespace },
      values,
      labels,
    });
    const upgrade = (one: UpgradeRequest): Promise<number> => subject.helm.upgrade(connection, one, never);
    const lookOf = async (name: string): Promise<unknown> => {
      const found = await connection.get({ apiVersion: "v1", kind: "ConfigMap", name, namespace }, never);
      return (found?.["data"] as { readonly look?: string } | undefined)?.look;
    };
    const releaseOf = async (name: string): Promise<unknown> =>
      (await subject.helm.releases(connection, undefined, never)).find(
        (one) => one.namespace === namespace && one.name === name,
      );

    it("a release, then upgrades it, and takes away what the chart no longer makes", async () => {
      expect(await upgrade(request("first", { look: "dark", more: "extra" }))).toBe(1);
      expect(await lookOf("first-look")).toBe("dark");

      expect(await upgrade(request("first", { look: "light" }))).toBe(2);

      expect(await lookOf("first-look")).toBe("light");
      expect(
        await connection.get({ apiVersion: "v1", kind: "ConfigMap", name: "extra", namespace }, never),
      ).toBeUndefined();
    });

    it("with labels that a list of releases shows, the newest only", async () => {
      await upgrade(request("labelled", {}, { "hubfleet.test/inputs": "one" }));
      await upgrade(request("labelled", {}, { "hubfleet.test/inputs": "two" }));

      expect(await releaseOf("labelled")).toEqual({
        name: "labelled",
        namespace,
        revision: 2,
        status: "deployed",
        labels: { "hubfleet.test/inputs": "two" },
      });
    });

    it("takes a field back that somebody changed by hand", async () => {
      await upgrade(request("taken", { look: "dark" }));
      const metadata = { name: "taken-look", namespace };
      const edited = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { look: "by hand" } };
      await connection.apply(edited, { takesOver: true, manager: "somebody" }, never);

      await upgrade(request("taken", { look: "light" }));

      expect(await lookOf("taken-look")).toBe("light");
      expect(await releaseOf("taken")).toMatchObject({ status: "deployed" });
    });

    it("and keeps what it put in place", async () => {
      await upgrade(request("kept", { look: "dark" }));

      const text = (await subject.helm.manifest(connection, { name: "kept", namespace }, never)) ?? "";
      const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
      expect(objects).toMatchObject([{ kind: "ConfigMap", metadata: { name: "kept-look" }, data: { look: "dark" } }]);
      expect(await subject.helm.manifest(connection, { name: "absent", namespace }, never)).toBeUndefined();
    });

    it("and leaves the chart's definitions of kinds to others", async () => {
      await upgrade(request("plain", {}));

      const { apiVersion, kind, metadata } = lookDefinition;
      expect(await connection.get({ apiVersion, kind, name: metadata.name }, never)).toBeUndefined();
    });

    it("and says of a release which chart and values it was given", async () => {
      const place = { name: "recorded", namespace };
      await upgrade(request("recorded", { look: "dark" }));
      await upgrade(request("recorded", { look: "light" }));

      expect(await subject.helm.record(connection, { ...place, revision: 2 }, never)).toMatchObject({
        chart: { name: subject.chart.name },
        parts: {},
        values: { look: "light" },
      });
      expect(await subject.helm.record(connection, { ...place, revision: 9 }, never)).toBeUndefined();
    });

    it("nothing where the chart refuses", async () => {
      await expect(upgrade(request("refused", { look: "forbidden" }))).rejects.toMatchObject({ code: "CHART_FAILED" });

      expect(await releaseOf("refused")).toBeUndefined();
    });

    it("says what the cluster did not take, and goes on when it is mended", async () => {
      await expect(upgrade(request("mended", { more: "Not_A_Name" }))).rejects.toMatchObject({
        code: "RELEASE_FAILED",
        message: expect.stringContaining("Not_A_Name") as string,
      });
      expect(await releaseOf("mended")).toMatchObject({ status: "failed", revision: 1 });

      expect(await upgrade(request("mended", { look: "dark" }))).toBe(2);

      expect(await releaseOf("mended")).toMatchObject({ status: "deployed", revision: 2 });
      expect(await lookOf("mended-look")).toBe("dark");
    });

    it("and removes a release once, with all that it made", async () => {
      await upgrade(request("going", { look: "dark" }));
      const release = { name: "going", namespace };

      expect(await subject.helm.uninstall(connection, release, never)).toBe(true);
      expect(await lookOf("going-look")).toBeUndefined();
      expect(await releaseOf("going")).toBeUndefined();
      expect(await subject.helm.uninstall(connection, release, never)).toBe(false);
    });
  });
}
