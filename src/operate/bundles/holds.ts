import { type Deployed, holdsIn, type HoldTarget, withHold } from "../../bundle/deployed.ts";
import { isStanding, type Hold } from "../../bundle/hold.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { StateWish } from "./commit-change.ts";
import type { recordOrigin } from "./record-origin.ts";

type Origin = Awaited<ReturnType<typeof recordOrigin>>;

export interface HoldWish {
  readonly target: HoldTarget;
  readonly reason: string;
  readonly until: Date;
  /** What stays there. @default what it is to run now */
  readonly bundle?: { readonly id: string; readonly digest: string };
  /** It is sent back from this. */
  readonly from?: string;
}

/** How long a hold lasts where nobody says: long enough to mend something, short enough to be found again. */
export const usualHoldMilliseconds = 7 * 86_400_000;

/** @throws HubfleetError UNKNOWN_TARGET */
export function holdTarget(text: string, fleet: Pick<Fleet, "hubs" | "stages">): HoldTarget {
  const [kind = ""] = text.split("/", 1);
  const name = text.slice(kind.length + 1);
  const known = kind === "stage" ? fleet.stages.map((stage) => stage.name) : [...fleet.hubs.keys()];
  if ((kind === "hub" || kind === "stage") && known.includes(name)) return `${kind}/${name}`;
  const hint = kind === "hub" || kind === "stage" ? nameHint(name, known) : "write hub/NAME or stage/NAME";
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: kind === "hub" || kind === "stage" ? `the fleet has no ${kind} "${name}"` : `"${text}" cannot be held`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A hub or stage stays where it is from now on. A hold that is there is replaced, and both are on record. */
export function placeHold(
  deployed: Deployed,
  { target, reason, until, bundle, from }: HoldWish,
  { origin }: { readonly origin: Origin },
): Required<Pick<StateWish, "deployed" | "records">> {
  const [kind, name = ""] = target.split("/", 2);
  const pointer = bundle ?? (kind === "hub" ? deployed.hubs[name] : deployed.stages[name]);
  const hold = {
    reason,
    owner: origin.who.id,
    since: origin.at.time,
    until: until.toISOString(),
    ...(pointer === undefined ? {} : { bundle: pointer.id }),
    ...(from === undefined ? {} : { from }),
  };
  const subject = { ...subjectOf(target), ...(pointer === undefined ? {} : { bundle: pointer.digest }) };
  const record: RecordDraft = { kind: "hold", ...origin, subject, body: { reason, until: hold.until } };
  return { deployed: withHold(deployed, target, hold), records: [record] };
}

/** Ends a hold; `before`: the name that the hub had, under which somebody may have held it. @throws HubfleetError NO_SUCH_HOLD */
export function endHold(
  deployed: Deployed,
  {
    target,
    before,
    reason,
  }: {
    readonly target: HoldTarget;
    readonly before?: HoldTarget | undefined;
    readonly reason: string | undefined;
  },
  { origin, now }: { readonly origin: Origin; readonly now: number },
): Required<Pick<StateWish, "deployed" | "records">> & { readonly hold: Hold } {
  const holds = holdsIn(deployed);
  const hold = holds.find((one) => one.target === target) ?? holds.find((one) => one.target === before);
  if (hold === undefined) {
    const standing = holds.filter((one) => isStanding(one, now)).map((one) => one.target);
    const hint = standing.length === 0 ? "nothing is held" : `held are: ${standing.join(", ")}`;
    throw new HubfleetError("NO_SUCH_HOLD", { message: `nobody holds ${target}`, hint });
  }
  const body = reason === undefined ? {} : { reason };
  const record: RecordDraft = { kind: "resume", ...origin, subject: subjectOf(target), body };
  return { deployed: withHold(deployed, hold.target, undefined), records: [record], hold };
}

function subjectOf(target: HoldTarget): RecordDraft["subject"] {
  const [kind, name = ""] = target.split("/", 2);
  return kind === "hub" ? { hub: name } : { stage: name };
}
