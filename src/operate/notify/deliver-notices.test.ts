import { describe, expect, it } from "vitest";

import { aNotice, aRecipient, noticeTime } from "../../../test/support/a-notice.ts";
import { createInterleaving } from "../../../test/support/interleave.ts";
import { createMemoryStateWorld, type StateClone } from "../../../test/support/state-worlds.ts";
import { createClockMemory } from "../../adapters/clock/clock-memory.ts";
import { createNotifierMemory, type NotifierMemory } from "../../adapters/notifier/notifier-memory.ts";
import type { Notice } from "../../bundle/notice.ts";
import { noticesFor, readOutbox } from "../../bundle/notices.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { StateRef } from "../../ports/state-ref.ts";
import { deliverNotices, type DeliverProps, deliverySentences } from "./deliver-notices.ts";

const [mail, chat] = [aRecipient("mail"), aRecipient("chat", ["unhealthy"])];
const fleet = { name: "campus", recipients: [mail, chat] };
const clock = createClockMemory("2026-11-21T09:05:00.000Z");
const signal = new AbortController().signal;
const away = { kind: "failed", words: "it did not answer within 10 s", isDown: true } as const;
const refused = { kind: "failed", words: "it answered 400", isDown: false } as const;
const one = aNotice({ matter: "1" });
const two = aNotice({ matter: "2", at: noticeTime + 1 });
const promoted = aNotice({ matter: "3", kind: "promoted", at: noticeTime + 2 });

/** A clone on whose state the notices were raised, beside what they tell of. */
async function raised(...notices: readonly Notice[]): Promise<StateClone> {
  const clone = await (await createMemoryStateWorld()).clone();
  await raiseOn(clone.state, notices);
  return clone;
}

async function raiseOn(state: StateRef, notices: readonly Notice[]): Promise<void> {
  const now = noticeTime;
  const { recipients } = fleet;
  await state.commit(
    ({ files }) => ({
      write: new Map([["deployed.yaml", "what: happened\n"], ...noticesFor(files, notices, { recipients, now })]),
    }),
    { message: "what happened" },
  );
}

const deliver = (
  state: Pick<StateRef, "read" | "commit">,
  notifier: Notifier,
  more: Partial<DeliverProps> = {},
): ReturnType<typeof deliverNotices> => deliverNotices({ fleet, state, notifier, clock, signal, ...more });

/** "mail: 1 2", by the matters of what arrived. */
function arrived({ inbox }: NotifierMemory): readonly string[] {
  const matters = (messages: readonly string[]): string =>
    messages.map((text) => (JSON.parse(text) as { id: string }).id.split("/").at(-1)).join(" ");
  return [...inbox].map(([id, messages]) => `${id}: ${matters(messages)}`).sort();
}

describe("deliverNotices", () => {
  it("sends each notice to everybody who wants its kind, in order, and once", async () => {
    const { state } = await raised(two, one, promoted);
    const notifier = createNotifierMemory();

    expect(await deliver(state, notifier)).toEqual({ sent: 5, failures: [] });
    expect(await deliver(state, notifier)).toEqual({ sent: 0, failures: [] });

    expect(arrived(notifier)).toEqual(["chat: 1 2", "mail: 1 2 3"]);
    expect(JSON.parse(notifier.inbox.get("chat")?.[0] ?? "")).toEqual({
      version: 1,
      text: "campus: hub/alpha is not well.",
      fleet: "campus",
      kind: "unhealthy",
      target: "hub/alpha",
      id: "unhealthy/hub/alpha/1",
      at: "2026-11-21T09:00:00.000Z",
    });
  });

  it("asks and writes nothing where nobody is to be told, or nothing is to tell", async () => {
    const state = {
      read: () => Promise.reject(new Error("asked")),
      commit: () => Promise.reject(new Error("written")),
    };
    const quiet = await raised();
    const snapshot = await quiet.state.read();

    expect(await deliver(state, createNotifierMemory(), { fleet: { name: "campus" } })).toEqual({
      sent: 0,
      failures: [],
    });
    expect(await deliver(state, createNotifierMemory(), { snapshot })).toEqual({ sent: 0, failures: [] });
  });

  it("says who did not get something and why, disturbs no other, and tries again next time", async () => {
    const { state } = await raised(one, two);
    const notifier = createNotifierMemory();
    notifier.answer("chat", away);

    const first = await deliver(state, notifier);
    const again = await deliver(state, notifier);
    notifier.answer("chat", undefined);
    const last = await deliver(state, notifier);

    expect(deliverySentences(first)).toEqual([
      "2 notices sent",
      '2 notices wait for the command "chat": it did not answer within 10 s; tried again next time',
    ]);
    expect(again).toEqual({ sent: 0, failures: first.failures });
    expect(deliverySentences(last)).toEqual(["2 notices sent"]);
    expect(arrived(notifier)).toEqual(["chat: 1 2", "mail: 1 2"]);
  });

  it("sends many of a kind as one", async () => {
    const hubs = Array.from({ length: 30 }, (_, index) => aNotice({ target: `hub/h${index}` }));
    const { state } = await raised(...hubs, promoted);
    const notifier = createNotifierMemory();

    expect(await deliver(state, notifier)).toEqual({ sent: 61, failures: [] });
    expect(await deliver(state, notifier)).toEqual({ sent: 0, failures: [] });

    expect(notifier.inbox.get("chat")).toHaveLength(1);
    expect(notifier.inbox.get("mail")).toHaveLength(2);
    expect(notifier.inbox.get("chat")?.[0]).toContain("campus: Found unwell: hub/h0, ");
  });

  it("tries the others of a recipient that refuses one, and none of one that is away", async () => {
    const tried: string[] = [];
    const notifier: Notifier = {
      async send({ id }, { notice }) {
        tried.push(`${id} ${notice.id.at(-1)}`);
        if (id === "chat") return away;
        return notice.id === one.id ? refused : { kind: "sent" };
      },
    };
    const { state } = await raised(one, two);

    const delivery = await deliver(state, notifier);

    expect(tried.sort()).toEqual(["chat 1", "mail 1", "mail 2"]);
    expect(delivery).toMatchObject({ sent: 1, failures: [{ words: "it answered 400", waiting: 1 }, { waiting: 2 }] });
    expect(deliverySentences(delivery)[1]).toBe(
      '1 notice waits for the command "mail": it answered 400; tried again next time',
    );
  });

  it("records what was sent when somebody interrupts, and sends nothing more", async () => {
    const { state } = await raised(one, two);
    const interruption = new AbortController();
    const memory = createNotifierMemory();
    const notifier: Notifier = {
      async send(recipient, message, given) {
        const result = await memory.send(recipient, message, given);
        if (recipient.id === "mail") interruption.abort();
        return result;
      },
    };

    await deliver(state, notifier, { signal: interruption.signal });
    await deliver(state, memory);

    expect(arrived(memory)).toEqual(["chat: 1 2", "mail: 1 2"]);
  });

  it("loses nothing when it is killed anywhere, and sends again only what was not recorded", async () => {
    class Killed extends Error {}
    const repeats: number[] = [];
    for (let killedAt = 0, isDone = false; !isDone; killedAt += 1) {
      const clone = await raised(one, two);
      const memory = createNotifierMemory();
      let steps = 0;
      const mortal = async (): Promise<void> => {
        if (steps++ === killedAt) throw new Killed();
      };
      const notifier: Notifier = {
        async send(...words) {
          await mortal();
          const result = await memory.send(...words);
          await mortal();
          return result;
        },
      };
      const living = { ...fleet, recipients: [mail] };

      isDone = await deliver(clone.again(mortal), notifier, { fleet: living }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Killed) return false;
          throw error;
        },
      );
      await deliver(clone.again(), memory, { fleet: living });
      const { sent } = await deliver(clone.again(), memory, { fleet: living });

      const messages = memory.inbox.get("mail") ?? [];
      expect([...new Set(messages)]).toHaveLength(2);
      expect(sent).toBe(0);
      repeats.push(messages.length - 2);
    }

    expect(repeats.at(-1)).toBe(0);
    expect(Math.max(...repeats)).toBe(2);
  });

  it("sends each at most twice, and loses none, when two run at once", async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const world = await createMemoryStateWorld();
      const [here, there] = [await world.clone(), await world.clone()];
      await raiseOn(here.state, [one, two]);
      const memory = createNotifierMemory();
      const { step, run } = createInterleaving(seed);
      const notifier: Notifier = {
        async send(...words) {
          await step();
          return memory.send(...words);
        },
      };

      await run(Promise.all([deliver(here.again(step), notifier), deliver(there.again(step), notifier)]));

      for (const recipient of ["mail", "chat"]) {
        const messages = memory.inbox.get(recipient) ?? [];
        expect(new Set(messages).size).toBe(2);
        expect(messages.length).toBeLessThanOrEqual(4);
      }
      expect(await deliver(there.again(), memory)).toEqual({ sent: 0, failures: [] });
    }
  });

  it("remembers what it sent while the remote was away, and puts it together with what others did", async () => {
    const world = await createMemoryStateWorld();
    const [here, there] = [await world.clone(), await world.clone()];
    await raiseOn(here.state, [one]);
    await there.state.read();
    const notifier = createNotifierMemory();

    await world.cutOff(true);
    await deliver(here.again(), notifier);
    await world.cutOff(false);
    await raiseOn(there.again(), [two]);
    await deliver(here.again(), notifier);
    await deliver(there.again(), notifier);

    expect(arrived(notifier)).toEqual(["chat: 1 2", "mail: 1 2"]);
    const outbox = readOutbox((await there.again().read()).files);
    expect(Object.keys(outbox.sent).filter((mark) => mark.endsWith(" to everybody"))).toHaveLength(2);
  });
});
