import pMap from "p-map";

import { fromUnknown } from "../errors/from-unknown.ts";
import type { DesiredWithCopies } from "../operate/desired-hubs.ts";
import { parseApplied } from "../operate/observe-hub.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import { applyHub } from "./apply-hub.ts";
import type { Outcome } from "./outcome.ts";
import { recordApplied } from "./record-applied.ts";
import { renameHub } from "./rename-hub.ts";
import type { Steps } from "./steps.ts";

export interface ApplyHubsProps {
  readonly fleetUuid: string;
  readonly hubs: readonly DesiredWithCopies[];
  /** Targets of the plan that have changes; the others are left alone. */
  readonly changed: ReadonlySet<string>;
  readonly world: LocalWorld;
  readonly steps: Steps;
  readonly report: Report;
}

/** Starting a hub keeps a core busy for seconds; more at once only makes each of them slower. */
const hubsAtOnce = 4;

/** Walks the hubs of a plan. Never throws for a hub that fails: it says so in its outcome and goes on. */
export async function applyHubs(props: ApplyHubsProps): Promise<readonly Outcome[]> {
  for (const { desired } of props.hubs) {
    const target = `hub/${desired.name}`;
    if (props.changed.has(target)) props.report({ target, text: "", state: "queued" });
  }
  return pMap(props.hubs, (hub) => applyOne(hub, props), { concurrency: hubsAtOnce });
}

async function applyOne({ desired, copies, oldName }: DesiredWithCopies, props: ApplyHubsProps): Promise<Outcome> {
  const { fleetUuid, world, steps, report } = props;
  const target = `hub/${desired.name}`;
  if (!props.changed.has(target)) {
    await noteBundle(desired, world);
    return { target, kind: "unchanged" };
  }
  const started = world.clock.now().getTime();
  try {
    if (oldName !== undefined) await renameHub({ fleetUuid, desired, from: oldName, world, steps });
    await applyHub({ fleetUuid, desired, copies, world, steps });
    report({ target, text: "", state: "settled" });
    return { target, kind: "changed", milliseconds: world.clock.now().getTime() - started };
  } catch (thrown) {
    const errors = fromUnknown(thrown);
    report({ target, text: errors[0]?.message.split("\n")[0] ?? "failed", state: "settled" });
    return { target, kind: "failed", errors };
  }
}

/** One that is as its bundle wants it already is that bundle's from now on. */
async function noteBundle(desired: DesiredHub, world: LocalWorld): Promise<void> {
  const before = parseApplied(await world.files.read(desired.paths.applied));
  if (before === undefined || before.bundle?.digest === desired.bundle?.digest) return;
  await recordApplied(desired, before, world);
}
