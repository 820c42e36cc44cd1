import { dirname, isAbsolute, join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** A program that hands out a login, as cloud providers have them. */
export interface LoginProgram {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What to do when it is missing, in its provider's words. */
  readonly installHint: string | undefined;
  /** It wants to be told where the cluster is. */
  readonly wantsCluster: boolean;
}

/** Something that stands in the kubeconfig itself or in a file that it names. */
export type Kept = { readonly text: string } | { readonly file: string };

export interface KubeconfigUser {
  readonly name: string;
  readonly token?: Kept;
  readonly certificate?: Kept;
  readonly key?: Kept;
  readonly password?: { readonly user: string; readonly password: string };
  readonly program?: LoginProgram;
}

/** What one context of the kubeconfig leads to. */
export interface KubeconfigContext {
  readonly name: string;
  readonly server: string;
  readonly certificateAuthority: Kept | undefined;
  /** Name in the certificate, where it is not the address'. */
  readonly serverName: string | undefined;
  readonly user: KubeconfigUser;
}

const text = z.string().min(1).optional();

const cluster = z.object({
  server: z.string().min(1),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": text,
  "proxy-url": text,
});

const user = z.object({
  token: text,
  tokenFile: text,
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  username: text,
  password: text,
  exec: z
    .object({
      apiVersion: z.string(),
      command: z.string().min(1),
      args: z.array(z.string()).nullish(),
      env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
      installHint: text,
      provideClusterInfo: z.boolean().optional(),
    })
    .optional(),
  "auth-provider": z.unknown().optional(),
});

const file = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster })).nullish(),
  contexts: z
    .array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }))
    .nullish(),
  users: z.array(z.object({ name: z.string(), user })).nullish(),
});

export interface KubeconfigFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Finds a context in the files of KUBECONFIG. As with kubectl, the first file that has a name decides what it means.
 * @throws HubfleetError KUBECONFIG_UNUSABLE
 */
export function findContext(files: readonly KubeconfigFile[], wanted: string): KubeconfigContext {
  const read = files.map((one) => ({ ...one, value: parseFile(one) }));
  const context = first(read, ({ value }) => value.contexts, wanted);
  if (context === undefined) {
    const known = read.flatMap(({ value }) => (value.contexts ?? []).map(({ name }) => name));
    throw unusable(
      `${placesOf(files)} has no context "${wanted}"`,
      known.length === 0
        ? "let your provider's command write it, or name the right file with KUBECONFIG"
        : `it has ${known.map((name) => `"${name}"`).join(", ")}; name the one that is meant as \`context:\` of the cluster's file`,
    );
  }
  const place = first(read, ({ value }) => value.clusters, context.item.context.cluster);
  const login = first(read, ({ value }) => value.users, context.item.context.user);
  const missing =
    place === undefined ? `cluster "${context.item.context.cluster}"` : `user "${context.item.context.user}"`;
  if (place === undefined || login === undefined) {
    throw unusable(`context "${wanted}" of ${context.path} names the ${missing}, which is not there`);
  }
  const settings = place.item.cluster;
  if (settings["insecure-skip-tls-verify"] === true) {
    throw unusable(
      `context "${wanted}" of ${place.path} looks at no certificate (insecure-skip-tls-verify)`,
      "put the cluster's authority into it (certificate-authority-data): anybody could answer in its place otherwise",
    );
  }
  if (settings["proxy-url"] !== undefined) {
    throw unusable(
      `context "${wanted}" of ${place.path} goes through a proxy (proxy-url), which hubfleet cannot do yet`,
    );
  }
  if (!settings.server.startsWith("https://")) {
    throw unusable(`context "${wanted}" of ${place.path} has the address "${settings.server}", which is not https`);
  }
  return {
    name: wanted,
    server: settings.server,
    certificateAuthority: kept(settings["certificate-authority-data"], settings["certificate-authority"], place.path),
    serverName: settings["tls-server-name"],
    user: readUser(login.item.user, login),
  };
}

export function unusable(message: string, hint?: string, cause?: unknown): HubfleetError {
  return new HubfleetError("KUBECONFIG_UNUSABLE", {
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
    retry: "later",
  });
}

type File = z.infer<typeof file>;
type WrittenUser = z.infer<typeof user>;

function parseFile({ path, content }: KubeconfigFile): File {
  let value: unknown;
  try {
    value = parse(content) ?? {};
  } catch {
    throw unusable(`${path} is no YAML`); // its words could quote a secret
  }
  const result = file.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unusable(`${path} is no kubeconfig: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function first<One extends { readonly path: string }, Item extends { readonly name: string }>(
  files: readonly One[],
  items: (one: One) => readonly Item[] | null | undefined,
  name: string,
): { readonly path: string; readonly item: Item } | undefined {
  for (const one of files) {
    const item = (items(one) ?? []).find((candidate) => candidate.name === name);
    if (item !== undefined) return { path: one.path, item };
  }
  return undefined;
}

function readUser(
  written: WrittenUser,
  { path, item }: { readonly path: string; readonly item: { readonly name: string } },
): KubeconfigUser {
  if (written["auth-provider"] !== undefined) {
    throw unusable(
      `user "${item.name}" of ${path} logs in by an "auth-provider", which Kubernetes has removed`,
      "fetch the kubeconfig anew with a current version of your provider's command",
    );
  }
  const token = written.token === undefined ? kept(undefined, written.tokenFile, path) : { text: written.token };
  const certificate = kept(written["client-certificate-data"], written["client-certificate"], path);
  const key = kept(written["client-key-data"], written["client-key"], path);
  const { username, password, exec } = written;
  return {
    name: item.name,
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(username === undefined || password === undefined ? {} : { password: { user: username, password } }),
    ...(exec === undefined
      ? {}
      : {
          program: {
            apiVersion: exec.apiVersion,
            // A path in it is meant from where the kubeconfig lies; a bare name is looked up on PATH.
            command: exec.command.includes("/") ? resolveFrom(path, exec.command) : exec.command,
            args: exec.args ?? [],
            env: Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
            installHint: exec.installHint,
            wantsCluster: exec.provideClusterInfo === true,
          },
        }),
  };
}

function kept(data: string | undefined, path: string | undefined, from: string): Kept | undefined {
  if (data !== undefined) return { text: Buffer.from(data, "base64").toString() };
  return path === undefined ? undefined : { file: resolveFrom(from, path) };
}

function resolveFrom(path: string, other: string): string {
  return isAbsolute(other) ? other : join(dirname(path), other);
}

function placesOf(files: readonly KubeconfigFile[]): string {
  return files.map(({ path }) => path).join(" and ");
}
