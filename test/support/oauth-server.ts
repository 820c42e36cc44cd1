import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * GitHub as far as a hub's login asks it, on a port of this machine: the OAuth dance with PKCE, `/user`, and who is a
 * member of what. Memberships are private: they are told only to a token that asked for `read:org`.
 */
export interface OAuthServer {
  readonly address: string;
  readonly clientId: string;
  /** The one that counts now. */
  readonly clientSecret: string;
  /** That one, and those before. */
  readonly secrets: readonly string[];
  /** Members, in lower case, by "organization" or "organization:team". */
  readonly members: Map<string, Set<string>>;
  /** What each visit asked to be allowed. */
  readonly scopes: readonly string[];
  /** How often somebody was asked about as a member. */
  readonly membershipQuestions: number;
  /** Every access token handed out. */
  readonly tokens: readonly string[];
  /** Where a person signs in to this GitHub before visiting a hub. */
  signInAddress(login: string): string;
  /** From then on every question about members is answered with this status; undefined: properly again. */
  answerMembershipsWith(status: number | undefined): void;
  /** Gives the app another secret, after which the one before is refused. */
  changeSecret(): void;
  close(): Promise<void>;
}

interface Granted {
  readonly login: string;
  readonly scope: string;
  readonly challenge: string;
  readonly redirect: string;
}

export async function createOAuthServer(): Promise<OAuthServer> {
  const clientId = "Iv1.0123456789abcdef";
  const secrets = [newSecret()];
  const members: OAuthServer["members"] = new Map();
  const scopes: string[] = [];
  const codes = new Map<string, Granted>();
  const tokens = new Map<string, Granted>();
  let membershipQuestions = 0;
  let forcedStatus: number | undefined;

  const signIn = ({ query }: Question): Reply => ({
    status: 200,
    headers: { "set-cookie": `signed_in_as=${query.get("login")}; Path=/login/oauth/` },
    body: {},
  });

  const authorize = ({ query, headers }: Question): Reply => {
    const login = /signed_in_as=([^;]+)/.exec(headers.cookie ?? "")?.[1];
    if (login === undefined || query.get("client_id") !== clientId) return { status: 404, body: {} };
    const code = randomBytes(10).toString("hex");
    const redirect = query.get("redirect_uri") ?? "";
    const scope = query.get("scope") ?? "";
    scopes.push(scope);
    codes.set(code, { login, scope, redirect, challenge: query.get("code_challenge") ?? "" });
    const back = new URLSearchParams({ code, state: query.get("state") ?? "" });
    return { status: 302, headers: { location: `${redirect}?${back.toString()}` }, body: {} };
  };

  /** Refusals have status 200, as GitHub's have. */
  const exchange = ({ form }: Question): Reply => {
    if (form.get("client_id") !== clientId || form.get("client_secret") !== secrets.at(-1))
      return { status: 200, body: { error: "incorrect_client_credentials" } };
    const granted = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    if (granted === undefined || granted.redirect !== form.get("redirect_uri") || !isProven(granted, form))
      return { status: 200, body: { error: "bad_verification_code" } };
    const token = `gho_${randomBytes(18).toString("hex")}`;
    tokens.set(token, granted);
    return { status: 200, body: { access_token: token, token_type: "bearer", scope: granted.scope } };
  };

  const user = ({ headers }: Question): Reply => {
    const granted = tokens.get(bearer(headers));
    if (granted === undefined) return { status: 401, body: { message: "Bad credentials" } };
    return { status: 200, body: { login: granted.login, id: 1, name: granted.login, email: null } };
  };

  const membership = ({ path, headers }: Question): Reply => {
    membershipQuestions++;
    const [, organization = "", team, login = ""] =
      /^\/api\/v3\/orgs\/([^/]+)(?:\/teams\/([^/]+))?\/members\/([^/]+)$/.exec(path) ?? [];
    if (forcedStatus !== undefined) return { status: forcedStatus, body: {} };
    const mayAsk = tokens.get(bearer(headers))?.scope.includes("read:org") === true;
    const place = team === undefined ? organization : `${organization}:${team}`;
    const isMember = members.get(place)?.has(login.toLowerCase()) === true;
    return { status: mayAsk && isMember ? 204 : 404, body: {} };
  };

  const routes: readonly (readonly [string, RegExp, (question: Question) => Reply])[] = [
    ["GET", /^\/sign-in$/, signIn],
    ["GET", /^\/login\/oauth\/authorize$/, authorize],
    ["POST", /^\/login\/oauth\/access_token$/, exchange],
    ["GET", /^\/api\/v3\/user$/, user],
    ["GET", /^\/api\/v3\/orgs\//, membership],
  ];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const question = await readQuestion(request);
    const [, , answer] = routes.find(([method, path]) => method === request.method && path.test(question.path)) ?? [];
    reply(response, answer?.(question) ?? { status: 404, body: {} });
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP

  return {
    address,
    clientId,
    get clientSecret() {
      return secrets.at(-1) ?? "";
    },
    secrets,
    members,
    scopes,
    get membershipQuestions() {
      return membershipQuestions;
    },
    get tokens() {
      return [...tokens.keys()];
    },
    signInAddress: (login) => `${address}/sign-in?login=${login}`,
    answerMembershipsWith: (status) => void (forcedStatus = status),
    changeSecret: () => void secrets.push(newSecret()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function newSecret(): string {
  return `client-secret-${randomBytes(12).toString("hex")}`;
}

interface Question {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

async function readQuestion(request: IncomingMessage): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding was set
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://github");
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  return { path: pathname, query: searchParams, form, headers: request.headers };
}

function reply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}

/** RFC 7636: whoever brings the code must be whoever asked for it. */
function isProven({ challenge }: Granted, form: URLSearchParams): boolean {
  if (challenge === "") return true;
  const verifier = form.get("code_verifier") ?? "";
  return createHash("sha256").update(verifier).digest("base64url") === challenge;
}

function bearer(headers: IncomingMessage["headers"]): string {
  return /^(?:bearer|token) (\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
}
