import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import type { Signer } from "../../ports/signer.ts";
import { outsideHooks } from "../outside-hooks.ts";
import type { Run } from "../run.ts";
import { plainKey } from "../../bundle/plain-key.ts";

const timeoutMilliseconds = 30_000;
const environment = { ...outsideHooks, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };

/** The settings of the `git` on PATH. */
export function createSignerSsh(run: Run): Signer {
  const setting = async (directory: string, ...words: readonly string[]): Promise<string | undefined> => {
    const { exitCode, stdout } = await run(["git", "-C", directory, "config", ...words], {
      timeoutMilliseconds,
      environment,
    });
    const value = stdout.trim();
    return exitCode === 0 && value !== "" ? value : undefined;
  };
  return {
    identity: async (directory) => {
      const [email, key] = await Promise.all([
        setting(directory, "user.email"),
        setting(directory, "--type=path", "user.signingKey"),
      ]);
      return { email, publicKey: key === undefined ? undefined : await publicKeyOf(key, directory) };
    },
  };
}

/** As Git has it: a key itself, or the path of one, of which the public half lies beside it. */
async function publicKeyOf(key: string, directory: string): Promise<string | undefined> {
  const literal = plainKey(key.replace(/^key::/, ""));
  if (literal !== undefined) return literal;
  for (const path of [key, `${key}.pub`]) {
    const text = await readFile(resolve(directory, path), "utf8").catch(() => "");
    const found = plainKey(text);
    if (found !== undefined) return found;
  }
  return undefined;
}
