import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { createHelmCli } from "../../src/adapters/helm/helm-cli.ts";
import { createHelmMemory } from "../../src/adapters/helm/helm-memory.ts";
import { createClusterMemory } from "../../src/adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../src/adapters/kubernetes/kubernetes-memory.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { HelmMajor } from "../../src/ports/helm.ts";
import { renderLook, writeChart } from "../support/kubernetes/a-chart.ts";
import { findHelmHere } from "../support/kubernetes/helm-here.ts";
import { describeReleases, describeTemplates, type HelmSubject } from "../support/kubernetes/helm-cases.ts";
import { skipSuiteUnless, skipUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const chart = { name: "look", version: "1.2.3", digest: `sha256:${"c".repeat(64)}` };

describe("helm: memory", () => {
  const create = async (): Promise<HelmSubject> => {
    const address = { context: "campus", server: "https://campus.example.org", certificateAuthority: undefined };
    const kubernetes = createKubernetesMemory({ contexts: [{ ...address, cluster: createClusterMemory() }] });
    const connection = await kubernetes.connect({ name: "campus", context: "campus" });
    await connection.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "hub-lab" } }, {}, never);
    return {
      helm: createHelmMemory({ major: "4", charts: { look: renderLook } }),
      chart: { ...chart, path: "/charts/look-1.2.3.tgz" },
      cluster: { connection, namespace: "hub-lab" },
      clean: async () => {},
    };
  };
  describeTemplates(create);
  describeReleases(create);
});

/** On a cluster, the same programs pass the rest: test/cluster/helm.cluster.test.ts. */
for (const major of ["3", "4"] as const satisfies readonly HelmMajor[]) {
  const isHere = findHelmHere(major) !== undefined;
  skipSuiteUnless(isHere, `Helm ${major} is not on PATH; script/test-cluster brings it`)(
    `helm: ${major} on PATH`,
    () => {
      const create = async (): Promise<HelmSubject> => {
        const root = await mkdtemp(join(tmpdir(), "hubfleet-helm-"));
        return {
          helm: createHelmCli({ run: createRun(), major }),
          chart: { ...chart, path: await writeChart(root) },
          cluster: undefined,
          clean: () => rm(root, { recursive: true, force: true }),
        };
      };
      describeTemplates(create);

      it("gives values to no argument and no file", async () => {
        const subject = await create();
        const calls: string[] = [];
        const run = createRun();
        const helm = createHelmCli({ run: (argv, options) => (calls.push(argv.join(" ")), run(argv, options)), major });
        const release = { name: "lab", namespace: "hub-lab" };

        const values = { look: "canary-value" };
        const text = await helm.template({ chart: subject.chart, release, values, kubernetesVersion: "1.34.4" }, never);

        expect(text).toContain("canary-value");
        expect(calls.filter((call) => call.includes("canary-value"))).toEqual([]);
        await subject.clean();
      });
    },
  );
}

describe("helm: not on PATH", () => {
  const has3 = findHelmHere("3") !== undefined;
  const has4 = findHelmHere("4") !== undefined;
  const itWithoutOne = skipUnless(!(has3 && has4), "both majors are on PATH");

  itWithoutOne("is named, with what to do", async () => {
    const helm = createHelmCli({ run: createRun(), major: has4 ? "3" : "4" });

    await expect(helm.version(never)).rejects.toMatchObject({
      code: "HELM_MISSING",
      hint: expect.stringContaining("install Helm") as string,
    });
  });
});
