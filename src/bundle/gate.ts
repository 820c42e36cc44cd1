import type { StagePolicy } from "../fleet/stage-policy.ts";
import type { Parts } from "./gate-evidence.ts";
import type { GateInput, GateStage } from "./gate-input.ts";
import {
  type BrokenGlass,
  type GateReason,
  type GateVerdict,
  ground,
  type Judged,
  nothingAsked,
  reason,
  together,
} from "./gate-verdict.ts";
import { judgePartChecks, judgeStageChecks } from "./judge-checks.ts";
import { changedParts, isRunIn, judgePeople } from "./judge-people.ts";
import { judgeWindows } from "./judge-windows.ts";
import { soakIn, soakLeftMilliseconds, soakRecords, soakSentence, type StageSoak, useWords } from "./soak.ts";
import { stricterPolicy } from "./stricter-policy.ts";
import { speaks, vouches } from "./vouching.ts";
import { listWords, momentWords } from "./words.ts";

/**
 * Decides whether a bundle may enter a stage. Pure; only an explicit pass opens it, and the verdict says on what it rests
 * or what is missing. docs/decisions/0034-what-opens-a-gate.md has the rules with their reasons.
 *
 * | asked | of |
 * | ----- | -- |
 * | images and pairs tested | the bundle's parts |
 * | checks, soak, use, on enough hubs | every earlier stage |
 * | each part that would be new was tried | one earlier stage, where there are any |
 * | sign-offs, checklist, no freeze, no hold, a container | the stage itself |
 * | not expired | the bundle's age |
 */
export function judgeGate(input: GateInput): GateVerdict {
  const { bundle, stage, earlier, now } = input;
  const policy = policyOf(stage);
  const changed = changedParts(stage, bundle.parts);
  const { reasons, grounds } = together([
    judgeClock(input),
    judgePartChecks(stage.name, input),
    ...earlier.map((one) => judgeEarlier(one, input)),
    judgeTried(changed, policy, input),
    judgePeople(stage, policy, { ...input, changed }),
    judgeWindows(stage, policy, { now, changed }),
    judgeTarget(stage, input),
  ]);
  const expiry = policy.expiresSeconds === undefined ? undefined : bundle.madeAt + policy.expiresSeconds * 1000;
  const isExpired = expiry !== undefined && now >= expiry;
  if (reasons.length === 0 && !isExpired) return { kind: "open", restsOn: grounds };

  const glass = reasons.some(({ isFinal }) => isFinal) ? undefined : brokenGlass(input, reasons);
  if (glass !== undefined) return { kind: "open", restsOn: grounds, brokenGlass: glass };
  if (isExpired) {
    const words = `${bundle.id} was made ${momentWords(bundle.madeAt)} and was to enter ${stage.name} before ${momentWords(expiry)}`;
    return { kind: "expired", since: expiry, words, reasons };
  }
  return { kind: "blocked", reasons };
}

/** What a stage asks of this bundle: a gate that was loosened with it, or after it, still asks what it asked before. */
export function policyOf({ policy, before }: Pick<GateStage, "policy" | "before">): StagePolicy {
  return before === undefined ? policy : stricterPolicy(before, policy);
}

/** A clock that is behind what was already recorded cannot tell whether a time has come. */
function judgeClock({ stage, bundle, now, newestRecordAt }: GateInput): Judged {
  const newest = Math.max(bundle.madeAt, newestRecordAt ?? Number.NEGATIVE_INFINITY);
  if (now >= newest) return nothingAsked;
  return reason("clock-behind", {
    stage: stage.name,
    words: `this machine's clock says ${momentWords(now)}, and something was recorded at ${momentWords(newest)}: one of the clocks is wrong`,
    satisfiedBy: `setting this clock right, or marking the record whose date is wrong`,
    notBefore: newest,
  });
}

function judgeEarlier(stage: GateStage, input: GateInput): Judged {
  if (stage.isRemoved) return judgeRemoved(stage);
  if (stage.hubs.length === 0) {
    return reason("stage-empty", {
      stage: stage.name,
      words: `stage ${stage.name} has no hubs, so that nothing was tried there`,
      satisfiedBy: `a hub in it, or fleet.yaml without it`,
    });
  }
  const policy = policyOf(stage);
  return together([judgeStageChecks(stage, policy, input), judgeSoak(soakIn(stage, policy, input), input)]);
}

function judgeRemoved({ name, hubs }: GateStage): Judged {
  if (hubs.length === 0) return nothingAsked;
  return reason("stage-removed", {
    stage: name,
    words: `stage ${name} was taken out of fleet.yaml with this bundle, which did not pass it`,
    satisfiedBy: `the next bundle: from then on the stage is not asked for`,
  });
}

function judgeSoak(soak: StageSoak, { now }: GateInput): Judged {
  const { stage, isTimeDone, isUseDone, hubs, neededHubs } = soak;
  const sentence = soakSentence(soak);
  if (isTimeDone && isUseDone) return ground(stage, `soaked in ${stage}: ${sentence}`, () => soakRecords(soak));

  const seen = hubs.filter(({ isSeen }) => isSeen).length;
  const unseen = hubs.filter(({ isSeen }) => !isSeen).map(({ hub }) => hub);
  const missing = reason("not-seen", {
    stage,
    words: `seen healthy on ${seen} of ${neededHubs} hubs of ${stage}; not on ${listWords(unseen)}`,
    satisfiedBy: `an observation that finds the bundle well there, on a hub that runs what its stage runs`,
  });
  const time = reason("soak-time", {
    stage,
    words: `soaking in ${stage}: ${sentence}`,
    satisfiedBy: `observations that go on finding it well, close enough together`,
    notBefore: now + soakLeftMilliseconds(soak),
  });
  const use = reason("soak-use", {
    stage,
    words: `used too little in ${stage}: ${sentence}`,
    satisfiedBy: `${listWords(useWords(soak.use, soak.neededUse).flatMap(({ words, isDone }) => (isDone ? [] : [words])))}, seen by observations`,
  });
  return together([
    seen < neededHubs ? missing : nothingAsked,
    seen < neededHubs || isTimeDone ? nothingAsked : time,
    isUseDone ? nothingAsked : use,
  ]);
}

/** What only the hubs of the stage itself run was tried by nobody. */
function judgeTried(changed: Parts, { untried: rule }: StagePolicy, { stage, earlier }: GateInput): Judged {
  const standing = earlier.filter(({ isRemoved, hubs }) => !isRemoved && hubs.length > 0);
  if (standing.length === 0) return nothingAsked;
  const untried = Object.keys(changed).filter((part) => !standing.some((one) => isRunIn(one, part)));
  if (untried.length === 0) return nothingAsked;
  const words = `no hub of an earlier stage runs ${listWords(untried)}, which ${stage.name} would get`;
  if (rule === "say") return ground(stage.name, words, []);
  return reason("part-not-tried", {
    stage: stage.name,
    words,
    satisfiedBy: `a hub of ${listWords(standing.map(({ name }) => name))} that uses it`,
  });
}

function judgeTarget(stage: GateStage, { bundle }: GateInput): Judged {
  const needing = { hubs: stage.hubs.filter(({ needsContainers }) => needsContainers) };
  const lacking = bundle.withoutContainer.filter((part) => isRunIn(needing, part));
  if (lacking.length === 0) return nothingAsked;
  return reason("no-container", {
    stage: stage.name,
    words: `${listWords(lacking)} ${lacking.length === 1 ? "has" : "have"} no container yet, which Kubernetes needs`,
    satisfiedBy: `\`hubfleet image build --push\`, and a bundle made after it`,
    isFinal: true,
  });
}

/** One person's word, for this bundle into this stage, on the record. */
function brokenGlass(input: GateInput, passedOver: readonly GateReason[]): BrokenGlass | undefined {
  const { bundle, stage, evidence } = input;
  const record = evidence
    .ofStage("break-glass", stage.name)
    .filter((one) => one.bundle === bundle.digest && vouches(one, input) && speaks(one, input))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))[0];
  return record === undefined
    ? undefined
    : { record: record.id, person: record.person, reason: record.reason, passedOver };
}
