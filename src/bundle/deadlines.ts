import type { NoticeKind } from "../fleet/recipient.ts";
import type { StagePolicy } from "../fleet/stage-policy.ts";
import type { Hold } from "./hold.ts";
import { createNotice, minuteWords, type Notice, said } from "./notice.ts";
import { listWords } from "./words.ts";

export interface DeadlineInput {
  /** In the order of fleet.yaml. */
  readonly stages: readonly DeadlineStage[];
  /** Ended ones too: they are told of for a week. */
  readonly holds: readonly Hold[];
  readonly experiments: readonly ExperimentEnd[];
  readonly brokenGlass: readonly GlassToSecond[];
  /** Milliseconds since 1970, as all moments here. */
  readonly now: number;
}

export interface DeadlineStage {
  readonly name: string;
  readonly policy: Pick<StagePolicy, "freezes" | "expiresSeconds">;
  /** What was put into it last; undefined: nothing yet. */
  readonly bundle?: { readonly id: string; readonly madeAt: number };
}

export interface ExperimentEnd {
  readonly name: string;
  readonly hubs: readonly string[];
  /** The first moment at which it is over. */
  readonly until: number;
}

/** A gate that one person opened alone, and that no second one has looked at. Left out where there is no second person. */
export interface GlassToSecond {
  readonly bundle: string;
  readonly stage: string;
  readonly person: string;
  readonly reason: string;
  readonly at: number;
}

/** What ends or closes: said once before, and where something is different then, once after. */
interface Deadline {
  readonly target: string;
  readonly matter: string;
  readonly at: number;
  readonly before: number;
  readonly soon: string;
  readonly over?: { readonly kind: NoticeKind; readonly text: string };
}

const hour = 3_600_000;
const day = 24 * hour;
/** Whoever was away is not told of what ended long ago. */
const toldFor = 7 * day;
/** A second person is asked for within a day. */
export const secondedWithin = day;

/**
 * What has to be said of deadlines at this moment; the same notice, with the same id, as long as it has to be. The
 * outbox sends each once.
 *
 * | deadline | said before | said after |
 * | -------- | ----------- | ---------- |
 * | packages close before a freeze | 2 d | |
 * | a freeze begins | 1 d | |
 * | a bundle expires for the next stage | 3 d, at most a quarter of its time | it did |
 * | a hold ends | 1 d, at most a quarter of its time | it did |
 * | an experiment ends | 2 d | it did |
 * | a second person looks at broken glass | 4 h | nobody did |
 */
export function deadlines(input: DeadlineInput): readonly Notice[] {
  const all = [
    ...input.stages.flatMap(freezeDeadlines),
    ...expiries(input.stages),
    ...input.holds.map(holdEnd),
    ...input.experiments.map(experimentEnd),
    ...input.brokenGlass.map(secondLook),
  ];
  return all.flatMap((deadline) => noticeOf(deadline, input.now));
}

function noticeOf({ target, matter, at, before, soon, over }: Deadline, now: number): readonly Notice[] {
  const about = { target, matter: `${matter}/${new Date(at).toISOString()}`, at: now };
  if (now < at) return now < at - before ? [] : [createNotice({ ...about, kind: "deadline", text: soon, until: at })];
  if (over === undefined || now >= at + toldFor) return [];
  const { kind, text } = over;
  return [createNotice({ ...about, matter: `${about.matter}/over`, kind, text, until: at + toldFor })];
}

function freezeDeadlines({ name, policy }: DeadlineStage): readonly Deadline[] {
  return policy.freezes.flatMap(({ from, to, packagesCloseAt, reason }) => {
    const target = `stage/${name}`;
    const promote = `\`hubfleet promote BUNDLE --to ${name}\``;
    const freeze: Deadline = {
      target,
      matter: "freeze",
      at: from,
      before: day,
      soon: `Stage ${name} freezes at ${minuteWords(from)} (${said(reason)}), until ${minuteWords(to)}. What is to be in by then: ${promote}.`,
    };
    if (packagesCloseAt >= from) return [freeze];
    const packages: Deadline = {
      target,
      matter: "packages",
      at: packagesCloseAt,
      before: 2 * day,
      soon: `Packages close for stage ${name} at ${minuteWords(packagesCloseAt)}, before ${said(reason)}. A bundle with other images has to be in by then: ${promote}.`,
    };
    return [packages, freeze];
  });
}

/** A bundle that came as far as some stage and is to enter the next one in time. */
function expiries(stages: readonly DeadlineStage[]): readonly Deadline[] {
  return stages.flatMap(({ name, policy, bundle: own }, index) => {
    const { expiresSeconds } = policy;
    const next = stages.slice(0, index).findLast(({ bundle }) => bundle !== undefined)?.bundle;
    if (expiresSeconds === undefined || next === undefined || next.id === own?.id) return [];
    if (own !== undefined && next.madeAt < own.madeAt) return []; // the earlier stage went back
    const at = next.madeAt + expiresSeconds * 1000;
    const made = `it was made ${minuteWords(next.madeAt)}`;
    return [
      {
        target: `stage/${name}`,
        matter: `expiry/${next.id}`,
        at,
        before: Math.min(3 * day, (at - next.madeAt) / 4),
        soon: `Bundle ${next.id} expires for stage ${name} at ${minuteWords(at)}; ${made}. To bring it in before: \`hubfleet promote ${next.id} --to ${name}\`.`,
        over: {
          kind: "deadline",
          text: `Bundle ${next.id} expired for stage ${name} at ${minuteWords(at)}; ${made}. The next one: \`hubfleet bundle new\`.`,
        },
      },
    ];
  });
}

function holdEnd({ target, reason, owner, since, until }: Hold): Deadline {
  const hold = `The hold of ${target} by ${owner} (${said(reason)})`;
  const again = `\`hubfleet hold ${target} --reason WHY --until 7d\``;
  return {
    target,
    matter: "hold",
    at: until,
    before: Math.min(day, (until - since) / 4),
    soon: `${hold} ends at ${minuteWords(until)}; bundles get there again then. To keep it longer: ${again}.`,
    over: {
      kind: "hold-ended",
      text: `${hold} ended at ${minuteWords(until)}: bundles get there again. To hold it once more: ${again}.`,
    },
  };
}

function experimentEnd({ name, hubs, until }: ExperimentEnd): Deadline {
  const what = `Experiment ${name} on ${listWords(hubs.map((hub) => `hub/${hub}`))}`;
  const todo = `Roll it out in platform.yaml or a group, or take it back: remove experiments/${name}.yaml, then \`hubfleet plan\``;
  return {
    target: `experiment/${name}`,
    matter: "experiment",
    at: until,
    before: 2 * day,
    soon: `${what} ends at ${minuteWords(until)}. ${todo}.`,
    over: {
      kind: "deadline",
      text: `${what} ended at ${minuteWords(until)}. ${todo}.`,
    },
  };
}

function secondLook({ bundle, stage, person, reason, at }: GlassToSecond): Deadline {
  const due = at + secondedWithin;
  const what = `${person} broke the glass for ${bundle} in stage ${stage} at ${minuteWords(at)} (${said(reason)})`;
  const type = `\`hubfleet signoff ${bundle} --stage ${stage}\``;
  return {
    target: `stage/${stage}`,
    matter: `second-person/${bundle}`,
    at: due,
    before: 4 * hour,
    soon: `${what}. A second person looks at it before ${minuteWords(due)}: ${type}.`,
    over: { kind: "deadline", text: `${what}, and no second person has looked at it by ${minuteWords(due)}: ${type}.` },
  };
}
