import { createNotifierSystem, type NotifierSystemProps } from "../../src/adapters/notifier/notifier-system.ts";
import { createExchange } from "../../src/adapters/registry/exchange.ts";
import { createRun } from "../../src/adapters/run.ts";
import { noticeKinds, type Recipient } from "../../src/fleet/recipient.ts";
import type { Message, Notifier } from "../../src/ports/notifier.ts";
import { aNotice } from "./a-notice.ts";
import type { Answer, ScriptedServers } from "./scripted-server.ts";

export const message: Message = {
  fleet: "campus",
  notice: aNotice({ text: "hub/alpha is not well: \"1 < 2\" & 'ä'." }),
};

export const command = (...words: readonly [string, ...string[]]): Recipient => ({
  kind: "command",
  id: "command",
  kinds: noticeKinds,
  command: words,
  variables: [],
});
export const shell = (text: string, variables: readonly string[] = []): Recipient =>
  ({ ...command("sh", "-c", text), variables }) as Recipient; // a command stays one
export const webhook = (url: string): Recipient => ({
  kind: "webhook",
  id: "webhook",
  kinds: noticeKinds,
  address: { kind: "written", url },
});
export const secretHook: Recipient = {
  kind: "webhook",
  id: "webhook",
  kinds: noticeKinds,
  address: { kind: "variable", name: "HOOK" },
};

/** Real commands in a directory, real webhooks; the operator's shell has PATH and these variables. */
export function system(
  directory: string,
  variables: Readonly<Record<string, string>> = {},
  props: Partial<NotifierSystemProps> = {},
): Notifier {
  const all: Readonly<Record<string, string | undefined>> = { PATH: process.env["PATH"], ...variables };
  const variable = (name: string): string | undefined => all[name];
  const exchange = createExchange({ variable, authorities: async () => [] });
  const timeLimits = { commandMilliseconds: 20_000, webhookMilliseconds: 10_000 };
  return createNotifierSystem({ directory, run: createRun(), exchange, variable, timeLimits, ...props });
}

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A server that answers as told, and what it was sent. */
export async function listen(
  servers: ScriptedServers,
  answer: Answer,
  tls?: Parameters<ScriptedServers["serve"]>[1],
): Promise<{ place: string; received: Received[] }> {
  const received: Received[] = [];
  const place = await servers.serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString("utf8") });
      answer(request, response);
    });
  }, tls);
  return { place, received };
}
