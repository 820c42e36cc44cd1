import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { createNotifierMemory } from "../../src/adapters/notifier/notifier-memory.ts";
import type { Recipient } from "../../src/fleet/recipient.ts";
import type { Notifier } from "../../src/ports/notifier.ts";
import { command, listen, message, shell, system, webhook } from "../support/a-notifier.ts";
import { scriptedServers } from "../support/scripted-server.ts";

const { signal } = new AbortController();
const servers = scriptedServers();
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hubfleet-notifier-"));
});
afterEach(async () => servers.close());
afterAll(async () => rm(root, { recursive: true }));

/** A recipient that a notifier reaches, one that refuses everything, one that is not there, and what came in. */
interface Subject {
  readonly notifier: Notifier;
  readonly good: Recipient;
  readonly refusing: Recipient;
  readonly absent: Recipient;
  readonly inbox: () => Promise<readonly string[]>;
}

const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  memory: async () => {
    const notifier = createNotifierMemory();
    notifier.answer("refusing", { kind: "failed", words: "it exited with 3: no", isDown: false });
    notifier.answer("absent", { kind: "failed", words: "it is not there", isDown: true });
    return {
      notifier,
      good: command("true"),
      refusing: { ...command("true"), id: "refusing" },
      absent: { ...command("true"), id: "absent" },
      inbox: async () => notifier.inbox.get("command") ?? [],
    };
  },
  "system, a command": async () => {
    const inbox = join(root, "inbox");
    await rm(inbox, { force: true });
    return {
      notifier: system(root),
      good: shell(`cat >> ${inbox}`),
      refusing: shell("echo no >&2; exit 3"),
      absent: command("no-such-program-of-ours"),
      inbox: async () => (await readFile(inbox, "utf8").catch(() => "")).trim().split("\n").filter(Boolean),
    };
  },
  "system, a webhook": async () => {
    const { place, received } = await listen(servers, (_, response) => void response.end("ok"));
    const { place: refusing } = await listen(servers, (_, response) => void response.writeHead(400).end("no"));
    return {
      notifier: system(root),
      good: webhook(`http://${place}/in`),
      refusing: webhook(`http://${refusing}/in`),
      absent: webhook("http://127.0.0.1:9/in"),
      inbox: async () => received.map(({ body }) => body),
    };
  },
};

describe.each(Object.entries(subjects))("notifier: %s", (_, create) => {
  it("sends each message once, as JSON that says of which fleet it is", async () => {
    const { notifier, good, inbox } = await create();

    expect(await notifier.send(good, message, signal)).toEqual({ kind: "sent" });
    expect(await notifier.send(good, { ...message, fleet: "other" }, signal)).toEqual({ kind: "sent" });

    const messages = (await inbox()).map((text) => JSON.parse(text) as unknown);
    expect(messages).toEqual([
      {
        version: 1,
        text: "campus: hub/alpha is not well: \"1 < 2\" & 'ä'.",
        fleet: "campus",
        kind: "unhealthy",
        target: "hub/alpha",
        id: "unhealthy/hub/alpha/1",
        at: "2026-11-21T09:00:00.000Z",
      },
      expect.objectContaining({ fleet: "other", text: expect.stringMatching(/^other: /) as string }),
    ]);
  });

  it("says why it did not, and whether others would fare better", async () => {
    const { notifier, refusing, absent, inbox } = await create();

    const refusal = await notifier.send(refusing, message, signal);
    const absence = await notifier.send(absent, message, signal);

    expect(refusal).toEqual({ kind: "failed", words: expect.stringMatching(/: no$/) as string, isDown: false });
    expect(absence).toEqual({ kind: "failed", words: expect.stringMatching(/[^.]$/) as string, isDown: true });
    expect(await inbox()).toEqual([]);
  });

  it("sends nothing when it was interrupted before", async () => {
    const { notifier, good, inbox } = await create();

    await expect(notifier.send(good, message, AbortSignal.abort())).rejects.toThrow("aborted");

    expect(await inbox()).toEqual([]);
  });
});
