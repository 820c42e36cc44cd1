import pMap from "p-map";

import { type BundlePointer, type Deployed, holdsIn, pointTo, withAttempt, withHub } from "../../bundle/deployed.ts";
import { noticesFor } from "../../bundle/notices.ts";
import { standingOf } from "../../bundle/standing.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { CheckReport } from "../../operate/check/check-report.ts";
import type { OpenedBundle } from "../../operate/bundles/assign-bundles.ts";
import { checkRecords, hubSubject } from "../../operate/bundles/hub-subject.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import { readDraft } from "../../operate/draft-store.ts";
import { applyDraftHeld } from "../apply-draft.ts";
import type { EndingPolicy } from "../apply-with-notice.ts";
import type { Outcome } from "../outcome.ts";
import type { Steps } from "../steps.ts";
import { settledNotices } from "./settled-notices.ts";
import type { PromoteWorld } from "./promote-world.ts";

/** What became of one hub that was to run a bundle. */
export type HubResult =
  | { readonly hub: string; readonly kind: "done"; readonly milliseconds: number }
  /** It is as it was: the bundle was not tried on it. */
  | { readonly hub: string; readonly kind: "held"; readonly why: string }
  | {
      readonly hub: string;
      readonly kind: "failed";
      readonly errors: readonly HubfleetError[];
      /** What it runs now: an id, "the draft"; undefined: it was left as it is. */
      readonly backTo: string | undefined;
    }
  /** A person interrupted; the next command goes on with it. */
  | { readonly hub: string; readonly kind: "interrupted" };

export interface ChangeHubsProps extends PromoteWorld {
  readonly stage: string;
  readonly opened: OpenedBundle;
  readonly hubs: readonly Hub[];
  /** Back: to something that was good there, so that there is nothing to go back to when it fails. */
  readonly direction: "forward" | "back";
  readonly ending: EndingPolicy | undefined;
  readonly steps: Steps;
}

/**
 * Gives hubs a bundle, all at the same time: intent first, then apply, then check, then records. One that does not do well
 * goes back to what it ran, before anything else happens to it. Killed anywhere, the same call again brings it to an end.
 */
export async function changeHubs(props: ChangeHubsProps): Promise<readonly HubResult[]> {
  const { opened, hubs, stage, direction, signal } = props;
  const names = hubs.map(({ name }) => name);
  const { bundle } = opened;
  const now = props.world.clock.now();
  const { hubs: kept } = await readDraft(props.fleet.uuid, props.world);
  const drafted = new Set(
    names.filter(
      (name) => kept[name] !== undefined && (kept[name].bundle === undefined || kept[name].before !== undefined),
    ),
  );
  const begun = await props.commit(
    ({ deployed }) => ({
      deployed: names.reduce((all, hub) => begin(all, { hub, stage, pointer: pointTo(bundle, now) }), deployed),
    }),
    `${bundle.id} on ${names.join(", ")}`,
  );
  const applied = await applyDraftHeld(
    { ...props, assign: props.assignFrom(begun.files), isStrict: true },
    props.steps,
  );
  const tried = await pMap(hubs, (hub) => tryHub(hub, outcomeOf(hub.name, applied), props), { concurrency: 2 });
  if (signal.aborted) return names.map((hub) => ({ hub, kind: "interrupted" }));

  const records = await Promise.all(tried.map((one) => recordsOf(one, begun.deployed, props)));
  const origin = await recordOrigin(props.fleet, props.world);
  const settled = await props.commit(
    ({ deployed, files }) => {
      const after = tried.reduce((all, one) => settle(all, one, { stage, direction, drafted }), deployed);
      const at = props.world.clock.now().getTime();
      const failed = tried.flatMap((one) =>
        one.kind === "failed"
          ? [{ hub: one.hub.name, errors: one.errors, back: placeBefore(one.hub.name, begun.deployed, drafted) }]
          : [],
      );
      const notices =
        direction === "back"
          ? []
          : settledNotices({ ...props, bundle: bundle.id, deployed: after, failed, by: origin.who.id, at });
      const documents = noticesFor(files, notices, { recipients: props.fleet.recipients ?? [], now: at });
      return { deployed: after, records: records.flat(), documents };
    },
    `${bundle.id} on ${names.join(", ")}: ${tried.map(({ kind }) => kind).join(", ")}`,
  );
  const back =
    direction === "back"
      ? []
      : tried.filter(
          ({ kind, hub }) => kind === "failed" && placeBefore(hub.name, begun.deployed, drafted) !== undefined,
        );
  const returned = await goBack(
    back.map(({ hub }) => hub),
    { files: settled.files, to: (hub) => placeBefore(hub, begun.deployed, drafted) ?? "" },
    props,
  );
  return tried.map((one): HubResult => {
    const hub = one.hub.name;
    if (one.kind === "done") return { hub, kind: "done", milliseconds: one.milliseconds };
    if (one.kind === "held") return { hub, kind: "held", why: one.why };
    const { backTo, errors = [] } = returned.get(hub) ?? {};
    return { hub, kind: "failed", errors: [...one.errors, ...errors], backTo };
  });
}

type Tried = { readonly hub: Hub; readonly check: CheckReport | undefined } & (
  | { readonly kind: "done"; readonly milliseconds: number }
  | { readonly kind: "held"; readonly why: string }
  | { readonly kind: "failed"; readonly errors: readonly HubfleetError[] }
);

/** Where it runs the bundle already, for a command before this one, what was there before that is kept. */
function begin(
  deployed: Deployed,
  { hub, stage, pointer }: { readonly hub: string; readonly stage: string; readonly pointer: BundlePointer },
): Deployed {
  const now = deployed.hubs[hub];
  const isBegun = deployed.stages[stage]?.hubs?.[hub] === "changing" && now?.digest === pointer.digest;
  const isStages = deployed.stages[stage]?.digest === pointer.digest;
  const { before: _before, ...asIs } = now ?? { before: undefined };
  const given = now === undefined ? pointer : { ...pointer, before: asIs as BundlePointer }; // it is there
  const pointed = isBegun ? deployed : withHub(deployed, hub, given);
  return withAttempt(pointed, stage, hub, isStages ? "changing" : undefined);
}

async function tryHub(hub: Hub, outcome: Outcome | undefined, props: ChangeHubsProps): Promise<Tried> {
  const { world, opened, check, report } = props;
  if (outcome?.kind === "failed") return { hub, kind: "failed", errors: outcome.errors, check: undefined };
  if (outcome?.kind === "held") return { hub, kind: "held", why: outcome.why, check: undefined };
  const written = opened.fleet.hubs.get(hub.name) ?? hub;
  const policy = opened.fleet.stages.find(({ name }) => name === hub.stage)?.policy;
  const begun = world.clock.now().getTime();
  const milliseconds = (): number => world.clock.now().getTime() - begun;
  if (policy?.checks.length === 0) return { hub, kind: "done", milliseconds: milliseconds(), check: undefined };
  try {
    const found = await check(written, opened.fleet);
    const failed = found.steps.filter(({ state }) => state === "failed");
    if (failed.length === 0) return { hub, kind: "done", milliseconds: milliseconds(), check: found };
    const words = failed.map(({ name, reason }) => `${name}: ${reason ?? "failed"}`).join("; ");
    report({ target: `hub/${hub.name}`, text: `did not pass its check: ${words}`, state: "settled" });
    return { hub, kind: "failed", errors: [checkFailed(hub.name, opened.bundle.id, words)], check: found };
  } catch (thrown) {
    return { hub, kind: "failed", errors: fromUnknown(thrown), check: undefined };
  }
}

/** What `deployed.yaml` says once it is known how a hub does. */
function settle(
  deployed: Deployed,
  { hub: { name }, kind }: Tried,
  {
    stage,
    direction,
    drafted,
  }: { readonly stage: string; readonly direction: "forward" | "back"; readonly drafted: ReadonlySet<string> },
): Deployed {
  const pointer = deployed.hubs[name];
  if (pointer === undefined) return deployed;
  const { before, ...given } = pointer;
  const isTried = deployed.stages[stage]?.hubs?.[name] === "changing";
  if (kind === "done") {
    const kept = withHub(deployed, name, given);
    return isTried ? withAttempt(kept, stage, name, "done") : kept;
  }
  const isStaying = direction === "back" || placeBefore(name, deployed, drafted) === undefined;
  const back = withHub(deployed, name, isStaying ? given : before);
  if (!isTried) return back;
  return kind === "failed" ? withAttempt(back, stage, name, "failed") : withAttempt(back, stage, name, undefined);
}

async function recordsOf(one: Tried, deployed: Deployed, props: ChangeHubsProps): Promise<readonly RecordDraft[]> {
  const { fleet, reading, world, opened, direction } = props;
  const pointer = deployed.hubs[one.hub.name];
  if (pointer === undefined) return [];
  const origin = await recordOrigin(fleet, world);
  const told = hubSubject(one.hub, opened, { pointer, renderer: await props.rendererOn(one.hub, opened.bundle) });
  const { subject, deployment } = told;
  const holds = holdsIn(deployed);
  const at = world.clock.now().getTime();
  const standing = standingOf({ hub: one.hub, holds, isDraft: false, reading: opened.reading ?? reading, now: at });
  const from = pointer.before === undefined ? {} : { from: { id: pointer.before.id, digest: pointer.before.digest } };
  const checks = one.check === undefined ? [] : checkRecords(one.check, told, { origin, standing });
  const summary =
    one.kind === "failed" ? { summary: wordsOf(one.errors) } : one.kind === "held" ? { summary: one.why } : {};
  const result = one.kind === "held" ? "held-back" : one.kind;
  const applied: RecordDraft = { kind: "apply", ...origin, subject, body: { ...from, result, deployment, ...summary } };
  const seen: RecordDraft = {
    kind: "observation",
    ...origin,
    subject,
    body: { verdict: "passed", standing, deployment },
  };
  const rollback: RecordDraft = {
    kind: "rollback",
    ...origin,
    subject,
    body: {
      from: { id: opened.bundle.id, digest: opened.bundle.digest },
      reason: wordsOf(one.kind === "failed" ? one.errors : []),
      by: "failed-check",
    },
  };
  const isBack = one.kind === "failed" && direction === "forward";
  return [...checks, applied, ...(one.kind === "done" ? [seen] : []), ...(isBack ? [rollback] : [])];
}

/** What a hub goes back to, in a word; undefined: it ran nothing before. */
function placeBefore(hub: string, { hubs }: Deployed, drafted: ReadonlySet<string>): string | undefined {
  return hubs[hub]?.before?.id ?? (drafted.has(hub) ? "the draft of `up`" : undefined);
}

interface WentBack {
  readonly backTo: string | undefined;
  readonly errors: readonly HubfleetError[];
}

/** Brings hubs back to what they ran. What was there is intent already, so that a kill from here on is mended by `apply`. */
async function goBack(
  hubs: readonly Hub[],
  { files, to }: { readonly files: ReadonlyMap<string, string>; readonly to: (hub: string) => string },
  props: ChangeHubsProps,
): Promise<ReadonlyMap<string, WentBack>> {
  if (hubs.length === 0) return new Map();
  for (const { name } of hubs) props.report({ target: `hub/${name}`, text: `goes back to ${to(name)}`, state: "note" });
  const ending =
    props.ending === undefined ? undefined : { ...props.ending, consent: "all" as const, waitMilliseconds: 0 };
  const outcomes = await applyDraftHeld({ ...props, hubs, ending, assign: props.assignFrom(files) }, props.steps).catch(
    (thrown: unknown): readonly Outcome[] =>
      hubs.map(({ name }) => ({ target: `hub/${name}`, kind: "failed", errors: fromUnknown(thrown) })),
  );
  return new Map(
    hubs.map(({ name }): [string, WentBack] => {
      const outcome = outcomeOf(name, outcomes);
      if (outcome !== undefined && outcome.kind !== "failed") return [name, { backTo: to(name), errors: [] }];
      return [name, { backTo: undefined, errors: [didNotGoBack(name, to(name)), ...(outcome?.errors ?? [])] }];
    }),
  );
}

function outcomeOf(hub: string, outcomes: readonly Outcome[]): Outcome | undefined {
  return outcomes.find(({ target }) => target === `hub/${hub}`);
}

function wordsOf(errors: readonly HubfleetError[]): string {
  const words = errors.map(({ message }) => message).join("; ");
  return words === "" ? "no reason was given" : words.slice(0, 2000);
}

function checkFailed(hub: string, bundle: string, words: string): HubfleetError {
  return new HubfleetError("HUB_WENT_BACK", {
    message: `hub "${hub}" did not pass its check with bundle ${bundle}: ${words}`,
    hint: `mend it, then \`hubfleet bundle new\`; \`hubfleet up --on local hub/${hub}\` shows it without touching the hub`,
  });
}

function didNotGoBack(hub: string, to: string): HubfleetError {
  return new HubfleetError("HUB_DID_NOT_GO_BACK", {
    message: `hub "${hub}" could not be brought back to ${to}`,
    hint: `hubfleet why hub/${hub}; then hubfleet apply hub/${hub}`,
    retry: "later",
  });
}
