import { createHash } from "node:crypto";

import type { NoticeKind } from "../fleet/recipient.ts";
import { createNotice, minuteWords, type Notice } from "./notice.ts";
import { counted, listWords } from "./words.ts";

/** What is sent in one go: a notice, or one that stands for many. */
export interface Gathered {
  readonly notice: Notice;
  /** The notices that it tells of; itself where it is one. */
  readonly of: readonly Notice[];
}

/** So many of one kind are still sent one by one. */
const mostAlone = 5;
const mostNamed = 6;

/**
 * Makes one notice of many of a kind: when a machine with a hundred hubs is away, nobody reads a hundred messages, and
 * most chats take one a second. In the order of the first of each.
 */
export function gatherNotices(notices: readonly Notice[], fleet: string): readonly Gathered[] {
  const groups = Map.groupBy(notices, ({ kind }) => kind);
  return notices.flatMap((notice): readonly Gathered[] => {
    const group = groups.get(notice.kind) ?? [];
    if (group.length <= mostAlone) return [{ notice, of: [notice] }];
    return group[0] === notice ? [{ notice: together(group, fleet), of: group }] : [];
  });
}

const phrases: Readonly<Record<NoticeKind, (targets: string) => string>> = {
  unhealthy: (targets) => `Found unwell: ${targets}`,
  healthy: (targets) => `Found well again: ${targets}`,
  promoted: (targets) => `Bundles came to ${targets}`,
  failed: (targets) => `Bundles failed on ${targets}`,
  "rolled-back": (targets) => `Put back: ${targets}`,
  asked: (targets) => `Bundles wait for people before ${targets}`,
  deadline: (targets) => `Something ends soon, or ended, for ${targets}`,
  "hold-ended": (targets) => `Holds ended of ${targets}`,
  "broken-glass": (targets) => `The glass was broken for ${targets}`,
};

function together(notices: readonly Notice[], fleet: string): Notice {
  const kind = notices[0]?.kind ?? "unhealthy";
  const targets = [...new Set(notices.map(({ target }) => target))];
  const more = targets.length - mostNamed;
  const named = listWords([...targets.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])]);
  const moments = notices.map(({ at }) => Date.parse(at));
  const [first, last] = [Math.min(...moments), Math.max(...moments)].map(minuteWords);
  const when = first === last ? `at ${first}` : `from ${first} to ${last}`;
  const ids = notices.map(({ id }) => id).toSorted();
  return createNotice({
    kind,
    target: `fleet/${fleet}`,
    matter: createHash("sha256").update(JSON.stringify(ids)).digest("hex").slice(0, 12),
    text: `${phrases[kind](named)}; ${counted(notices.length, "notice")} ${when}. To see how things are: \`hubfleet status\`.`,
    at: Math.min(...moments),
  });
}
