import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { createExchange } from "../../src/adapters/registry/exchange.ts";
import type { Recipient } from "../../src/fleet/recipient.ts";
import { command, listen, message, secretHook, shell, system, webhook } from "../support/a-notifier.ts";
import { makeCertificate } from "../support/certificates.ts";
import { type Answer, scriptedServers } from "../support/scripted-server.ts";

const { signal } = new AbortController();
const servers = scriptedServers();
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hubfleet-notifier-"));
});
afterEach(async () => servers.close());
afterAll(async () => rm(root, { recursive: true }));

describe("notifier: a command", () => {
  it("runs in the fleet's directory, also by a path from there", async () => {
    await mkdir(join(root, "script"), { recursive: true });
    await writeFile(join(root, "script/tell"), '#!/bin/sh\npwd > where; echo "$1" >> where\n');
    await chmod(join(root, "script/tell"), 0o755);

    expect(await system(root).send(command("script/tell", "two words"), message, signal)).toEqual({ kind: "sent" });

    expect(await readFile(join(root, "where"), "utf8")).toBe(`${root}\ntwo words\n`);
  });

  it("gets of the operator's variables the usual ones and those that it names", async () => {
    const notifier = system(root, {
      HOME: "/home/ada",
      PAGER_TOKEN: "tell-pager",
      AWS_SECRET_ACCESS_KEY: "tell-nobody",
    });

    await notifier.send(shell("env > seen", ["PAGER_TOKEN"]), message, signal);

    const seen = await readFile(join(root, "seen"), "utf8");
    const names = seen.split("\n").map((line) => line.split("=")[0] ?? "");
    expect(names.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_", ""].includes(name)).sort()).toEqual([
      "HOME",
      "PAGER_TOKEN",
      "PATH",
    ]);
    expect(seen).toContain("PAGER_TOKEN=tell-pager");
  });

  it("may leave its input unread", async () => {
    const long = { ...message, notice: { ...message.notice, text: "x".repeat(1_000_000) } };

    expect(await system(root).send(command("true"), long, signal)).toEqual({ kind: "sent" });
  });

  it.each<[string, Recipient, string, boolean]>([
    [
      "is not there",
      command("no-such-program-of-ours"),
      'there is no program "no-such-program-of-ours" that can be run',
      true,
    ],
    ["is no program", command("/etc"), 'there is no program "/etc" that can be run', true],
    [
      "says much",
      shell("yes no | head -1000 >&2; exit 1"),
      `it exited with 1: ${"no ".repeat(67).slice(0, 200)}…`,
      false,
    ],
    ["says it on its output", shell("echo nobody is there; exit 1"), "it exited with 1: nobody is there", false],
    ["says nothing", shell("exit 7"), "it exited with 7", false],
    [
      "tells its secret",
      shell('echo "bad token $PAGER_TOKEN" >&2; exit 1', ["PAGER_TOKEN"]),
      "it exited with 1: bad token [secret]",
      false,
    ],
    ["has no secret", shell("true", ["NOT_SET"]), "the variable NOT_SET is not set where hubfleet runs", true],
  ])("that %s is said to have failed", async (_, recipient, words, isDown) => {
    const notifier = system(root, { PAGER_TOKEN: "tell-nobody" });

    expect(await notifier.send(recipient, message, signal)).toEqual({ kind: "failed", words, isDown });
  });

  it("is ended with all that it started when its time is up", async () => {
    const notifier = system(root, {}, { timeLimits: { commandMilliseconds: 300, webhookMilliseconds: 300 } });

    const result = await notifier.send(shell("sleep 60 & echo $! > sleeper; wait"), message, signal);

    expect(result).toEqual({ kind: "failed", words: "it did not end within 0.3 s", isDown: true });
    const pid = Number(await readFile(join(root, "sleeper"), "utf8"));
    expect(await isGone(pid)).toBe(true);
  });

  it("is ended when somebody interrupts", async () => {
    const interruption = new AbortController();
    const sending = system(root).send(shell("echo $$ > started; exec sleep 60"), message, interruption.signal);
    await expect.poll(async () => readFile(join(root, "started"), "utf8").catch(() => "")).not.toBe("");

    interruption.abort();

    await expect(sending).rejects.toThrow("aborted");
    expect(await isGone(Number(await readFile(join(root, "started"), "utf8")))).toBe(true);
  });
});

describe("notifier: a webhook", () => {
  it("gets one POST of JSON", async () => {
    const { place, received } = await listen(servers, (_, response) => void response.writeHead(204).end());

    expect(await system(root).send(webhook(`http://${place}/in?team=ocean`), message, signal)).toEqual({
      kind: "sent",
    });

    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      method: "POST",
      url: "/in?team=ocean",
      headers: { "content-type": "application/json" },
    });
  });

  it("is reached over HTTPS, where its certificate is one to believe", async () => {
    const [from, to] = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 86_400_000)];
    const authority = makeCertificate({ name: "Test authority", from, to });
    const tls = makeCertificate({ name: "server", issuer: authority, hosts: ["localhost"], from, to });
    const { place, received } = await listen(servers, (_, response) => void response.end("ok"), { tls });
    const url = `https://${place.replace("127.0.0.1", "localhost")}/in`;
    const trusting = createExchange({ variable: () => undefined, authorities: async () => [authority.certificate] });

    expect(await system(root).send(webhook(url), message, signal)).toMatchObject({ kind: "failed", isDown: true });
    expect(received).toHaveLength(0);
    expect(await system(root, {}, { exchange: trusting }).send(webhook(url), message, signal)).toEqual({
      kind: "sent",
    });
    expect(received).toHaveLength(1);
  });

  it("may be behind the login that its address has", async () => {
    const { place, received } = await listen(servers, (_, response) => void response.end());

    await system(root, { HOOK: `http://me:s%40crt@${place}/in` }).send(secretHook, message, signal);

    expect(received[0]?.headers["authorization"]).toBe(`Basic ${Buffer.from("me:s@crt").toString("base64")}`);
  });

  it("is not followed elsewhere", async () => {
    const elsewhere = await listen(servers, (_, response) => void response.end());
    const { place } = await listen(
      servers,
      (_, response) => void response.writeHead(307, { location: `http://${elsewhere.place}/` }).end(),
    );

    expect(await system(root).send(webhook(`http://${place}/in`), message, signal)).toEqual({
      kind: "failed",
      words: "it answered 307: a redirect, which is not followed",
      isDown: false,
    });
    expect(elsewhere.received).toEqual([]);
  });

  it.each<[string, Answer, string, boolean]>([
    [
      "refuses",
      (_, response) => void response.writeHead(404).end("no_service\n"),
      "it answered 404: no_service",
      false,
    ],
    ["asks for patience", (_, response) => void response.writeHead(429).end(), "it answered 429", true],
    [
      "is being mended",
      (_, response) => void response.writeHead(503).end("<!DOCTYPE html><p>Back soon"),
      "it answered 503",
      true,
    ],
    [
      "breaks on this one",
      (_, response) => void response.writeHead(500).end("oh\u0000 no"),
      "it answered 500: oh no",
      false,
    ],
    [
      "says much",
      (_, response) => void response.writeHead(400).end("no ".repeat(100_000)),
      `it answered 400: ${"no ".repeat(67).slice(0, 200)}…`,
      false,
    ],
    ["says nothing at all", () => undefined, "it did not answer within 0.3 s", true],
    ["hangs up", (request) => void request.socket.destroy(), "it cannot be reached: socket hang up", true],
  ])("that %s is said to have failed", async (_, answer, words, isDown) => {
    const { place } = await listen(servers, answer);
    const notifier = system(
      root,
      {},
      { timeLimits: { commandMilliseconds: 300, webhookMilliseconds: words.includes("0.3") ? 300 : 10_000 } },
    );

    expect(await notifier.send(webhook(`http://${place}/in`), message, signal)).toEqual({
      kind: "failed",
      words,
      isDown,
    });
  });

  it("has got it when it says so, though it never finishes", async () => {
    const { place } = await listen(servers, (_, response) => void response.writeHead(200).write("o"));
    const notifier = system(root, {}, { timeLimits: { commandMilliseconds: 300, webhookMilliseconds: 300 } });

    expect(await notifier.send(webhook(`http://${place}/in`), message, signal)).toEqual({ kind: "sent" });
  });

  it.each([
    [{}, "it is not set where hubfleet runs"],
    [{ HOOK: " " }, "it is not set where hubfleet runs"],
    [{ HOOK: "chat.example.org/hooks/tell-nobody" }, "its address is no address that begins with https://"],
    [
      { HOOK: "http://chat.example.org/hooks/tell-nobody" },
      "its address would go over the network in the clear: it is not https",
    ],
  ])("is not tried where its variable is %j", async (variables: Readonly<Record<string, string>>, words) => {
    expect(await system(root, variables).send(secretHook, message, signal)).toEqual({
      kind: "failed",
      words,
      isDown: true,
    });
  });

  it("is never named by its secret address, whoever says it and however", async () => {
    const { place } = await listen(servers, ({ url, headers }, response) => {
      const text = `no hook ${url} ${decodeURIComponent(url ?? "")} on http://${headers.host}${url} for tell-nobody-either`;
      response.writeHead(404).end(text);
    });
    const path = "/hooks/tell%2Dnobody?key=tell-nobody-either";
    const address = `http://${place}${path}`;

    const answered = await system(root, { HOOK: address }).send(secretHook, message, signal);
    await servers.close();
    const unreachable = await system(root, { HOOK: address }).send(secretHook, message, signal);

    expect(answered).toMatchObject({
      kind: "failed",
      words: expect.stringContaining("it answered 404: no hook [secret]") as string,
    });
    for (const result of [answered, unreachable]) {
      expect(JSON.stringify(result)).not.toMatch(/tell|127\.0\.0\.1/);
    }
  });
});

/** A process is not gone at the very moment at which it was ended. */
async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}
