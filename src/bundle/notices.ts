import { createHash } from "node:crypto";

import { parse, stringify } from "yaml";
import { z } from "zod";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { canonicalJson } from "../evidence/canonical-json.ts";
import { stateLayout } from "../evidence/state-layout.ts";
import { noticeKinds, type Recipient } from "../fleet/recipient.ts";
import type { Notice } from "./notice.ts";

const notice = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(noticeKinds),
  target: z.string().min(1),
  text: z.string().min(1),
  at: z.iso.datetime(),
  until: z.exactOptional(z.iso.datetime()),
});

const noticesFile = z.strictObject({
  version: z.literal(1),
  /** By id and a digest of the content: what a key holds follows from the key. */
  raised: z.record(z.string(), notice),
  /** "ID to RECIPIENT", "ID to everybody" */
  sent: z.record(z.string(), z.literal(true)),
});

/**
 * `notices.yaml` on the branch hubfleet/state: what is to be told, and to whom it was. A notice is raised in the same
 * commit as what it tells of and sent afterwards, so that none is lost and none tells of what did not happen; who is
 * killed between sending and recording sends it again, with the same id.
 *
 * Two clones that change it without knowing of each other never contradict: no key ever gets another value.
 */
export type Outbox = z.infer<typeof noticesFile>;

/** Something sent, or to be sent. */
export interface Sending {
  readonly notice: Notice;
  readonly recipient: Recipient;
}

const nothingRaised: Outbox = { version: 1, raised: {}, sent: {} };
const everybody = "everybody";
const dayMilliseconds = 86_400_000;
/** Unsent ones are given up after so long. */
export const keptDays = 30;
/** So long it is remembered that everybody has it. */
const rememberedDays = 7;

/** What a snapshot of the state says. @throws HubfleetError NOTICES_DAMAGED */
export function readOutbox(files: ReadonlyMap<string, string>): Outbox {
  const text = files.get(stateLayout.notices);
  if (text === undefined) return nothingRaised;
  const result = noticesFile.safeParse(parseYaml(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw damaged(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** The file of it. The same says the same bytes. */
export function writeOutbox(outbox: Outbox): readonly [path: string, text: string] {
  const text = stringify(outbox, { lineWidth: 0, sortMapEntries: true, aliasDuplicateObjects: false });
  return [stateLayout.notices, text];
}

/** Adds what somebody wants to hear of and what was not raised before, and forgets what is old. */
export function raise(
  outbox: Outbox,
  notices: readonly Notice[],
  { recipients, now }: { readonly recipients: readonly Recipient[]; readonly now: number },
): Outbox {
  const kept = prune(outbox, now);
  const known = new Set(Object.values(kept.raised).map(({ id }) => id));
  const added: [string, Notice][] = [];
  for (const one of notices) {
    if (known.has(one.id) || isMoot(one, now) || recipients.every(({ kinds }) => !kinds.includes(one.kind))) continue;
    known.add(one.id);
    added.push([`${one.id} ${shortDigest(one)}`, one]);
  }
  return { ...kept, raised: { ...kept.raised, ...Object.fromEntries(added) } };
}

/** What has to be sent, the oldest first. */
export function due(
  outbox: Outbox,
  { recipients, now }: { readonly recipients: readonly Recipient[]; readonly now: number },
): readonly Sending[] {
  return listNotices(outbox)
    .filter((one) => !isMoot(one, now) && !isGivenUp(one, now) && !isSent(outbox, one.id, everybody))
    .flatMap((one) =>
      recipients
        .filter(({ id, kinds }) => kinds.includes(one.kind) && !isSent(outbox, one.id, id))
        .map((recipient) => ({ notice: one, recipient })),
    );
}

/**
 * Notes what was sent. A notice that every recipient has now is settled: one who is added to fleet.yaml later is not told
 * of it.
 */
export function sent(outbox: Outbox, sendings: readonly Sending[], recipients: readonly Recipient[]): Outbox {
  const marks = sendings.map((one) => markOf(one.notice.id, one.recipient.id));
  const noted: Outbox = { ...outbox, sent: { ...outbox.sent, ...trueFor(marks) } };
  const settled = listNotices(noted)
    .filter(({ kind, id }) =>
      recipients.every((recipient) => !recipient.kinds.includes(kind) || isSent(noted, id, recipient.id)),
    )
    .map(({ id }) => markOf(id, everybody));
  return { ...noted, sent: { ...noted.sent, ...trueFor(settled) } };
}

/** Whether a notice has reached anybody. */
export function wasTold({ sent: marks }: Outbox, id: string): boolean {
  return Object.keys(marks).some((mark) => mark.startsWith(`${id} to `));
}

/** Without what is old: what everybody has, what nobody needs any more, and what nobody took in a month. */
export function prune(outbox: Outbox, now: number): Outbox {
  const raised = Object.entries(outbox.raised).filter(([, one]) => {
    // Another machine's clock may be behind: what it would raise again is remembered a little longer.
    if (one.until !== undefined) return now < Date.parse(one.until) + dayMilliseconds;
    const days = isSent(outbox, one.id, everybody) ? rememberedDays : keptDays;
    return now < Date.parse(one.at) + days * dayMilliseconds;
  });
  const ids = new Set(raised.map(([, { id }]) => id));
  const marks = Object.keys(outbox.sent).filter((mark) => ids.has(mark.slice(0, mark.lastIndexOf(" to "))));
  return { ...outbox, raised: Object.fromEntries(raised), sent: trueFor(marks) };
}

/** The files that a commit writes beside its own, so that what it does is told: none where nothing changes. */
export function noticesFor(
  files: ReadonlyMap<string, string>,
  notices: readonly Notice[],
  props: { readonly recipients: readonly Recipient[]; readonly now: number },
): ReadonlyMap<string, string> {
  const before = readOutbox(files);
  const after = raise(before, notices, props);
  return isSame(before, after) ? new Map() : new Map([writeOutbox(after)]);
}

export function isSame(one: Outbox, other: Outbox): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** One for each id, the first that was raised. */
function listNotices({ raised }: Outbox): readonly Notice[] {
  const notices = new Map<string, Notice>();
  for (const [, one] of Object.entries(raised).toSorted(byAge)) {
    if (!notices.has(one.id)) notices.set(one.id, one);
  }
  return [...notices.values()];
}

function byAge(
  [key, one]: [string, Outbox["raised"][string]],
  [otherKey, other]: [string, Outbox["raised"][string]],
): number {
  return Date.parse(one.at) - Date.parse(other.at) || (key < otherKey ? -1 : 1);
}

function isMoot({ until }: Pick<Notice, "until">, now: number): boolean {
  return until !== undefined && now >= Date.parse(until);
}

function isGivenUp({ at }: Pick<Notice, "at">, now: number): boolean {
  return now >= Date.parse(at) + keptDays * dayMilliseconds;
}

function isSent(outbox: Outbox, id: string, recipient: string): boolean {
  return Object.hasOwn(outbox.sent, markOf(id, recipient));
}

function markOf(id: string, recipient: string): string {
  return `${id} to ${recipient}`;
}

function trueFor(marks: readonly string[]): Record<string, true> {
  return Object.fromEntries(marks.map((mark) => [mark, true]));
}

function shortDigest(one: Notice): string {
  return createHash("sha256").update(canonicalJson(one)).digest("hex").slice(0, 12);
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw damaged(cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "");
  }
}

function damaged(why: string): HubfleetError {
  return new HubfleetError("NOTICES_DAMAGED", {
    message: `"${stateLayout.notices}" on the branch hubfleet/state cannot be read: ${why}`,
    hint: `see who wrote it: git log hubfleet/state -- ${stateLayout.notices}`,
  });
}
