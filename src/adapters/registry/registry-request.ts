import type { ImageRepository } from "../../image/container/image-reference.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import { certificateFailure } from "./certificate-failure.ts";
import type { Exchange } from "./exchange.ts";
import { judge } from "./judge-answer.ts";
import { registryAddress } from "./registry-address.ts";
import { type Deed, denied, full, loginWanted, toError, unreachable } from "./registry-failures.ts";
import type { Login } from "./registry-login.ts";
import { followRedirects } from "./follow-redirects.ts";
import { meetChallenge } from "./meet-challenge.ts";
import { mostWaitMilliseconds, pause, retryAfter } from "./pause.ts";
import { readWords } from "./registry-words.ts";

export interface RegistryRequestProps {
  readonly findLogin: (registry: string, repository: string) => Promise<Login>;
  readonly exchange: Exchange;
  readonly clock: Clock;
  /** Registries that are spoken to without TLS, beside those of this machine. */
  readonly insecure: readonly string[];
  /** Until the first byte of an answer, or the next that is taken of what we send. */
  readonly answerMilliseconds: number;
}

export interface RegistryRequest {
  /** @default "GET" */
  readonly method?: string;
  /** Below /v2/REPOSITORY/, or where the registry told us to go. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew when the request has to be repeated. */
  readonly body?: () => string | AsyncIterable<Uint8Array>;
  /** @default "read" */
  readonly deed?: Deed;
  /** Another repository that is read on the way. */
  readonly alsoReads?: string;
  /** What is an answer beside success. */
  readonly accept?: readonly number[];
}

export interface RegistryAsk {
  /** An answer that is fine, or an error in words; asks again while the registry is busy or the line breaks. */
  readonly ask: (place: ImageRepository, request: RegistryRequest, signal: AbortSignal) => Promise<Response>;
  /** Any answer, or what was in the way of one. */
  readonly askOnce: (
    place: ImageRepository,
    request: RegistryRequest,
    signal: AbortSignal,
  ) => Promise<Response | Error>;
  /** Where an answer tells us to go on. */
  readonly locate: (place: ImageRepository, location: string) => URL;
}

const mostTries = 4;

/** Asks a registry, with its login when it wants one, again when it is busy, and follows where it sends us. */
export function createRegistryRequest(props: RegistryRequestProps): RegistryAsk {
  const known = new Map<string, string>();
  const askOnce: RegistryAsk["askOnce"] = (place, request, signal) => tryOnce(place, request, { props, known, signal });
  return {
    askOnce,
    locate({ registry }, location) {
      const home = new URL(registryAddress(registry, props.insecure));
      const url = new URL(location, home);
      // A registry behind a proxy may not know that its callers speak TLS.
      if (home.protocol === "https:" && url.protocol === "http:" && url.hostname === home.hostname) {
        return new URL(url.pathname + url.search, home);
      }
      return url;
    },
    async ask(place, request, signal) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await askOnce(place, request, signal);
        signal.throwIfAborted();
        if (answer instanceof Response && !isBusy(answer.status)) return judge(answer, place, request);
        const words = answer instanceof Response ? await readWords(answer) : undefined;
        if (words?.isFull === true && request.deed === "write to") throw full(place, words.text);
        const wanted = answer instanceof Response ? (retryAfter(answer, props.clock.now()) ?? 0) : 0;
        const isHopeless = attempt === mostTries || wanted > mostWaitMilliseconds || isFinal(answer);
        if (isHopeless) throw unreachable(place, answer, words);
        await pause(props.clock, Math.max(wanted, 250 * 2 ** attempt), signal);
      }
    },
  };
}

export function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}

export interface Circumstances {
  readonly props: RegistryRequestProps;
  /** Scopes → the header that opened them last. */
  readonly known: Map<string, string>;
  readonly signal: AbortSignal;
}

async function tryOnce(
  place: ImageRepository,
  request: RegistryRequest,
  { props, known, signal }: Circumstances,
): Promise<Response | Error> {
  const scopes = scopesOf(place, request);
  const key = `${place.registry} ${scopes.join(" ")}`;
  const home = new URL(registryAddress(place.registry, props.insecure));
  const url =
    request.path instanceof URL ? request.path : new URL(`${home.origin}/v2/${place.repository}/${request.path}`);
  const { method = "GET", headers = {}, body } = request;
  const follow = (authorization: string | undefined): Promise<Response> =>
    followRedirects(url, { method, headers, body, authorization, home }, { props, signal });
  try {
    const first = await follow(known.get(key));
    if (first.status !== 401) return first;
    await first.body?.cancel();
    const { deed = "read" } = request;
    const opened = await meetChallenge(first, place, { scopes, deed, props, signal });
    const second = await follow(opened.header);
    if (second.status !== 401) {
      known.set(key, opened.header);
      return second;
    }
    // A password that is not accepted is wrong; a token was given to a login that is right, and is not enough.
    if (opened.isNobody || opened.header.startsWith("Basic ")) {
      await second.body?.cancel();
      throw loginWanted(place, deed, { isKnown: !opened.isNobody });
    }
    throw denied(place, deed, (await readWords(second)).text);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HubfleetError) throw error;
    const certificate = await certificateFailure(error, place.registry, { url, now: props.clock.now() });
    if (certificate !== undefined) throw certificate;
    return toError(error);
  }
}

function scopesOf({ repository }: ImageRepository, { deed = "read", alsoReads }: RegistryRequest): readonly string[] {
  const actions = { read: "pull", "write to": "pull,push", "remove from": "pull,push,delete" } as const;
  const also = alsoReads === undefined || alsoReads === repository ? [] : [`repository:${alsoReads}:pull`];
  return [`repository:${repository}:${actions[deed]}`, ...also];
}

/** A name that nobody knows is not known a second later. */
function isFinal(answer: Response | Error): boolean {
  return answer instanceof Error && Object(answer)["code"] === "ENOTFOUND";
}
