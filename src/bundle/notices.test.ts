import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aNotice, aRecipient, noticeTime as now } from "../../test/support/a-notice.ts";
import { mergeDocuments } from "../evidence/merge-documents.ts";
import type { Notice } from "./notice.ts";
import { due, noticesFor, type Outbox, prune, raise, readOutbox, type Sending, sent, writeOutbox } from "./notices.ts";

const day = 86_400_000;
const [mail, chat] = [aRecipient("mail"), aRecipient("chat", ["unhealthy", "failed"])];
const recipients = [mail, chat];
const one = aNotice();
const nothing = readOutbox(new Map());
const raised = raise(nothing, [one], { recipients, now });

/** "mail 1": the notice of matter 1 is due for mail. */
function dueWords(outbox: Outbox, at = now, to = recipients): readonly string[] {
  return due(outbox, { recipients: to, now: at }).map(
    ({ notice, recipient }) => `${recipient.id} ${notice.id.split("/").at(-1)}`,
  );
}

describe("the outbox", () => {
  it("has each notice for every recipient who wants its kind, the oldest first", () => {
    const notices = [aNotice({ matter: "2", kind: "promoted", at: now + 2 }), aNotice({ matter: "3", at: now + 1 })];

    expect(dueWords(raise(raised, notices, { recipients, now }))).toEqual([
      "mail 1",
      "chat 1",
      "mail 3",
      "chat 3",
      "mail 2",
    ]);
  });

  it("takes a matter once, whatever is said of it and whenever", () => {
    const again = raise(raised, [aNotice({ text: "Still not well.", at: now + day })], { recipients, now: now + day });

    expect(again).toEqual(raised);
  });

  it.each<[string, readonly Notice[], typeof recipients]>([
    ["nobody wants to hear of", [aNotice({ kind: "healthy" })], [chat]],
    ["nobody is there to hear of", [one], []],
    ["nobody needs any more", [aNotice({ until: now })], recipients],
  ])("does not take what %s", (_, notices, to) => {
    expect(raise(nothing, notices, { recipients: to, now })).toEqual(nothing);
  });

  it("has for each recipient what was not sent to them", () => {
    const some = sent(raised, [{ notice: one, recipient: chat }], recipients);

    expect(dueWords(some)).toEqual(["mail 1"]);
    expect(dueWords(sent(some, [{ notice: one, recipient: mail }], recipients))).toEqual([]);
  });

  it("tells a new recipient what somebody still waits for, and not what everybody had", () => {
    const pager = aRecipient("pager");
    const all = [...recipients, pager];
    const settled = sent(
      raised,
      recipients.map((recipient) => ({ notice: one, recipient })),
      recipients,
    );
    const half = sent(raised, [{ notice: one, recipient: mail }], recipients);

    expect(dueWords(settled, now, all)).toEqual([]);
    expect(dueWords(half, now, all)).toEqual(["chat 1", "pager 1"]);
  });

  it.each<[string, Outbox, number, boolean]>([
    ["unsent, for a month less a moment", raised, 30 * day - 1, true],
    ["unsent, after a month", raised, 30 * day, false],
    ["sent to everybody, within a week", sent(raised, [], []), 7 * day - 1, true],
    ["sent to everybody, after a week", sent(raised, [], []), 7 * day, false],
    [
      "with an end, a day after it less a moment",
      raise(nothing, [aNotice({ until: now + 5 })], { recipients, now }),
      day + 4,
      true,
    ],
    ["with an end, a day after it", raise(nothing, [aNotice({ until: now + 5 })], { recipients, now }), day + 5, false],
  ])("remembers a notice that is %s: %#", (_, outbox, later, isKept) => {
    const after = prune(outbox, now + later);

    expect(after).toEqual(isKept ? outbox : nothing);
  });

  it("sends nothing that is moot or given up, also where it is still remembered", () => {
    const moot = raise(nothing, [aNotice({ until: now + 5 })], { recipients: [mail], now });

    expect(dueWords(moot, now + 4)).toEqual(["mail 1", "chat 1"]);
    expect(dueWords(moot, now + 5)).toEqual([]);
    expect(dueWords(raised, now + 30 * day)).toEqual([]);
  });

  it("is written in one way, and read back", () => {
    const two = raise(raised, [aNotice({ matter: "two: #3 'x' \"y\"", text: "a: b\n- c" })], { recipients, now });
    const after = sent(two, due(two, { recipients, now }), recipients);

    expect(readOutbox(new Map([writeOutbox(after)]))).toEqual(after);
    expect(writeOutbox(readOutbox(new Map([writeOutbox(after)])))).toEqual(writeOutbox(after));
    expect(writeOutbox(raised)[1]).toMatchInlineSnapshot(`
      "raised:
        unhealthy/hub/alpha/1 f4c23c2f2e1c:
          at: 2026-11-21T09:00:00.000Z
          id: unhealthy/hub/alpha/1
          kind: unhealthy
          target: hub/alpha
          text: hub/alpha is not well.
      sent: {}
      version: 1
      "
    `);
  });

  it("gives a commit nothing to write where nothing is to be told", () => {
    const files = new Map([writeOutbox(raised)]);

    expect([...noticesFor(files, [one], { recipients, now }).keys()]).toEqual([]);
    expect([...noticesFor(files, [aNotice({ matter: "2" })], { recipients, now }).keys()]).toEqual(["notices.yaml"]);
    expect([...noticesFor(new Map(), [one], { recipients: [], now }).keys()]).toEqual([]);
  });

  it.each(["raised: [", "version: 2\nraised: {}\nsent: {}\n", "version: 1\nraised: { a: { id: a } }\nsent: {}\n", ""])(
    "refuses what hubfleet did not write: %j",
    (text) => {
      expect(() => readOutbox(new Map([["notices.yaml", text]]))).toThrow(
        expect.objectContaining({ code: "NOTICES_DAMAGED" }) as Error,
      );
    },
  );
});

describe("the outbox of two clones that do not know of each other", () => {
  type Deed = { readonly kind: "raise" | "send"; readonly matter: number } | { readonly kind: "prune" };
  const deeds = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom("raise" as const, "send" as const), matter: fc.integer({ min: 0, max: 4 }) }),
      fc.constant({ kind: "prune" as const }),
    ),
    { maxLength: 8 },
  );
  const clocks = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 8, maxLength: 8 });

  interface Acted {
    readonly outbox: Outbox;
    /** "ID RECIPIENT" */
    readonly told: ReadonlySet<string>;
    readonly forgotten: ReadonlySet<string>;
  }

  /** What a clone did, with its clock, beginning with what is there. */
  function act(start: Outbox, what: readonly Deed[], days: readonly number[]): Acted {
    const [told, forgotten] = [new Set<string>(), new Set<string>()];
    let outbox = start;
    for (const [index, deed] of what.entries()) {
      const at = now + (days[index] ?? 0) * day;
      const before = outbox.raised;
      outbox = deed.kind === "prune" ? prune(outbox, at) : outbox;
      if (deed.kind === "raise")
        outbox = raise(outbox, [aNotice({ matter: `${deed.matter}`, at })], { recipients, now: at });
      if (deed.kind === "send") {
        const wanted = due(outbox, { recipients, now: at }).filter(({ notice }) =>
          notice.id.endsWith(`/${deed.matter}`),
        );
        for (const sending of wanted) told.add(wordsOf(sending));
        outbox = sent(outbox, wanted, recipients);
      }
      for (const [key, { id }] of Object.entries(before)) if (!Object.hasOwn(outbox.raised, key)) forgotten.add(id);
    }
    return { outbox, told, forgotten };
  }
  const wordsOf = ({ notice, recipient }: Sending): string => `${notice.id} ${recipient.id}`;
  const waitingIn = (outbox: Outbox): ReadonlySet<string> => new Set(due(outbox, { recipients, now }).map(wordsOf));
  const textOf = (outbox: Outbox): string => writeOutbox(outbox)[1];

  it("is put together without a contradiction, and without losing a notice or that it was sent", () => {
    let compared = 0;
    fc.assert(
      fc.property(deeds, deeds, deeds, clocks, clocks, (before, ours, theirs, ourDays, theirDays) => {
        const base = act(nothing, before, []).outbox;
        const [here, there] = [act(base, ours, ourDays), act(base, theirs, theirDays)];
        const versions = { base: textOf(base), ours: textOf(here.outbox), theirs: textOf(there.outbox) };

        const merged = mergeDocuments("notices.yaml", versions);

        expect(merged.kind).toBe("merged");
        const both = readOutbox(new Map([["notices.yaml", (merged.kind === "merged" && merged.text) || ""]]));
        const told = here.told.union(there.told);
        const forgotten = here.forgotten.union(there.forgotten);
        const kept = (sending: string): boolean => !forgotten.has(sending.slice(0, sending.lastIndexOf(" ")));
        const owed = waitingIn(here.outbox).union(waitingIn(there.outbox)).difference(told);
        const remembered = [...owed].filter(kept);
        compared += remembered.length;
        // What nobody has sent yet waits, and nothing that one of them sent.
        expect([...waitingIn(both)].filter(kept).sort()).toEqual(remembered.sort());
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});
