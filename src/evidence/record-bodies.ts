import { z } from "zod";

/** SHA-256 in lower-case hex. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** UTC, to the millisecond, in one way of writing it. */
export const moment = z.iso.datetime({ precision: 3 });
const words = z.string().min(1).max(4000);

/** Which clock gave a date. */
export const clock = z.discriminatedUnion("kind", [
  /** A machine that stays, with its count of seconds since it started, which nobody can set. */
  z.strictObject({ kind: z.literal("machine"), machine: words, boot: words, seconds: z.number().nonnegative() }),
  /** A machine that comes and goes and keeps time: a runner of CI, the cluster. */
  z.strictObject({ kind: z.literal("service"), service: words }),
]);

/** A bundle, by id and digest. */
const bundle = z.strictObject({ id: words, digest: words });
const verdict = z.enum(["passed", "failed", "unknown", "error", "timeout", "skipped"]);
const standing = z.enum(["stage", "experiment", "pinned", "held", "draft"]);

/**
 * What a record of each kind says beyond its subject. A kind, or a key of one, that is added here is unknown to the
 * versions of hubfleet before it, which then refuse the state rather than decide without it; so raise
 * `recordVersion` with it once there was a release.
 */
export const recordBodies = {
  /** A hub was looked at; once, or several times with the same result. */
  observation: z.strictObject({
    verdict,
    standing,
    /** What put on the hub what it runs. */
    deployment: words,
    first: z.strictObject({ time: moment, clock }).optional(),
    longestGapSeconds: z.number().nonnegative().optional(),
    /** Parts that are known to be at fault. */
    blames: z.array(words).optional(),
    exposure: z
      .strictObject({
        since: moment,
        spawns: z.int().nonnegative(),
        users: z.int().nonnegative(),
        daskClusters: z.int().nonnegative(),
      })
      .optional(),
  }),
  check: z.strictObject({
    check: words,
    verdict,
    standing: standing.optional(),
    summary: words.optional(),
    /** Of what it printed, which may be removed later. */
    output: digest.optional(),
  }),
  "sign-off": z.strictObject({ reason: words.optional() }),
  objection: z.strictObject({ reason: words }),
  /** People of a role were told that they are asked. */
  asked: z.strictObject({ role: words }),
  /** An item of a checklist was done. */
  tick: z.strictObject({ item: words, attachment: digest.optional() }),
  /** Another record is to count for nothing. */
  mark: z.strictObject({ of: digest, reason: words }),
  withdrawal: z.strictObject({ of: digest }),
  "break-glass": z.strictObject({ reason: words }),
  /** A bundle was let into a stage, or a stage was sent back to one. */
  promotion: z.strictObject({
    /** What the stage had before. */
    from: bundle.optional(),
    how: z.enum(["gate", "broken-glass", "rollback"]),
    /** The records that the decision rested on. */
    restsOn: z.array(digest),
    /** SHA-256 of what the gate was asked, below gates/: with the records before this one, the decision can be recomputed. */
    gate: digest.optional(),
    reason: words.optional(),
  }),
  /** What became of a hub that was to run a bundle. */
  apply: z.strictObject({
    from: bundle.optional(),
    result: z.enum(["done", "failed", "went-back", "held-back"]),
    deployment: words,
    summary: words.optional(),
  }),
  /** A hub was sent back to what it ran before. */
  rollback: z.strictObject({ from: bundle.optional(), reason: words, by: z.enum(["person", "failed-check"]) }),
  /** The hub or stage of the subject stays where it is. */
  hold: z.strictObject({ reason: words, until: moment }),
  resume: z.strictObject({ reason: words.optional() }),
  /** What the stages ask was changed. */
  policy: z.strictObject({
    /** SHA-256 of what all stages ask now. */
    digest,
    /** The commit that says so. */
    commit: words.optional(),
    changes: z.array(words),
    loosens: z.boolean(),
  }),
  /** Somebody took the hub down on purpose. */
  destroy: z.strictObject({ homes: z.enum(["kept", "deleted"]) }),
  /** Files below outputs/ were removed to save space, each named by the SHA-256 that records know it by. */
  prune: z.strictObject({ outputs: z.array(digest).min(1), reason: words.optional() }),
  /** What somebody says that operating took, beside what was recorded. */
  spent: z.strictObject({ minutes: z.int().positive().max(100_000), on: words }),
} as const satisfies Record<string, z.ZodType>;

export type RecordKind = keyof typeof recordBodies;
export type RecordBody<Kind extends RecordKind> = z.infer<(typeof recordBodies)[Kind]>;
