import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createHelmCli } from "../../src/adapters/helm/helm-cli.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { HelmMajor } from "../../src/ports/helm.ts";
import { writeChart } from "../support/kubernetes/a-chart.ts";
import { connectHere, namespaceHere } from "../support/kubernetes/cluster-here.ts";
import { describeReleases, describeTemplates, type HelmSubject } from "../support/kubernetes/helm-cases.ts";
import { skipSuiteUnlessCluster } from "../support/skip.ts";

for (const major of ["3", "4"] as const satisfies readonly HelmMajor[]) {
  skipSuiteUnlessCluster()(`helm: ${major} on a cluster`, () => {
    const create = async (): Promise<HelmSubject> => {
      const connection = await connectHere();
      const { namespace, clean } = await namespaceHere(connection);
      const root = await mkdtemp(join(tmpdir(), "hubfleet-helm-"));
      return {
        helm: createHelmCli({ run: createRun(), major }),
        chart: { name: "look", version: "1.2.3", digest: `sha256:${"c".repeat(64)}`, path: await writeChart(root) },
        cluster: { connection, namespace },
        async clean() {
          await clean();
          await rm(root, { recursive: true, force: true });
        },
      };
    };
    describeTemplates(create);
    describeReleases(create);
  });
}
