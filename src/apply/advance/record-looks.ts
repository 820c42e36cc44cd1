import {
  failuresIn,
  flushLooks,
  type Look,
  type LookPolicy,
  type LooksDraft,
  type PendingSpan,
  toObservations,
} from "../../bundle/looks.ts";
import { noticesFor } from "../../bundle/notices.ts";
import { healthyNotice, unhealthyNotice } from "../../bundle/event-notices.ts";
import type { Notice } from "../../bundle/notice.ts";
import { counted } from "../../bundle/words.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { StateNow, StateWish } from "../../operate/bundles/commit-change.ts";
import { policyRecord } from "../../operate/bundles/policy-record.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import { forgetDrafts, keepLooks, readLooks, takeLooks } from "../../operate/observe/pending-looks.ts";
import type { PromoteWorld } from "../promote/promote-world.ts";

/** A hub that stays as it is is recorded once a day. */
const heartbeatSeconds = 86_400;

export interface RecordLooksProps extends PromoteWorld {
  /** Whether what waits would open a gate, if it were on record. */
  readonly opens: (records: readonly RecordDraft[]) => Promise<boolean>;
  /** What else is to be told, beside who is well and who is not. */
  readonly notices: (now: StateNow) => readonly Notice[];
  /** Records that people were asked. */
  readonly asked: (now: StateNow, origin: Pick<RecordDraft, "at" | "who" | "fleet">) => readonly RecordDraft[];
}

/**
 * Keeps looks on this machine, and records what is news: transitions, the daily heartbeat, what a gate is waiting for. A
 * command that is killed in between leaves them for the next one. Answers how many records were written.
 */
export async function recordLooks(looks: readonly Look[], props: RecordLooksProps): Promise<number> {
  const { fleet, world, commit } = props;
  const before = (await readLooks(fleet.uuid, world)).pending;
  const kept = await keepLooks(
    fleet.uuid,
    looks.map((look) => ({ look, policy: policyOf(look, fleet) })),
    world,
  );
  const drafts = (await isAwaited(kept, props)) ? await takeLooks(fleet.uuid, undefined, world) : kept;
  let written = 0;
  await commit(
    async (now): Promise<StateWish | "nothing"> => {
      const origin = await recordOrigin(fleet, world);
      const seen = observationsOf(drafts, now, origin);
      const policy = await policyRecord(now, origin, props);
      const at = world.clock.now().getTime();
      const news = [...healthNotices(looks, before.hubs), ...props.notices(now)];
      const documents = noticesFor(now.files, news, { recipients: fleet.recipients ?? [], now: at });
      written = seen.length;
      const records = [...seen, ...policy, ...props.asked(now, origin)];
      return records.length === 0 && documents.size === 0 ? "nothing" : { records, documents };
    },
    `${counted(looks.length, "hub")} seen`,
  );
  await forgetDrafts(fleet.uuid, drafts, world);
  return written;
}

async function isAwaited(kept: readonly LooksDraft[], props: RecordLooksProps): Promise<boolean> {
  const { fleet, world, opens } = props;
  const { pending } = await readLooks(fleet.uuid, world);
  const waiting = flushLooks(pending).drafts;
  if (waiting.length === 0) return false;
  const origin = await recordOrigin(fleet, world);
  const toRecord = (drafts: readonly LooksDraft[]): readonly RecordDraft[] =>
    drafts.map(({ observation }) => ({ ...origin, ...observation }));
  return opens(toRecord([...kept, ...waiting]));
}

function observationsOf(
  drafts: readonly LooksDraft[],
  { evidence }: Pick<StateNow, "evidence">,
  origin: Pick<RecordDraft, "who" | "fleet">,
): readonly RecordDraft[] {
  const observations = toObservations(drafts, failuresIn(evidence.records.values()));
  return observations.map((observation) => ({ ...origin, ...observation }));
}

function policyOf({ stage }: Look, { stages }: Pick<Fleet, "stages">): LookPolicy {
  const policy = stages.find(({ name }) => name === stage)?.policy;
  return { heartbeatSeconds, observeEverySeconds: policy?.soak.observeEverySeconds ?? heartbeatSeconds };
}

/** A hub that is seen for the first time is news only where it is not well. */
function healthNotices(
  looks: readonly Look[],
  before: Readonly<Record<string, Pick<PendingSpan, "last" | "since">>>,
): readonly Notice[] {
  return looks.flatMap(({ hub, stage, verdict, reason, at: { time } }) => {
    const span = before[hub];
    const at = Date.parse(time);
    if (verdict === "failed" && span?.last.verdict !== "failed") return [unhealthyNotice({ hub, stage, reason, at })];
    if (verdict !== "passed" || span?.last.verdict !== "failed") return [];
    return [healthyNotice({ hub, stage, since: Date.parse(span.since), at })];
  });
}
