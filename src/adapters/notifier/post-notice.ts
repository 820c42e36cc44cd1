import { addressProblem, type WebhookRecipient } from "../../fleet/recipient.ts";
import type { SendResult } from "../../ports/notifier.ts";
import type { Exchange } from "../registry/exchange.ts";
import { failureWords } from "./failure-words.ts";

interface PostNoticeProps {
  readonly exchange: Exchange;
  readonly variable: (name: string) => string | undefined;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

const mostBytes = 16 * 1024;

/** Posts the message. Only an answer of success is one; redirects are not followed: the address is a promise of where it goes. */
export async function postNotice(
  { address }: WebhookRecipient,
  body: string,
  { exchange, variable, timeoutMilliseconds, signal }: PostNoticeProps,
): Promise<SendResult> {
  const isSecret = address.kind === "variable";
  const written = isSecret ? (variable(address.name) ?? "").trim() : address.url;
  if (written === "") return down(`the variable ${isSecret ? address.name : ""} is not set where hubfleet runs`);
  const problem = addressProblem(written);
  if (problem !== undefined) return down(`its address ${problem}`);

  const url = new URL(written);
  const secrets = isSecret ? secretsOf(url, written) : [];
  const limit = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const headers = { "content-type": "application/json", "user-agent": "hubfleet" };
    const response = await exchange(url, { method: "POST", headers, body, signal: AbortSignal.any([signal, limit]) });
    const said = failureWords(await beginning(response), secrets);
    const { status } = response;
    if (status >= 200 && status < 300) return { kind: "sent" };
    const words = status >= 300 && status < 400 ? "a redirect, which is not followed" : said;
    // "Too many requests", and what a server or gateway says that is not there: others fare no better.
    const isDown = status === 429 || status >= 500;
    return { kind: "failed", words: `it answered ${status}${words === "" ? "" : `: ${words}`}`, isDown };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return down(`it did not answer within ${timeoutMilliseconds / 1000} s`);
    return down(
      `it cannot be reached: ${failureWords(error instanceof Error ? error.message : String(error), secrets)}`,
    );
  }
}

/** Every part of the address by which it could be told. */
function secretsOf(url: URL, written: string): readonly string[] {
  const { href, host, hostname, pathname, search, username, password, searchParams } = url;
  const parts = [written, href, host, hostname, pathname, search, username, password, ...searchParams.values()];
  const segments = pathname.split("/");
  return [...parts, ...segments, ...[...parts, ...segments].map(decoded)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Also of a success: a connection whose answer was not read is not used again. */
async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function down(words: string): SendResult {
  return { kind: "failed", words, isDown: true };
}
