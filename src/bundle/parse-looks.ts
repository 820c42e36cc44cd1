import { z } from "zod";

import { clock, moment, recordBodies } from "../evidence/record-bodies.ts";
import type { LooksDraft, PendingLooks } from "./looks.ts";

/** What a machine keeps between commands. */
export interface KeptLooks {
  readonly pending: PendingLooks;
  /** What a command was to record. */
  readonly drafts: readonly LooksDraft[];
}

const body = recordBodies.observation;
const { exposure: use } = body.shape;
const text = z.string().min(1);
const at = z.strictObject({ time: moment, clock });
const parts = z.record(z.string(), text);
const failuresBefore = z.int().nonnegative();

const look = z.strictObject({
  hub: text,
  stage: text,
  at,
  bundle: z.strictObject({ id: text, digest: text }).optional(),
  parts,
  standing: body.shape.standing,
  deployment: body.shape.deployment,
  verdict: z.enum(["passed", "failed", "unknown"]),
  reason: z.string(),
  failuresBefore,
  exposure: use,
});
const span = z.strictObject({
  last: look,
  since: moment,
  recorded: at,
  waiting: z.strictObject({ first: at, longestGapSeconds: z.int().nonnegative(), exposure: use }).optional(),
});
const subject = z.strictObject({ bundle: text.optional(), stage: text, hub: text, parts });
const observation = z.strictObject({ kind: z.literal("observation"), at, subject, body });
const document = z.strictObject({
  version: z.literal(1),
  hubs: z.record(z.string(), span),
  drafts: z.array(z.strictObject({ observation, failuresBefore })),
});

/** Undefined for anything but what `writeLooks` made: looks that were lost are as good as none. */
export function parseLooks(written: string): KeptLooks | undefined {
  try {
    const { version, hubs, drafts } = document.parse(JSON.parse(written));
    const spans = Object.entries(hubs).map(
      ([name, { last, ...rest }]) => [name, { ...rest, last: { ...last, bundle: last.bundle } }] as const,
    );
    return { pending: { version, hubs: Object.fromEntries(spans) }, drafts };
  } catch {
    return undefined;
  }
}

export function writeLooks({ pending: { version, hubs }, drafts }: KeptLooks): string {
  return `${JSON.stringify({ version, hubs, drafts }, undefined, 1)}\n`;
}
