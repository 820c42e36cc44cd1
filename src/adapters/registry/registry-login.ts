import type { Run } from "../run.ts";

/** What an operator is to a registry. */
export type Login =
  | { readonly kind: "nobody"; /** Why a login that is configured could not be read. */ readonly problem?: string }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  /** What a registry gave for logging in again; it is exchanged for a token. */
  | { readonly kind: "identity-token"; readonly token: string };

export interface RegistryLoginProps {
  readonly variable: (name: string) => string | undefined;
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  readonly run: Run;
  readonly userId: number | undefined;
}

const helperMilliseconds = 20_000;

/**
 * The login that `docker login`, podman, buildah or skopeo left for a registry, in the order in which those look:
 * REGISTRY_AUTH_FILE, Docker's config, the containers' files of this session and of this user. Credential helpers are
 * asked.
 */
export async function findLogin(registry: string, repository: string, props: RegistryLoginProps): Promise<Login> {
  let problem: string | undefined;
  for (const path of loginFiles(props)) {
    const login = await readLogin((await props.read(path)) ?? "{}", registry, { repository, props });
    if (login.kind !== "nobody") return login;
    problem ??= login.problem;
  }
  return problem === undefined ? { kind: "nobody" } : { kind: "nobody", problem };
}

function loginFiles({ variable, userId }: RegistryLoginProps): readonly string[] {
  const given = (name: string): string | undefined => (variable(name) === "" ? undefined : variable(name));
  const [docker, home] = [given("DOCKER_CONFIG"), given("HOME")];
  const runtime = given("XDG_RUNTIME_DIR") ?? (userId === undefined ? undefined : `/run/user/${userId}`);
  const config = given("XDG_CONFIG_HOME") ?? (home && `${home}/.config`);
  return [
    given("REGISTRY_AUTH_FILE"),
    docker === undefined ? home && `${home}/.docker/config.json` : `${docker}/config.json`,
    runtime && `${runtime}/containers/auth.json`,
    // Where there is no session, as for root.
    userId === undefined ? undefined : `/run/containers/${userId}/auth.json`,
    config && `${config}/containers/auth.json`,
  ].filter((path): path is string => path !== undefined && path !== "");
}

interface Asked {
  readonly repository: string;
  readonly props: RegistryLoginProps;
}

async function readLogin(text: string, registry: string, { repository, props }: Asked): Promise<Login> {
  const config = parse(text);
  if (config === undefined) return { kind: "nobody", problem: "the file of registry logins is no JSON" };
  const helpers = Object(config["credHelpers"]) as Record<string, unknown>;
  const auths = Object(config["auths"]) as Record<string, unknown>;
  // The containers' tools may keep a login for a part of a registry: the closest one counts.
  const parts = repository.split("/");
  const places = parts.map((_, index) => [registry, ...parts.slice(0, parts.length - index)].join("/"));
  const keys = [...places, ...registryKeys(registry)];
  const helped = registryKeys(registry).find((key) => typeof helpers[key] === "string");
  if (helped !== undefined) return askHelper(String(helpers[helped]), helped, props);
  const written = keys.map((key) => parseLogin(auths[key])).find((login) => login !== undefined);
  if (written !== undefined) return written;
  const [key] = registryKeys(registry);
  const store = config["credsStore"];
  return typeof store === "string" && key !== undefined ? askHelper(store, key, props) : { kind: "nobody" };
}

/** Under which names a registry may stand; Docker Hub has kept its first address. */
function registryKeys(registry: string): readonly string[] {
  const plain = [
    registry,
    `https://${registry}`,
    `https://${registry}/`,
    `https://${registry}/v1/`,
    `https://${registry}/v2/`,
  ];
  return registry === "docker.io" ? ["https://index.docker.io/v1/", ...plain, "index.docker.io"] : plain;
}

function parseLogin(entry: unknown): Login | undefined {
  const { auth, identitytoken, username, password } = Object(entry) as Record<string, unknown>;
  if (typeof identitytoken === "string" && identitytoken !== "")
    return { kind: "identity-token", token: identitytoken };
  if (typeof username === "string" && typeof password === "string")
    return { kind: "password", user: username, password };
  if (typeof auth !== "string" || auth === "") return undefined;
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 1 ? undefined : { kind: "password", user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** https://github.com/docker/docker-credential-helpers: the registry on stdin, a JSON object back. */
async function askHelper(name: string, key: string, { run }: RegistryLoginProps): Promise<Login> {
  if (!/^[\w.-]+$/.test(name)) return { kind: "nobody", problem: "the name of the credential helper is no program's" };
  const program = `docker-credential-${name}`;
  const result = await run([program, "get"], { input: key, timeoutMilliseconds: helperMilliseconds });
  const answer = result.exitCode === 0 ? parse(result.stdout) : undefined;
  const { Username: user, Secret: secret } = answer ?? {};
  if (typeof user === "string" && typeof secret === "string") {
    return user === "<token>"
      ? { kind: "identity-token", token: secret }
      : { kind: "password", user, password: secret };
  }
  // Helpers say so on stdout. It is no trouble: the image may be open to everybody.
  if (/credentials not found/i.test(result.stdout)) return { kind: "nobody" };
  const isMissing = result.exitCode === -1 && result.stderr.includes("ENOENT");
  return { kind: "nobody", problem: isMissing ? `"${program}" is not on PATH` : `"${program}" did not tell the login` };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>; // every key is looked at before it is used
  } catch {
    return undefined;
  }
}
