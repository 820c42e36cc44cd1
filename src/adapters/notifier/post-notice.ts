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
  if (written === "") return down("it is not set where hubfleet runs");
  const problem = addressProblem(written);
  if (problem !== undefined) return down(`its address ${problem}`);

  const url = new URL(written);
  const secrets = isSecret ? secretsOf(url, written) : [];
  const limit = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const headers = { "content-type": "application/json", "user-agent": "hubfleet" };
    const response = await exchange(url, { method: "POST", headers, body, signal: AbortSignal.any([signal, limit]) });
    const { status, ok } = response;
    const said = failureWords(await beginning(response), secrets);
    if (ok) return { kind: "sent" };
    const words = status >= 300 && status < 400 ? "a redirect, which is not followed" : said;
    // "Too many requests", and what a gateway says of a server that is away: other notices would fare no better.
    const isDown = [429, 502, 503, 504].includes(status);
    return { kind: "failed", words: `it answered ${status}${words === "" ? "" : `: ${words}`}`, isDown };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return down(`it did not answer within ${timeoutMilliseconds / 1000} s`);
    return down(`it cannot be reached: ${failureWords(reasonOf(error), secrets)}`);
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

/** Of what was answered; also of a success, whose connection is not used again otherwise. What breaks there changes nothing. */
async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= mostBytes) break;
    }
  } catch {
    // what came is enough
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Where a name has several addresses, and none of them answers, the reasons are inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "")
    return [...new Set(error.errors.map(reasonOf))].join("; ");
  return error instanceof Error ? error.message : String(error);
}

function down(words: string): SendResult {
  return { kind: "failed", words, isDown: true };
}
