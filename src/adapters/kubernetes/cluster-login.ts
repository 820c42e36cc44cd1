import { z } from "zod";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Run } from "../run.ts";
import type { Kept, KubeconfigContext, LoginProgram } from "./kubeconfig.ts";

/** What shows a cluster who is asking. Held in memory only. */
export interface ClusterLogin {
  readonly headers: Readonly<Record<string, string>>;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface ClusterLoginProps {
  readonly readFile: (path: string) => Promise<string>;
  readonly run: Run;
  readonly now: () => Date;
}

export interface ClusterLogins {
  /** @throws HubfleetError CLUSTER_LOGIN, KUBECONFIG_UNUSABLE */
  current(signal: AbortSignal): Promise<ClusterLogin>;
  /** The cluster refused it: a program is asked for another one. Answers whether there can be one. */
  forget(): boolean;
}

/** A login program may open a browser and wait for a person. */
const programMilliseconds = 120_000;

/** So long before its end a login is no longer used. */
const marginMilliseconds = 60_000;

/** The login of one context, kept while it holds. */
export function createClusterLogins(
  context: KubeconfigContext,
  authority: string | undefined,
  props: ClusterLoginProps,
): ClusterLogins {
  const { user } = context;
  let known: { readonly login: Promise<ClusterLogin>; readonly until: () => Date | undefined } | undefined;
  const ask = async (signal: AbortSignal): Promise<{ login: ClusterLogin; until?: Date | undefined }> => {
    if (user.program !== undefined) return askProgram(user.program, { context, authority, props, signal });
    const read = async (kept: Kept | undefined): Promise<string | undefined> =>
      kept === undefined ? undefined : "text" in kept ? kept.text : readKept(kept.file, user.name, props);
    const [token, certificate, key] = await Promise.all([read(user.token), read(user.certificate), read(user.key)]);
    const basic = user.password === undefined ? undefined : `${user.password.user}:${user.password.password}`;
    const authorization =
      token === undefined
        ? basic === undefined
          ? undefined
          : `Basic ${Buffer.from(basic).toString("base64")}`
        : `Bearer ${token.trim()}`;
    // A token's file is written anew by whoever keeps it fresh.
    const isShort = user.token !== undefined && "file" in user.token;
    return {
      login: { headers: authorization === undefined ? {} : { authorization }, certificate, key },
      until: isShort ? new Date(props.now().getTime() + 2 * marginMilliseconds) : undefined,
    };
  };
  return {
    async current(signal) {
      const until = known?.until();
      if (
        known !== undefined &&
        (until === undefined || until.getTime() - marginMilliseconds > props.now().getTime())
      ) {
        return known.login;
      }
      let end: Date | undefined;
      const login = ask(signal).then((answer) => {
        end = answer.until;
        return answer.login;
      });
      const mine = { login, until: () => end };
      known = mine;
      login.catch(() => {
        if (known === mine) known = undefined;
      });
      return login;
    },
    forget() {
      known = undefined;
      return user.program !== undefined || (user.token !== undefined && "file" in user.token);
    },
  };
}

async function readKept(path: string, user: string, { readFile }: ClusterLoginProps): Promise<string> {
  return readFile(path).catch((cause: unknown) => {
    throw new HubfleetError("KUBECONFIG_UNUSABLE", {
      message: `user "${user}" of the kubeconfig names ${path}, which cannot be read`,
      cause,
      retry: "later",
    });
  });
}

const credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

interface Asking {
  readonly context: KubeconfigContext;
  readonly authority: string | undefined;
  readonly props: ClusterLoginProps;
  readonly signal: AbortSignal;
}

async function askProgram(
  program: LoginProgram,
  { context, authority, props, signal }: Asking,
): Promise<{ login: ClusterLogin; until?: Date | undefined }> {
  const cluster = {
    server: context.server,
    ...(authority === undefined ? {} : { "certificate-authority-data": Buffer.from(authority).toString("base64") }),
  };
  const asked = {
    apiVersion: program.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(program.wantsCluster ? { cluster } : {}) },
  };
  const { exitCode, stdout, stderr } = await props.run([program.command, ...program.args], {
    timeoutMilliseconds: programMilliseconds,
    environment: { ...program.env, KUBERNETES_EXEC_INFO: JSON.stringify(asked) },
    signal,
  });
  signal.throwIfAborted();
  const refuse = (what: string, hint: string): HubfleetError =>
    new HubfleetError("CLUSTER_LOGIN", {
      message: `"${program.command}", which logs in to context "${context.name}", ${what}`,
      hint,
      retry: "later",
    });
  if (exitCode === -1 && stderr.includes("ENOENT")) {
    throw refuse("is not on PATH", program.installHint ?? "install your provider's command");
  }
  if (exitCode !== 0)
    throw refuse(`failed: ${lastLine(stderr)}`, "run it by hand, and log in anew where it asks for that");
  const answer = credential.safeParse(parseJson(stdout));
  if (!answer.success) throw refuse("answered something that is no login", "run it by hand to see what it says");
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = answer.data.status;
  return {
    login: {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      certificate: clientCertificateData,
      key: clientKeyData,
    },
    until: expirationTimestamp === undefined ? undefined : new Date(expirationTimestamp),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
