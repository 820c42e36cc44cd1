import type { Bundle } from "../../bundle/bundle.ts";
import { chartNotes, type ChartNotes } from "../../bundle/chart-notes.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { chartRepositories } from "../../fleet/chart-repositories.ts";
import { isMap } from "../../fleet/merge-settings.ts";
import type { ChartContract, Charts, ChartValues } from "../../ports/helm.ts";

export interface ComparedCharts {
  readonly notes: readonly ChartNotes[];
  /** Charts of which one version is not on this machine: nobody compared them. */
  readonly notCompared: readonly string[];
}

/** What charts bring that differ between two bundles, as far as this machine has both. Asks no network. */
export async function compareCharts(
  before: Bundle,
  after: Bundle,
  { charts, signal }: { readonly charts: () => Promise<Charts>; readonly signal: AbortSignal },
): Promise<ComparedCharts> {
  const pinned = after.document.charts;
  const differing = Object.keys(pinned).filter((name) => {
    const was = before.document.charts[name];
    return was !== undefined && was.digest !== pinned[name]?.digest;
  });
  if (differing.length === 0) return { notes: [], notCompared: [] };
  const opened = await charts();
  const compared = await Promise.all(
    differing.map(async (name) => {
      const sides = await Promise.all(
        [before, after].map((bundle) => contractOf(name, bundle, { charts: opened, signal })),
      );
      const [one, other] = sides;
      return one === undefined || other === undefined ? name : chartNotes(name, [one, other], givenValues(name, after));
    }),
  );
  return {
    notes: compared.filter((one) => typeof one !== "string"),
    notCompared: compared.filter((one) => typeof one === "string"),
  };
}

async function contractOf(
  name: string,
  { document }: Bundle,
  { charts, signal }: { readonly charts: Charts; readonly signal: AbortSignal },
): Promise<ChartContract | undefined> {
  const pin = document.charts[name];
  const chart = chartOf(name);
  if (pin === undefined) return undefined;
  try {
    const kept = await charts.find({ name: chart, repository: chartRepositories[chart] ?? "", ...pin }, signal);
    return kept === undefined ? undefined : await charts.contract(kept, signal);
  } catch (thrown) {
    // Somebody offers another one under the name.
    if (thrown instanceof HubfleetError) return undefined;
    throw thrown;
  }
}

/** "jupyterhub@4.4.0" is one of several versions in a bundle. */
function chartOf(name: string): string {
  return name.split("@")[0] ?? name;
}

function givenValues(name: string, { document }: Bundle): ChartValues {
  const { chartValues } = document.settings.platform as { readonly chartValues?: Readonly<Record<string, unknown>> }; // settings as written
  const { [chartOf(name)]: own } = chartValues ?? {};
  return isMap(own) ? own : {};
}
