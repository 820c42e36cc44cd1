import type { Login } from "./registry-login.ts";

/** What a registry wants to see before it answers (RFC 9110, WWW-Authenticate). */
export interface Challenge {
  readonly scheme: "basic" | "bearer";
  readonly parameters: Readonly<Record<string, string>>;
}

/** The first challenge of the header that hubfleet can meet. */
export function parseChallenge(header: string): Challenge | undefined {
  const starts = [...header.matchAll(/(?:^|,\s*)(basic|bearer)(?=\s|,|$)/gi)];
  const challenges = starts.map((start, index) => {
    const text = header.slice(start.index + start[0].length, starts[index + 1]?.index);
    const parameters = [...text.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)].map(
      ([, key = "", quoted, bare]) => [key.toLowerCase(), quoted?.replaceAll(/\\(.)/g, "$1") ?? bare ?? ""] as const,
    );
    const scheme = start[1]?.toLowerCase() === "basic" ? "basic" : "bearer";
    return { scheme, parameters: Object.fromEntries(parameters) } as const;
  });
  return challenges.find(({ scheme }) => scheme === "bearer") ?? challenges[0];
}

export interface TokenRequest {
  readonly url: string;
  readonly init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string };
}

/**
 * How to ask for the token that a bearer challenge wants: https://distribution.github.io/distribution/spec/auth/token/,
 * and .../oauth/ for a login that is itself a token. Undefined where the challenge names no usable place.
 */
export function tokenRequest(
  { parameters }: Challenge,
  login: Login,
  { scopes, isAllowed }: { readonly scopes: readonly string[]; readonly isAllowed: (url: URL) => boolean },
): TokenRequest | undefined {
  const { realm = "", service, scope } = parameters;
  const wanted = joinScopes([...scopes, ...(scope?.split(" ") ?? [])]).join(" ");
  const url = URL.parse(realm);
  // A password must not travel in the open, whatever a registry asks for.
  if (url === null || !isAllowed(url)) return undefined;
  if (login.kind === "identity-token") {
    const form = { grant_type: "refresh_token", refresh_token: login.token, client_id: "hubfleet", scope: wanted };
    const body = new URLSearchParams({ ...form, ...(service === undefined ? {} : { service }) }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { url: url.href, init: { method: "POST", headers, body } };
  }
  if (service !== undefined) url.searchParams.set("service", service);
  for (const one of wanted.split(" ")) url.searchParams.append("scope", one);
  const headers = login.kind === "password" ? { authorization: basicHeader(login) } : {};
  return { url: url.href, init: { method: "GET", headers } };
}

/** Each repository once, with all that is wanted of it: "repository:team/lab:pull,push". */
export function joinScopes(scopes: readonly string[]): readonly string[] {
  const actions = new Map<string, Set<string>>();
  for (const scope of scopes.filter((one) => one !== "")) {
    const end = scope.lastIndexOf(":");
    const place = scope.slice(0, end);
    actions.set(place, new Set([...(actions.get(place) ?? []), ...scope.slice(end + 1).split(",")]));
  }
  return [...actions].map(([place, wanted]) => `${place}:${[...wanted].join(",")}`);
}

export function basicHeader({ user, password }: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
