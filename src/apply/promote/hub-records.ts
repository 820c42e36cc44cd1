import { type Deployed, holdsIn } from "../../bundle/deployed.ts";
import type { Place } from "../../bundle/hub-trial.ts";
import { standingOf } from "../../bundle/standing.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { OpenedBundle } from "../../operate/bundles/assign-bundles.ts";
import { checkRecords, hubSubject } from "../../operate/bundles/hub-subject.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import type { CheckReport } from "../../operate/check/check-report.ts";
import type { PromoteWorld } from "./promote-world.ts";

/** What became of a hub with a bundle, and what its check said. */
export type Tried = { readonly hub: Hub; readonly check: CheckReport | undefined } & (
  | { readonly kind: "done"; readonly milliseconds: number }
  | { readonly kind: "held"; readonly why: string }
  | { readonly kind: "failed"; readonly errors: readonly HubfleetError[] }
);

export interface HubRecordsProps extends Pick<PromoteWorld, "fleet" | "reading" | "world" | "rendererOn"> {
  readonly opened: OpenedBundle;
  /** As it was when it began. */
  readonly deployed: Deployed;
  /** What the hub goes back to; undefined: it stays. */
  readonly place: Place | undefined;
}

/** Records of a hub that was to run a bundle: its checks, what came of it, that it was seen well, that it goes back. */
export async function hubRecords(one: Tried, props: HubRecordsProps): Promise<readonly RecordDraft[]> {
  const { fleet, reading, world, opened, deployed, place } = props;
  const pointer = deployed.hubs[one.hub.name];
  if (pointer === undefined) return [];
  const origin = await recordOrigin(fleet, world);
  const told = hubSubject(one.hub, opened, { pointer, renderer: await props.rendererOn(one.hub, opened.bundle) });
  const { subject, deployment } = told;
  const holds = holdsIn(deployed);
  const now = world.clock.now().getTime();
  const standing = standingOf({ hub: one.hub, holds, isDraft: false, reading: opened.reading ?? reading, now });
  const from = pointer.before === undefined ? {} : { from: { id: pointer.before.id, digest: pointer.before.digest } };
  const checks = one.check === undefined ? [] : checkRecords(one.check, told, { origin, standing });
  const result = one.kind === "held" ? "held-back" : one.kind;
  const applied: RecordDraft = {
    kind: "apply",
    ...origin,
    subject,
    body: { ...from, result, deployment, ...summaryOf(one) },
  };
  const seen: RecordDraft = {
    kind: "observation",
    ...origin,
    subject,
    body: { verdict: "passed", standing, deployment },
  };
  const isBack = one.kind === "failed" && place !== undefined;
  return [...checks, applied, ...(one.kind === "done" ? [seen] : []), ...(isBack ? [wentBack()] : [])];

  function wentBack(): RecordDraft {
    const { hub, stage } = subject;
    const to = place?.kind === "bundle" ? { bundle: place.pointer.digest } : {};
    const { id, digest } = opened.bundle;
    const reason = wordsOf(one.kind === "failed" ? one.errors : []);
    return {
      kind: "rollback",
      ...origin,
      subject: { hub, stage, ...to },
      body: { from: { id, digest }, reason, by: "failed-check" },
    };
  }
}

function summaryOf(one: Tried): { readonly summary?: string } {
  if (one.kind === "done") return {};
  return { summary: (one.kind === "held" ? one.why : wordsOf(one.errors)).slice(0, 2000) };
}

function wordsOf(errors: readonly HubfleetError[]): string {
  const words = errors.map(({ message }) => message).join("; ");
  return words === "" ? "no reason was given" : words.slice(0, 2000);
}
