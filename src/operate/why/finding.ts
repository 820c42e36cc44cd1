import type { TroubleKind } from "../../runtime/kubernetes/troubles/trouble.ts";
import type { Evidence } from "./evidence.ts";

/** Names of causes; they are part of `why -o json` and never change their meaning. */
export const causeNames = [
  "never-brought-up",
  "being-changed",
  "disk-full",
  "secrets-unusable",
  "environment-missing",
  "environment-broken",
  "code-missing",
  "certificate-unusable",
  "certificate-expired",
  "certificate-not-yet-valid",
  "port-taken",
  "database-locked",
  "database-newer",
  "database-damaged",
  "login-misconfigured",
  "setting-refused",
  "process-halted",
  "machine-restarted",
  "process-ended",
  "still-starting",
  "routes-lost",
  "settings-not-in-effect",
  "home-not-writable",
  "quota-exceeded",
  "server-does-not-start",
] as const;

export type CauseName = (typeof causeNames)[number];

/** Of hubs on Kubernetes, beside troubles of their pods. */
export type RemoteCauseName =
  | TroubleKind
  | "cluster-unreachable"
  | "cluster-login"
  | "never-applied"
  | "release-unfinished"
  | "part-missing"
  | "scaled-down"
  | "entry-pending"
  | "database-older";

/** One thing that is wrong, as an operator wants to hear it. */
export interface Finding {
  readonly cause: CauseName | RemoteCauseName;
  /** What people notice: "nobody can log in or start a server". */
  readonly wrong: string;
  /** Why, with names and numbers. */
  readonly because: string;
  readonly since: Date | undefined;
  /** A process that ended without a word ended some time after its last one. */
  readonly sinceIs: "exact" | "no earlier than";
  /** What to type next, in this order; a line beginning with "#" is something to do by hand. */
  readonly next: readonly string[];
  /** Lines of a log that say so. */
  readonly lines: readonly string[];
}

/** Finds one kind of cause in the evidence. Pure. */
export type FindCause = (evidence: Evidence) => readonly Finding[];

/** Fills in what most findings leave empty. */
export function finding(found: Pick<Finding, "cause" | "wrong" | "because" | "next"> & Partial<Finding>): Finding {
  return { since: undefined, sinceIs: "exact", lines: [], ...found };
}
