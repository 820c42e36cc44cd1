import { holdsIn, pointerOf } from "../../bundle/deployed.ts";
import { standingOf } from "../../bundle/standing.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { CheckReport } from "../../operate/check/check-report.ts";
import { checkRecords, hubSubject } from "../../operate/bundles/hub-subject.ts";
import type { StateNow } from "../../operate/bundles/commit-change.ts";
import type { OpenedBundle } from "../../operate/bundles/assign-bundles.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import type { PromoteWorld } from "../promote/promote-world.ts";

export interface DeferredChecks {
  readonly records: readonly RecordDraft[];
  readonly reports: readonly CheckReport[];
  /** Hubs that could not be asked, and why; the next turn tries again. */
  readonly remarks: readonly string[];
}

/** Runs the parts of checks whose time has come. A hub that somebody else is checking right now has its turn next time. */
export async function runDeferredChecks(
  { deployed }: Pick<StateNow, "deployed">,
  props: PromoteWorld & { readonly open: (bundle: string) => OpenedBundle },
): Promise<DeferredChecks> {
  const { fleet, reading, world, signal, check, open } = props;
  const records: RecordDraft[] = [];
  const reports: CheckReport[] = [];
  const remarks: string[] = [];
  for (const hub of fleet.hubs.values()) {
    if (signal.aborted) break;
    const report = await checkDue(hub).catch((thrown: unknown) => {
      if (!(thrown instanceof HubfleetError)) throw thrown;
      if (thrown.code !== "CHECK_RUNNING") remarks.push(`hub/${hub.name} is checked later: ${thrown.message}`);
      return undefined;
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
  return { records, reports, remarks };

  async function checkDue(hub: Hub): Promise<CheckReport | undefined> {
    // Most hubs have nothing to be seen later, and are not asked.
    if (hub.checks.every(({ afterSeconds }) => afterSeconds === 0)) return undefined;
    const now = world.clock.now();
    const isDue = (await props.deferred(hub)).some(({ due }) => new Date(due) <= now);
    return isDue ? check(hub, fleet, ["due"]) : undefined;
  }
}
