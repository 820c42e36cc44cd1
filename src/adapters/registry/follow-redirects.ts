import type { RegistryRequest, RegistryRequestProps } from "./registry-request.ts";

const mostRedirects = 5;

export interface Followed extends Required<Pick<RegistryRequest, "method" | "headers">> {
  readonly body: RegistryRequest["body"] | undefined;
  readonly authorization: string | undefined;
  /** The registry itself: the only one that is shown its login. */
  readonly home: URL;
}

interface Circumstances {
  readonly props: Pick<RegistryRequestProps, "exchange" | "answerMilliseconds">;
  readonly signal: AbortSignal;
}

/** Redirects lead to stores that have their own way to let us in: they never see the registry's login. */
export async function followRedirects(
  start: URL,
  { method, headers, body, authorization, home }: Followed,
  { props, signal }: Circumstances,
): Promise<Response> {
  let url = start;
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    if (home.protocol === "https:" && url.protocol !== "https:")
      throw new Error(`sent on to "${url.host}" without TLS`);
    const login = url.origin === home.origin && authorization !== undefined ? { authorization } : {};
    const sent = { method, headers: { ...headers, ...login }, body: body?.() };
    const response = await withinTime(url, sent, { props, signal });
    const location = response.headers.get("location");
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status);
    if (!isRedirect || location === null) return response;
    await response.body?.cancel();
    url = new URL(location, url);
  }
  throw new Error("sent on again and again");
}

export interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array> | undefined;
}

/**
 * The time limit begins anew with every piece that is taken of what we send, and ends with the answer's head: a layer may
 * take as long as its bytes keep moving.
 */
export async function withinTime(
  url: URL,
  { method, headers, body }: Sent,
  { props, signal }: Circumstances,
): Promise<Response> {
  const limit = new AbortController();
  const expire = (): void => limit.abort(new Error("no answer in time"));
  let timer = setTimeout(expire, props.answerMilliseconds);
  let isOver = false;
  // The end of what is sent may be taken after the answer came: a timer set then would keep the command from ending.
  const touch = (): void => {
    if (isOver) return;
    clearTimeout(timer);
    timer = setTimeout(expire, props.answerMilliseconds);
  };
  const moving = body === undefined || typeof body === "string" ? body : touching(body, touch);
  const request = { method, headers, signal: AbortSignal.any([signal, limit.signal]) };
  try {
    return await props.exchange(url, moving === undefined ? request : { ...request, body: moving });
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

async function* touching(body: AsyncIterable<Uint8Array>, touch: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    touch();
    yield chunk;
  }
  touch();
}
