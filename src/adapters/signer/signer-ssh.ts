import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { Signer, SignOptions, SignResult } from "../../ports/signer.ts";
import { outsideHooks } from "../outside-hooks.ts";
import type { Run } from "../run.ts";
import { plainKey } from "./plain-key.ts";

const environment = { ...outsideHooks, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
/** Somebody looks for a token, or types a passphrase. */
const signingMilliseconds = 180_000;
const askingMilliseconds = 30_000;

/** `ssh-keygen -Y sign`, with the key of Git's settings or of the agent. */
export function createSignerSsh(run: Run): Signer {
  const ask = async (argv: readonly [string, ...string[]]): Promise<string | undefined> => {
    const { exitCode, stdout } = await run(argv, { timeoutMilliseconds: askingMilliseconds, environment });
    return exitCode === 0 && stdout.trim() !== "" ? stdout.trim() : undefined;
  };
  const setting = async (directory: string, ...words: readonly string[]): Promise<string | undefined> =>
    ask(["git", "-C", directory, "config", ...words]);

  const keyOfGit = async (directory: string): Promise<GitKey | undefined> => {
    const key = await setting(directory, "--type=path", "user.signingKey");
    return key === undefined ? undefined : readGitKey(key, directory);
  };

  return {
    identity: async (directory) => {
      const [email, key, format, signs] = await Promise.all([
        setting(directory, "user.email"),
        keyOfGit(directory),
        setting(directory, "gpg.format"),
        setting(directory, "--type=bool", "commit.gpgSign"),
      ]);
      return { email, publicKey: key?.publicKey, signsCommits: format === "ssh" && signs === "true" };
    },
    sign: async (text, options) => {
      const { directory, keys } = options;
      const own = await keyOfGit(directory);
      if (own !== undefined && keys.includes(own.publicKey)) return signWith(own, text, { ...options, run });
      const agent = ((await ask(["ssh-add", "-L"])) ?? "").split("\n").flatMap((line) => plainKey(line) ?? []);
      const found = agent.find((key) => keys.includes(key));
      if (found !== undefined) return signWith({ publicKey: found, file: undefined }, text, { ...options, run });
      const why =
        own === undefined
          ? "Git has no SSH key to sign with (`user.signingKey`), and the agent has none of yours"
          : "the key that Git signs with (`user.signingKey`) is not the one in fleet.yaml, and the agent has none of yours";
      return { kind: "not-signed", why };
    },
  };
}

interface GitKey {
  readonly publicKey: string;
  /** Where it lies; undefined: only the agent has it. */
  readonly file: string | undefined;
}

/** As Git has it: a key itself, or the path of one, of which the public half lies beside it. */
async function readGitKey(key: string, directory: string): Promise<GitKey | undefined> {
  const literal = plainKey(key.replace(/^key::/, ""));
  if (literal !== undefined) return { publicKey: literal, file: undefined };
  const path = resolve(directory, key.replace(/\.pub$/, ""));
  for (const half of [resolve(directory, key), `${path}.pub`]) {
    const publicKey = plainKey(await readFile(half, "utf8").catch(() => ""));
    if (publicKey === undefined) continue;
    const isHere = await access(path).then(
      () => true,
      () => false,
    );
    return { publicKey, file: isHere ? path : undefined };
  }
  return undefined;
}

async function signWith(
  { publicKey, file }: GitKey,
  text: string,
  { namespace, signal, run }: SignOptions & { readonly run: Run },
): Promise<SignResult> {
  const directory = await mkdtemp(join(tmpdir(), "hubfleet-sign-"));
  try {
    // ssh-keygen asks the agent first for a public key, and takes the private one beside it where there is one.
    const named = file ?? join(directory, "key.pub");
    if (file === undefined) await writeFile(named, `${publicKey}\n`, { mode: 0o600 });
    const { exitCode, stdout, stderr } = await run(["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", named], {
      timeoutMilliseconds: signingMilliseconds,
      environment,
      input: text,
      isExact: true,
      signal,
    });
    signal.throwIfAborted();
    if (exitCode === 0) return { kind: "signed", signature: stdout.replaceAll("\r\n", "\n"), key: publicKey };
    return { kind: "not-signed", why: whyNot(stderr) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function whyNot(stderr: string): string {
  if (stderr.includes("ENOENT")) return '"ssh-keygen" is not on PATH; it comes with OpenSSH';
  const [line = ""] = stderr.split("\n").filter((one) => one.trim() !== "" && !one.startsWith("Signing "));
  return `ssh-keygen could not: ${line.trim() === "" ? "it gave no reason" : line.trim()}`;
}
