import type { Role } from "../fleet/stage-policy.ts";

/** "image/lab", "charts", "settings", "renderer": what soaks, is checked and is signed by itself. */
export type PartName = string;

/** Digests by part. */
export type Parts = Readonly<Record<PartName, string>>;

/** A machine's own count of seconds since it started, which nobody can set. */
export interface MachineClock {
  readonly machine: string;
  readonly boot: string;
  readonly seconds: number;
}

/**
 * When something was recorded.
 *
 * | field | says |
 * | ----- | ---- |
 * | `at` | the date, by the clock of the machine that wrote it; milliseconds since 1970 |
 * | `clock` | the machine and its count of seconds; left out by machines that come and go and keep time (CI) |
 * | `sequence` | its place among the records of the state ref, which no clock decides |
 */
export interface Dated {
  readonly at: number;
  readonly clock?: MachineClock;
  readonly sequence: number;
}

export type GateVerdictWord = "passed" | "failed" | "unknown" | "error" | "timeout" | "skipped";

/** Why the hub ran what it ran. Only hubs that ran what their stage runs can vouch for it. */
export type Standing = "stage" | "experiment" | "pinned" | "held" | "draft";

interface Recorded extends Dated {
  readonly id: string;
}

/** A hub was looked at; once, or again and again with the same result. */
export interface Observation extends Recorded {
  readonly kind: "observation";
  readonly hub: string;
  /** The stage that the hub belonged to then. */
  readonly stage: string;
  /** What put these parts there; two observations of one deployment are of one uninterrupted thing. */
  readonly deployment: string;
  readonly parts: Parts;
  readonly standing: Standing;
  readonly verdict: GateVerdictWord;
  /** The first of several looks, of which this record is the last; with how far apart they were at most. */
  readonly first?: { readonly at: number; readonly clock?: MachineClock };
  readonly longestGapSeconds?: number;
  /** Of a failure: the parts that are known to be at fault. Left out: any may be. */
  readonly blames?: readonly PartName[];
  /** Use between `since` and `at`. */
  readonly exposure?: UseSeen;
}

export interface UseSeen {
  readonly since: number;
  readonly spawns: number;
  /** Different users in that time. */
  readonly users: number;
  readonly daskClusters: number;
}

/** A check of parts, by themselves or on a hub of a stage. */
export interface CheckRecord extends Recorded {
  readonly kind: "check";
  /** "image/lab", "pair/lab/worker", "hub", "extra/climate". */
  readonly check: string;
  readonly hub?: string;
  readonly stage?: string;
  readonly standing?: Standing;
  readonly parts: Parts;
  readonly verdict: GateVerdictWord;
}

/**
 * By what somebody's word is known to be theirs.
 *
 * | proof | says |
 * | ----- | ---- |
 * | key | signed with an SSH key that fleet.yaml has for them |
 * | keyless | not signed, by somebody for whom it has none |
 * | login | given on a hub's page, by the login that fleet.yaml has for them, who have an SSH key as well |
 * | keyless-login | the same, by somebody for whom it has no SSH key |
 * | other-login | given there by a login that fleet.yaml had not, or has not any more, for them alone |
 * | claimed | not signed, by somebody for whom it has one, or whom it does not know |
 * | forged | the signature is not of this record, or is for something else than hubfleet |
 * | other-key | signed with a key that fleet.yaml had not, or has not any more, for them alone |
 * | expired-key | signed with a key whose time is over |
 * | backdated | dated before something that the record follows |
 */
export type Proof =
  | "key"
  | "keyless"
  | "login"
  | "keyless-login"
  | "other-login"
  | "claimed"
  | "forged"
  | "other-key"
  | "expired-key"
  | "backdated";

interface Spoken extends Recorded {
  readonly person: string;
  /** Left out: claimed. */
  readonly proof?: Proof;
}

/** Somebody's yes. */
export interface SignOffRecord extends Spoken {
  readonly kind: "sign-off";
  readonly stage: string;
  readonly roles: readonly Role[];
  readonly parts: Parts;
}

export interface ObjectionRecord extends Recorded {
  readonly kind: "objection";
  readonly stage: string;
  readonly person: string;
  readonly roles: readonly Role[];
  readonly parts: Parts;
  readonly reason: string;
}

/** People of a role were told that they are asked. */
export interface AskedRecord extends Recorded {
  readonly kind: "asked";
  readonly stage: string;
  readonly role: Role;
  readonly parts: Parts;
}

/** An item of the checklist was done. */
export interface TickRecord extends Spoken {
  readonly kind: "tick";
  readonly stage: string;
  readonly item: string;
  readonly parts: Parts;
  /** Digest of a file. */
  readonly attachment?: string;
}

/** "Not this bundle's fault": an observation or check that is to count for nothing. */
export interface MarkRecord extends Recorded {
  readonly kind: "mark";
  readonly of: string;
  readonly person: string;
  readonly reason: string;
}

/** A sign-off, objection or tick taken back. */
export interface WithdrawalRecord extends Spoken {
  readonly kind: "withdrawal";
  readonly of: string;
}

/** One person opens the gate for one bundle into one stage, and says why. */
export interface BreakGlassRecord extends Recorded {
  readonly kind: "break-glass";
  readonly bundle: string;
  readonly stage: string;
  readonly person: string;
  readonly reason: string;
}

/** What a gate reads of the evidence. */
export type GateRecord =
  | Observation
  | CheckRecord
  | SignOffRecord
  | ObjectionRecord
  | AskedRecord
  | TickRecord
  | MarkRecord
  | WithdrawalRecord
  | BreakGlassRecord;
