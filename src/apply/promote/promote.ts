import { type Deployed, pointTo, readDeployed, withAttempt, withStage } from "../../bundle/deployed.ts";
import type { Bundle } from "../../bundle/bundle.ts";
import { decisionOf, questionFile } from "../../bundle/gate-question.ts";
import type { Notice } from "../../bundle/notice.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { GateVerdict } from "../../bundle/gate-verdict.ts";
import { noticesFor } from "../../bundle/notices.ts";
import { brokenGlassNotice } from "../../bundle/event-notices.ts";
import { secondedWithin } from "../../bundle/deadlines.ts";
import { findBundle } from "../../bundle/read-bundles.ts";
import type { StageProgress } from "../../bundle/waves.ts";
import { HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { appendRecords, readRecords } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { StateNow, StateWish } from "../../operate/bundles/commit-change.ts";
import { createJudge } from "../../operate/bundles/judge-bundle.ts";
import { policyRecord } from "../../operate/bundles/policy-record.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import { rendererDiffers } from "../../operate/bundles/renderer-differs.ts";
import { tidyUp } from "../../operate/housekeeping/tidy-up.ts";
import type { StateStanding } from "../../ports/state-ref.ts";
import type { EndingPolicy } from "../apply-with-notice.ts";
import { withLease } from "../lease.ts";
import type { HubResult } from "./change-hubs.ts";
import type { PromoteWorld } from "./promote-world.ts";
import { progressOf } from "./stage-progress-of.ts";
import { type Walked, walkStage } from "./walk-stage.ts";

export interface PromoteProps extends PromoteWorld {
  /** An id, or the beginning of one. */
  readonly bundle: string;
  readonly stage: string;
  /** One person opens the gate, and says why. */
  readonly breakGlass?: string | undefined;
  readonly ending: EndingPolicy | undefined;
  /** Hubs that did not do well with this bundle are tried again. */
  readonly again: boolean;
  /** Bring to an end what was begun, and begin nothing. @default false */
  readonly onlyBegun?: boolean;
}

/** What became of a promotion. */
export interface Promotion {
  readonly bundle: Bundle;
  readonly stage: string;
  /** "continued": the stage had the bundle already. */
  readonly kind: "entered" | "continued" | "blocked";
  readonly verdict: GateVerdict;
  readonly results: readonly HubResult[];
  readonly progress: StageProgress;
  readonly stopped: string | undefined;
  readonly standing: StateStanding;
}

/**
 * Moves a bundle into a stage: gate, intent, hubs wave by wave, each checked and recorded. Where the stage has it already,
 * goes on from where it stands. A shut gate changes nothing, but what was begun is brought to an end.
 * @throws HubfleetError BUNDLE_UNKNOWN, UNKNOWN_TARGET, RENDERER_DIFFERS, COMMIT_NOT_HERE, LEASE_HELD; HubfleetErrors where the
 * bundle does not go with what is written now
 */
export async function promote(props: PromoteProps): Promise<Promotion> {
  const { fleet, world, report } = props;
  return withLease({ fleetUuid: fleet.uuid, command: "promote", world, report }, async (steps) => {
    const entry = await enter(props);
    const { bundle, verdict, kind, files } = entry;
    const opened = judgeOf(entry.now, props).open(bundle.id);
    const walk = { ...props, opened, steps };
    const walked: Walked = await walkStage({ ...walk, onlyBegun: props.onlyBegun === true || kind === "blocked" });
    if (walked.results.every((one) => one.kind === "done")) await tidyUp(props);
    const { standing } = files;
    return { bundle, stage: props.stage, kind, verdict, ...walked, standing };
  });
}

/** What a promotion would meet, changing nothing. @throws as `promote` */
export async function planPromotion(props: PromoteProps): Promise<Omit<Promotion, "results" | "stopped">> {
  const { fleet, stage, read } = props;
  const { files, standing } = await read();
  const now = stateNow(files);
  await requireRenderer(findBundle(files, props.bundle), props);
  const { bundle, verdict, kind } = await decideEntry(now, props);
  const { clock } = props.world;
  const isThere = now.deployed.stages[stage]?.digest === bundle.digest;
  const after = isThere ? now.deployed : withStage(now.deployed, stage, pointTo(bundle, clock.now()));
  const progress = progressOf(after, clock.now().getTime(), { fleet, stage });
  return { bundle, stage, kind, verdict, progress, standing };
}

interface Entry {
  readonly bundle: Bundle;
  readonly verdict: GateVerdict;
  readonly kind: Promotion["kind"];
  readonly files: { readonly standing: StateStanding };
  readonly now: StateNow;
}

async function enter(props: PromoteProps): Promise<Entry> {
  const { stage, commit, read } = props;
  let entry: Omit<Entry, "files"> | undefined;
  const decide = async (now: StateNow): Promise<StateWish | "nothing"> => {
    const decided = await decideEntry(now, props);
    entry = { ...decided, now };
    return decided.wish;
  };
  const first = await read();
  const bundle = findBundle(first.files, props.bundle);
  await requireRenderer(bundle, props);
  await props.requireCommitted([...props.fleet.hubs.values()].filter((hub) => hub.stage === stage));
  const committed = await commit(decide, `${bundle.id} to ${stage}`);
  if (entry === undefined) throw new TypeError("a commit is always decided"); // `commit` asks at least once
  return { ...entry, files: committed };
}

async function decideEntry(
  now: StateNow,
  props: PromoteProps,
): Promise<Omit<Entry, "files" | "now"> & { readonly wish: StateWish | "nothing" }> {
  const { fleet, stage, breakGlass, again, identity, world } = props;
  const bundle = findBundle(now.files, props.bundle);
  const origin = await recordOrigin(fleet, world, identity);
  // Decided as of the moment that its record has, so that it can be decided once more from the records.
  const at = new Date(origin.at.time);
  const judge = judgeOf(now, props, at);
  const judged = await judge.verdict(bundle, stage);
  const glass: readonly RecordDraft[] =
    breakGlass === undefined || judged.kind === "open"
      ? []
      : [{ kind: "break-glass", ...origin, subject: { bundle: bundle.digest, stage }, body: { reason: breakGlass } }];
  const verdict =
    glass.length === 0 ? judged : await judgeOf(withRecords(now, glass), props, at).verdict(bundle, stage);
  const pointer = now.deployed.stages[stage];
  const policy = await policyRecord(now, origin, props);
  if (pointer?.digest === bundle.digest) {
    // It was let in in time: what began may end.
    const isShut = verdict.kind === "blocked" || (verdict.kind === "expired" && verdict.reasons.length > 0);
    if (isShut)
      return { bundle, verdict, kind: "blocked", wish: policy.length === 0 ? "nothing" : { records: policy } };
    const failed = Object.entries(pointer.hubs ?? {}).filter(([, attempt]) => attempt === "failed");
    const records = [...policy, ...(verdict.kind === "open" && verdict.brokenGlass !== undefined ? glass : [])];
    const retried = again
      ? failed.reduce<Deployed>((all, [hub]) => withAttempt(all, stage, hub, undefined), now.deployed)
      : now.deployed;
    const isNothing = records.length === 0 && (!again || failed.length === 0);
    return { bundle, verdict, kind: "continued", wish: isNothing ? "nothing" : { deployed: retried, records } };
  }
  if (verdict.kind !== "open") {
    return { bundle, verdict, kind: "blocked", wish: policy.length === 0 ? "nothing" : { records: policy } };
  }
  const from = pointer === undefined ? {} : { from: { id: pointer.id, digest: pointer.digest } };
  const question = questionFile(await judge.question(bundle, stage));
  const entered: RecordDraft = {
    kind: "promotion",
    ...origin,
    subject: { bundle: bundle.digest, stage, parts: bundle.parts },
    body: {
      ...from,
      ...decisionOf(verdict),
      gate: question.digest,
    },
  };
  const deployed = withStage(now.deployed, stage, pointTo(bundle, at));
  const notices = glassNotices(verdict, { bundle: bundle.id, stage, at: at.getTime(), fleet });
  const told = noticesFor(now.files, notices, { recipients: fleet.recipients ?? [], now: at.getTime() });
  const documents = new Map([...told, [question.path, question.text]]);
  const wish = { deployed, records: [...policy, ...glass, entered], documents, isByHand: identity !== undefined };
  return { bundle, verdict, kind: "entered", wish };
}

function glassNotices(
  { brokenGlass }: Extract<GateVerdict, { kind: "open" }>,
  { fleet, ...event }: { readonly bundle: string; readonly stage: string; readonly at: number; readonly fleet: Fleet },
): readonly Notice[] {
  if (brokenGlass === undefined) return [];
  const { person, reason, passedOver } = brokenGlass;
  const secondBy = (fleet.teamSize ?? 1) > 1 ? event.at + secondedWithin : undefined;
  return [brokenGlassNotice({ ...event, by: person, reason, passedOver: passedOver.length, secondBy })];
}

function judgeOf(
  now: StateNow,
  { reading, fleetAt, authors, world }: PromoteWorld,
  at = world.clock.now(),
): ReturnType<typeof createJudge> {
  return createJudge(now, { reading, fleetAt, authors, now: at });
}

/** As if the records had been written. */
function withRecords(now: StateNow, drafts: readonly RecordDraft[]): StateNow {
  const written = appendRecords(now.evidence.heads, drafts).map(({ path, text }) => [path, text] as const);
  const files = new Map([...now.files, ...written]);
  return { ...now, files, evidence: readRecords(files) };
}

function stateNow(files: ReadonlyMap<string, string>): StateNow {
  const evidence = readRecords(files);
  if (evidence.problems.length > 0) throw new HubfleetErrors(evidence.problems);
  return { files, evidence, deployed: readDeployed(files) };
}

async function requireRenderer(bundle: Bundle, { canRender }: PromoteWorld): Promise<void> {
  const problem = await rendererDiffers(bundle, canRender);
  if (problem !== undefined) throw problem;
}
