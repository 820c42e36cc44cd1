import { Agent as HttpAgent, request as requestPlain } from "node:http";
import { Agent as HttpsAgent, request as requestSecure } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { getCACertificates } from "node:tls";

import { isLoopback } from "./registry-address.ts";

export interface ExchangeRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** One request and its answer. Nothing is followed, repeated or unpacked; a body is sent as fast as it is taken. */
export type Exchange = (url: URL, request: ExchangeRequest) => Promise<Response>;

export interface ExchangeProps {
  /** Certificates (PEM) of the authorities that are trusted for a host beside those that everybody trusts. */
  readonly authorities: (host: string) => Promise<readonly string[]>;
  readonly variable: (name: string) => string | undefined;
}

/**
 * HTTP as registries need it. Not `fetch`, which takes no authority of one's own for one host, and hides the length of
 * what is sent. Proxies are taken from the variables that docker and podman know, never for this machine itself.
 */
export function createExchange(props: ExchangeProps): Exchange {
  const plain = new Map<boolean, HttpAgent>();
  const secure = new Map<string, Promise<HttpsAgent>>();
  return async (url, { method, headers, body, signal }) => {
    const proxyEnv = isLoopback(url.hostname) ? {} : proxies(props.variable);
    const options = { method, headers: { ...headers, ...bodyLength(body) }, signal };
    const sent =
      url.protocol === "https:"
        ? requestSecure(url, { ...options, agent: await secureAgent(url.host, secure, { props, proxyEnv }) })
        : requestPlain(url, { ...options, agent: plainAgent(isLoopback(url.hostname), plain, proxyEnv) });
    return await new Promise<Response>((resolve, reject) => {
      let isAnswered = false;
      // Also for what breaks after the answer's head; that comes out of the body.
      sent.on("error", reject);
      sent.once("response", (message) => {
        isAnswered = true;
        const isEmpty = method === "HEAD" || [204, 205, 304].includes(message.statusCode ?? 0);
        if (isEmpty) message.resume();
        const stream = isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>); // the same thing, typed twice
        resolve(new Response(stream, { status: message.statusCode ?? 0, headers: flat(message.rawHeaders) }));
      });
      if (body === undefined || typeof body === "string") return void sent.end(body);
      // An answer may come before all was sent: then nobody wants the rest.
      pipeline(Readable.from(body), sent).catch((error: unknown) => {
        if (!isAnswered) reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  };
}

function bodyLength(body: ExchangeRequest["body"]): Record<string, string> {
  return typeof body === "string" ? { "content-length": String(Buffer.byteLength(body)) } : {};
}

function plainAgent(isHere: boolean, agents: Map<boolean, HttpAgent>, proxyEnv: Proxies): HttpAgent {
  const agent = agents.get(isHere) ?? new HttpAgent({ keepAlive: true, proxyEnv });
  agents.set(isHere, agent);
  return agent;
}

function secureAgent(
  host: string,
  agents: Map<string, Promise<HttpsAgent>>,
  { props, proxyEnv }: { readonly props: ExchangeProps; readonly proxyEnv: Proxies },
): Promise<HttpsAgent> {
  const agent =
    agents.get(host) ??
    props.authorities(host).then((own) => {
      // The default ones hold those of NODE_EXTRA_CA_CERTS; the machine's own are what docker and podman go by.
      const ca = [...new Set([...getCACertificates("default"), ...getCACertificates("system"), ...own])];
      return new HttpsAgent({ keepAlive: true, ca, proxyEnv });
    });
  agents.set(host, agent);
  return agent;
}

type Proxies = Readonly<Record<string, string>>;

function proxies(variable: ExchangeProps["variable"]): Proxies {
  const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
  const given = names.map((name) => [name, variable(name) ?? ""] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ""));
}

function flat(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at] ?? "", raw[at + 1] ?? "");
  return headers;
}
