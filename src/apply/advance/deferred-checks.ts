import { holdsIn, pointerOf } from "../../bundle/deployed.ts";
import { standingOf } from "../../bundle/standing.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { CheckReport } from "../../operate/check/check-report.ts";
import { readDeferred } from "../../operate/check/deferred.ts";
import { checkRecords, hubSubject } from "../../operate/bundles/hub-subject.ts";
import type { StateNow } from "../../operate/bundles/commit-change.ts";
import type { OpenedBundle } from "../../operate/bundles/assign-bundles.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import { isLocal } from "../../runtime/local/draft.ts";
import type { PromoteWorld } from "../promote/promote-world.ts";

/** Runs the parts of checks whose time has come. A hub that somebody else is checking right now has its turn next time. */
export async function runDeferredChecks(
  { deployed }: Pick<StateNow, "deployed">,
  props: PromoteWorld & { readonly open: (bundle: string) => OpenedBundle },
): Promise<{ readonly records: readonly RecordDraft[]; readonly reports: readonly CheckReport[] }> {
  const { fleet, reading, world, signal, check, open } = props;
  const records: RecordDraft[] = [];
  const reports: CheckReport[] = [];
  for (const hub of [...fleet.hubs.values()].filter(({ cluster }) => isLocal(fleet.clusters.get(cluster)))) {
    if (signal.aborted || !(await isDue(hub, props))) continue;
    const report = await check(hub, fleet, ["due"]).catch((thrown: unknown) => {
      if (thrown instanceof HubfleetError && thrown.code === "CHECK_RUNNING") return undefined;
      throw thrown;
    });
    if (report === undefined || report.verdict === "interrupted") continue;
    reports.push(report);
    const pointer = pointerOf(deployed, hub);
    if (pointer === undefined) continue;
    const origin = await recordOrigin(fleet, world);
    const opened = open(pointer.id);
    const told = hubSubject(hub, opened, { pointer, renderer: await props.rendererOn(hub, opened.bundle) });
    const at = world.clock.now().getTime();
    const standing = standingOf({ hub, holds: holdsIn(deployed), isDraft: false, reading, now: at });
    records.push(...checkRecords(report, told, { origin, standing }));
  }
  return { records, reports };
}

async function isDue({ name }: Hub, { fleet, world }: PromoteWorld): Promise<boolean> {
  const now = world.clock.now();
  return (await readDeferred(fleet.uuid, name, world)).some(({ due }) => new Date(due) <= now);
}
