import type { ImageRepository } from "../../image/container/image-reference.ts";
import { withinTime } from "./follow-redirects.ts";
import { maySendLogin } from "./registry-address.ts";
import { type Deed, denied, loginWanted } from "./registry-failures.ts";
import type { RegistryRequestProps } from "./registry-request.ts";
import { basicHeader, type Challenge, parseChallenge, tokenRequest } from "./registry-token.ts";
import { readWords } from "./registry-words.ts";

interface Wanted {
  readonly scopes: readonly string[];
  readonly deed: Deed;
  readonly props: RegistryRequestProps;
  readonly signal: AbortSignal;
}

/** What opened a registry: the authorization header, and whether it is that of a stranger. */
export interface Opened {
  readonly header: string;
  readonly isNobody: boolean;
}

/** Gets what a registry wants to see. @throws HubfleetError REGISTRY_LOGIN, REGISTRY_DENIED */
export async function meetChallenge(
  response: Response,
  place: ImageRepository,
  { scopes, deed, props, signal }: Wanted,
): Promise<Opened> {
  const challenge = parseChallenge(response.headers.get("www-authenticate") ?? "");
  const login = await props.findLogin(place.registry, place.repository);
  const isKnown = login.kind !== "nobody";
  if (challenge?.scheme === "basic" && login.kind === "password")
    return { header: basicHeader(login), isNobody: false };
  const problem = login.kind === "nobody" ? login.problem : unsafeRealm(challenge, props.insecure);
  const request =
    challenge?.scheme === "bearer"
      ? tokenRequest(challenge, login, { scopes, isAllowed: (url) => maySendLogin(url, props.insecure) })
      : undefined;
  if (request === undefined) throw loginWanted(place, deed, { isKnown, problem });
  const { method, headers, body } = request.init;
  const answer = await withinTime(new URL(request.url), { method, headers, body }, { props, signal });
  if (answer.status === 401) throw loginWanted(place, deed, { isKnown, problem });
  if (answer.status === 403) throw denied(place, deed, (await readWords(answer)).text);
  if (!answer.ok) throw new Error(`its login service answered ${answer.status}`);
  const { token, access_token: accessToken } = Object(await answer.json()) as Record<string, unknown>; // looked at below
  const given = typeof token === "string" ? token : accessToken;
  if (typeof given !== "string" || /\s/.test(given)) throw new Error("its login service gave no token");
  return { header: `Bearer ${given}`, isNobody: !isKnown };
}

/** A password does not travel in the open, whatever a registry asks for. */
function unsafeRealm(challenge: Challenge | undefined, insecure: readonly string[]): string | undefined {
  const realm = URL.parse(challenge?.parameters["realm"] ?? "");
  if (challenge?.scheme !== "bearer" || realm === null || maySendLogin(realm, insecure)) return undefined;
  return `its login service "${realm.host}" speaks no TLS, so the login was not sent there`;
}
