import { type ClusterMemory, createClusterMemory } from "../../src/adapters/kubernetes/cluster-memory.ts";
import { chartRepositories } from "../../src/fleet/chart-repositories.ts";
import type { App } from "../../src/app/use-cases.ts";
import type { Outcome } from "../../src/apply/outcome.ts";
import type { Promotion } from "../../src/apply/promote/promote.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { aFleet, type FleetBuilder } from "./a-fleet.ts";
import { answerAsHarness } from "./a-harness.ts";
import { aLocalWorld, type LocalWorldProps, type PretendedMachine } from "./a-local-world.ts";
import { type AnsweringHubs, answerAsHubs, pretendedHubChart } from "./pretended-hub-chart.ts";

type Keys = Readonly<Record<string, unknown>>;

/** A clone of a fleet in Git, whose hubs are on pretended clusters. */
export interface ClusterFleet {
  readonly machine: PretendedMachine;
  readonly clusters: ReadonlyMap<string, ClusterMemory>;
  /** Namespaces whose hubs were asked to read their live settings. */
  readonly synced: string[];
  readonly hubs: AnsweringHubs;
  app(): App;
  /** Changes the working tree, and commits it unless told otherwise. */
  become(change: (fleet: FleetBuilder) => FleetBuilder, isCommitted?: boolean): Promise<void>;
  bundle(): Promise<string>;
  promote(bundle: string, stage?: string): Promise<Promotion>;
  plan(): Promise<Plan>;
  apply(...targets: readonly string[]): Promise<readonly Outcome[]>;
}

export const clusterHub = (name: string, cluster: string, keys: Keys = {}): Keys => ({
  ...{ cluster, domain: `${name}.example.org`, stage: "production", dask: { enabled: false } },
  access: { login: { kind: "sign-up" }, users: ["grace"], admins: ["ada"] },
  ...keys,
});

/** Hub "alpha" on the cluster "cloud" and "beta" on "campus", in a stage that asks for no check. */
export function aTwoClusterFleet(): FleetBuilder {
  const from = (digit: string): string => `registry.example.org/x@sha256:${digit.repeat(64)}`;
  return aFleet()
    .withFleet({ stages: [{ name: "production", checks: [] }] })
    .without("images/hub/requirements.txt")
    .without("images/lab/requirements.txt")
    .withFile("images/hub/image.yaml", `version: 1\nrole: hub\nfrom: ${from("a")}\n`)
    .withFile("images/lab/image.yaml", `version: 1\nrole: notebook\nfrom: ${from("b")}\n`)
    .withPlatform({ charts: { jupyterhub: { version: "4.4.0" } } })
    .without("clusters/here.yaml")
    .withCluster("cloud", { provider: "kubeconfig" })
    .withCluster("campus", { provider: "kubeconfig" })
    .withHub("alpha", clusterHub("alpha", "cloud"))
    .withHub("beta", clusterHub("beta", "campus"));
}

/** `of`: another clone of the same fleet, with the same clusters and the same state. */
export async function aClusterFleet(start: FleetBuilder, of?: ClusterFleet): Promise<ClusterFleet> {
  const props: LocalWorldProps = { renderCharts: { jupyterhub: pretendedHubChart } };
  const machine = aLocalWorld(of === undefined ? props : { ...props, remote: of.machine.remote });
  answerAsHarness(machine, new Set());
  const hubs = answerAsHubs(machine);
  const clusters =
    of?.clusters ??
    new Map(["cloud", "campus"].map((name) => [name, createClusterMemory({ now: () => machine.clock.now() })]));
  for (const [context, cluster] of clusters) {
    const server = `https://${context}.example.org:6443`;
    machine.contexts.push({ context, server, certificateAuthority: undefined, cluster });
  }
  for (const version of ["4.4.0", "4.5.0"]) {
    const repository = chartRepositories["jupyterhub"] ?? "";
    machine.charts.publish(
      { name: "jupyterhub", repository, version },
      `sha256:${version.replaceAll(".", "").padStart(64, "0")}`,
    );
  }
  // Whatever a hub is to run, registries have.
  Object.assign(machine.sources.registry, { manifest: async () => "{}" });
  const { git } = machine.sources;
  await git.initialize("/fleet");
  let tree = start;
  let app = await machine.open(tree);
  await git.commitAll("/fleet", "all");
  return {
    ...{ machine, clusters, synced: hubs.synced, hubs, app: () => app },
    become: async (change, isCommitted = true) => {
      tree = change(tree);
      app = await machine.open(tree);
      if (isCommitted) await git.commitAll("/fleet", "change");
    },
    bundle: async () => (await app.bundles.create(machine.watch)).bundle.id,
    promote: (bundle, stage = "production") =>
      app.promotions.promote({ bundle, stage, breakGlass: undefined }, machine.watch),
    plan: async () => app.plan(await app.selectAnywhere([])),
    apply: async (...targets) => app.apply(await app.selectAnywhere(targets), machine.watch),
  };
}
