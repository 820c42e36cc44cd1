import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { Clock } from "../../ports/clock.ts";
import { maySendLogin, registryAddress } from "./registry-address.ts";
import type { Login } from "./registry-login.ts";
import { basicHeader, parseChallenge, tokenRequest } from "./registry-token.ts";

export interface RegistryRequestProps {
  readonly findLogin: (registry: string, repository: string) => Promise<Login>;
  readonly clock: Pick<Clock, "sleep">;
  /** Registries that are spoken to without TLS, beside those of this machine. */
  readonly insecure: readonly string[];
  /** Until the first byte of an answer. */
  readonly answerMilliseconds: number;
}

export interface RegistryRequest {
  /** Below /v2/REPOSITORY/. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Ask = (place: ImageRepository, request: RegistryRequest, signal: AbortSignal) => Promise<Response>;

const mostTries = 4;
const mostRedirects = 5;

/** Asks a registry, with its login when it wants one, again when it is busy, and follows where it sends us. */
export function createRegistryRequest(props: RegistryRequestProps): Ask {
  const known = new Map<string, string>();
  return async (place, request, signal) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await tryOnce(place, request, { props, known, signal });
      signal.throwIfAborted();
      if (response instanceof Response && !isBusy(response.status)) return judged(response, place, request);
      if (attempt === mostTries) throw unreachable(place.registry, response);
      const wanted = response instanceof Response ? Number(response.headers.get("retry-after")) * 1000 : 0;
      if (response instanceof Response) await response.body?.cancel();
      await props.clock.sleep(Math.min(Math.max(wanted || 0, 250 * 2 ** attempt), 10_000));
      signal.throwIfAborted();
    }
  };
}

interface Circumstances {
  readonly props: RegistryRequestProps;
  /** Repository → the header that opened it last. */
  readonly known: Map<string, string>;
  readonly signal: AbortSignal;
}

/** The answer, or what was in the way of one. */
async function tryOnce(
  place: ImageRepository,
  { path, headers = {} }: RegistryRequest,
  { props, known, signal }: Circumstances,
): Promise<Response | Error> {
  const key = `${place.registry}/${place.repository}`;
  const url = new URL(`${registryAddress(place.registry, props.insecure)}/v2/${place.repository}/${path}`);
  try {
    const authorization = known.get(key);
    const first = await follow(url, { ...headers, ...(authorization && { authorization }) }, { props, signal });
    if (first.status !== 401) return first;
    await first.body?.cancel();
    const opened = await meetChallenge(first, place, { props, known, signal });
    known.set(key, opened);
    return await follow(url, { ...headers, authorization: opened }, { props, signal });
  } catch (error) {
    if (error instanceof HubfleetError) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Redirects lead to stores that have their own way to let us in: they never see the registry's login. */
async function follow(
  start: URL,
  headers: Readonly<Record<string, string>>,
  { props, signal }: Pick<Circumstances, "props" | "signal">,
): Promise<Response> {
  let url = start;
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    const { authorization, ...rest } = headers;
    const isHome = url.origin === start.origin;
    const sent = isHome && authorization !== undefined ? headers : rest;
    const response = await withinTime(fetch, url, { headers: sent, redirect: "manual" }, { props, signal });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    url = new URL(location, url);
    if (start.protocol === "https:" && url.protocol !== "https:")
      throw new Error(`sent on to "${url.host}" without TLS`);
  }
  throw new Error("sent on again and again");
}

async function meetChallenge(
  response: Response,
  place: ImageRepository,
  { props, signal }: Circumstances,
): Promise<string> {
  const challenge = parseChallenge(response.headers.get("www-authenticate") ?? "");
  const login = await props.findLogin(place.registry, place.repository);
  if (challenge?.scheme === "basic" && login.kind === "password") return basicHeader(login);
  const request =
    challenge?.scheme === "bearer"
      ? tokenRequest(challenge, login, {
          scope: `repository:${place.repository}:pull`,
          isAllowed: (url) => maySendLogin(url, props.insecure),
        })
      : undefined;
  if (request === undefined) throw denied(place, login);
  const answer = await withinTime(
    fetch,
    new URL(request.url),
    { ...request.init, redirect: "error" },
    { props, signal },
  );
  if (answer.status === 401 || answer.status === 403) throw denied(place, login);
  if (!answer.ok) throw new Error(`its login service answered ${answer.status}`);
  const { token, access_token: accessToken } = (await answer.json()) as Record<string, unknown>; // looked at below
  const given = typeof token === "string" ? token : accessToken;
  if (typeof given !== "string") throw new Error("its login service gave no token");
  return `Bearer ${given}`;
}

/** The time limit ends with the answer's head: a layer may take as long as its bytes keep coming. */
async function withinTime(
  call: typeof fetch,
  url: URL,
  init: RequestInit,
  { props, signal }: Pick<Circumstances, "props" | "signal">,
): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error("no answer in time")), props.answerMilliseconds);
  try {
    return await call(url, { ...init, signal: AbortSignal.any([signal, limit.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}

async function judged(response: Response, place: ImageRepository, { path }: RegistryRequest): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  const { status } = response;
  if (status === 401 || status === 403) throw denied(place, undefined);
  if (status !== 404) throw unreachable(place.registry, response);
  const digest = path.slice(path.lastIndexOf("/") + 1);
  throw new HubfleetError("IMAGE_NOT_FOUND", {
    message: `"${place.registry}" has no "${place.repository}@${digest}"`,
    hint: "compare it with what the registry shows; its retention rules may have deleted it",
  });
}

function denied({ registry, repository }: ImageRepository, login: Login | undefined): HubfleetError {
  const problem = login?.kind === "nobody" && login.problem !== undefined ? `; ${login.problem}` : "";
  return new HubfleetError("REGISTRY_DENIED", {
    message: `"${registry}" does not let this account read "${repository}"${problem}`,
    hint: `log in with \`docker login ${registry}\` (podman and skopeo do as well), or ask whoever owns the repository`,
    retry: "later",
  });
}

export function unreachable(registry: string, what: Response | Error): HubfleetError {
  const words = what instanceof Response ? `answered ${what.status}` : `cannot be reached: ${innermost(what)}`;
  return new HubfleetError("REGISTRY_UNREACHABLE", {
    message: `"${registry}" ${words}`,
    hint: "run the command again later",
    retry: "later",
    cause: what,
  });
}

/** fetch says only "fetch failed"; what failed is in the cause. */
function innermost(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? innermost(cause) : error.message;
}
