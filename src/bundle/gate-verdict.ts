/** Why a gate is shut; one code for one kind of reason. */
export type GateReasonCode =
  | "check-missing"
  | "check-failed"
  | "check-unknown"
  | "stage-empty"
  | "stage-removed"
  | "part-not-tried"
  | "not-seen"
  | "soak-time"
  | "soak-use"
  | "sign-off-missing"
  | "objection"
  | "checklist-open"
  | "frozen"
  | "packages-closed"
  | "held"
  | "no-container"
  | "clock-behind";

export interface GateReason {
  readonly code: GateReasonCode;
  /** The stage that it is about: the one to enter, or an earlier one. */
  readonly stage: string;
  /** What is so, in the operator's words. */
  readonly words: string;
  /** What would satisfy it. */
  readonly satisfiedBy: string;
  /** Not before this moment, where that can be told; milliseconds since 1970. */
  readonly notBefore?: number;
  /** Records that it comes from. */
  readonly records: readonly string[];
  /** Even somebody who breaks the glass cannot pass it. */
  readonly isFinal: boolean;
}

/** Something that was asked for and is there, with the records that say so. */
export interface Ground {
  readonly stage: string;
  readonly words: string;
  readonly records: readonly string[];
}

export interface BrokenGlass {
  readonly record: string;
  readonly person: string;
  readonly reason: string;
  /** What would have kept the gate shut. */
  readonly passedOver: readonly GateReason[];
}

export type GateVerdict =
  | { readonly kind: "open"; readonly restsOn: readonly Ground[]; readonly brokenGlass?: BrokenGlass }
  | { readonly kind: "blocked"; readonly reasons: readonly GateReason[] }
  /** Time was up at `since`; the reasons are what was missing besides. */
  | {
      readonly kind: "expired";
      readonly since: number;
      readonly words: string;
      readonly reasons: readonly GateReason[];
    };

/** What looking at one requirement comes to. */
export interface Judged {
  readonly reasons: readonly GateReason[];
  readonly grounds: readonly Ground[];
}

export function together(judged: readonly Judged[]): Judged {
  return { reasons: judged.flatMap(({ reasons }) => reasons), grounds: judged.flatMap(({ grounds }) => grounds) };
}

export function reason(
  code: GateReasonCode,
  props: Pick<GateReason, "stage" | "words" | "satisfiedBy"> & Partial<GateReason>,
): Judged {
  return { reasons: [{ code, records: [], isFinal: false, ...props }], grounds: [] };
}

/** Long lists of records are made when somebody reads them: most verdicts are only asked whether they are open. */
export function ground(stage: string, words: string, records: readonly string[] | (() => readonly string[])): Judged {
  if (typeof records !== "function") return { reasons: [], grounds: [{ stage, words, records }] };
  let made: readonly string[] | undefined;
  const lazy: Ground = {
    stage,
    words,
    get records() {
      made ??= records();
      return made;
    },
  };
  return { reasons: [], grounds: [lazy] };
}

export const nothingAsked: Judged = { reasons: [], grounds: [] };
