import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import type { SecretFiles, SecretReference, SecretsFileFacts } from "../../ports/secret-files.ts";
import type { Run } from "../run.ts";
import { isMissing } from "../is-missing.ts";
import { changed, fileMissing, locked, secretsPath, valueAt } from "./value-at.ts";

/** Keys may lie with a cloud, or on a token that somebody touches. */
const decryptMilliseconds = 120_000;
/** SOPS's own exit statuses (cmd/sops/codes). */
const codes = { macMismatch: 51, noDataKey: 128, badInput: [1, 2, 3, 7, 25, 39] };
const ending = ".enc.yaml";

/** Files below `directory`/secrets, decrypted by the `sops` on PATH: its output is a pipe, and its arguments name the file only. */
export function createSecretFilesSops(run: Run, directory: string): SecretFiles {
  // Of each file as it was: a key on a token is touched once.
  const decrypted = new Map<string, Promise<unknown>>();
  const decrypt = async (reference: SecretReference): Promise<unknown> => {
    const path = secretsPath(reference.secret);
    const { exitCode, stdout, stderr } = await run(["sops", "--decrypt", "--output-type", "json", path], {
      directory,
      timeoutMilliseconds: decryptMilliseconds,
      environment: { SOPS_DISABLE_VERSION_CHECK: "1" },
      isExact: true,
      isGroup: true,
    });
    if (exitCode === 0) return JSON.parse(stdout) as unknown;
    if (exitCode === -1 && stderr.includes("ENOENT")) {
      throw locked(reference, '"sops" is not on PATH', "install SOPS (getsops.io) 3.9 or newer");
    }
    if (exitCode === codes.macMismatch) throw changed(reference, "its checksum (MAC) does not fit its values");
    if (exitCode === codes.noDataKey) {
      const hint =
        "ask one of its recipients (`hubfleet doctor` names them) to add your key: `sops updatekeys`; or say where yours is: SOPS_AGE_KEY_FILE";
      throw locked(reference, "none of its recipients' keys is here", hint);
    }
    if (codes.badInput.includes(exitCode)) throw changed(reference, `SOPS refuses it (${exitCode})`);
    const why = exitCode === -1 ? "SOPS gave no answer in time" : `SOPS ended with exit status ${exitCode}`;
    throw locked(reference, why, `\`sops --decrypt ${path}\` says more`);
  };
  return {
    read: async (reference) => {
      const text = await readFile(join(directory, secretsPath(reference.secret)), "utf8").catch(absent);
      if (text === undefined) throw fileMissing(reference);
      const known = `${reference.secret}\n${text}`;
      const values = decrypted.get(known) ?? decrypt(reference);
      decrypted.set(known, values);
      values.catch(() => decrypted.delete(known));
      return valueAt(await values, reference);
    },
    describe: async () => {
      const entries = (await readdir(join(directory, "secrets")).catch(absent)) ?? [];
      const names = entries.filter((entry) => entry.endsWith(ending)).toSorted();
      const facts = await Promise.all(
        names.map(async (entry) =>
          factsOf(entry.slice(0, -ending.length), await readFile(join(directory, "secrets", entry), "utf8")),
        ),
      );
      return facts.filter((one) => one !== undefined);
    },
  };
}

/** What SOPS writes beside the values; undefined where it is not there. */
export function factsOf(name: string, text: string): SecretsFileFacts | undefined {
  const sops = sopsOf(text);
  if (sops === undefined) return undefined;
  const modified = Date.parse(String(sops["lastmodified"]));
  const groups = [sops, ...listOf(sops["key_groups"])];
  const recipients = groups.flatMap((group) =>
    (["age", "pgp", "kms", "gcp_kms", "azure_kv", "hc_vault"] as const).flatMap((kind) =>
      listOf(group[kind]).map((one) => recipientWords(kind, one)),
    ),
  );
  return {
    name,
    lastModified: Number.isNaN(modified) ? undefined : new Date(modified),
    recipients: [...new Set(recipients)],
  };
}

type Entry = Readonly<Record<string, unknown>>;

function sopsOf(text: string): Entry | undefined {
  try {
    const { sops } = Object(parse(text, { maxAliasCount: 0 })) as { readonly sops?: unknown }; // any shape may be written
    return typeof sops === "object" && sops !== null ? (sops as Entry) : undefined;
  } catch {
    return undefined; // `validate` says so
  }
}

function listOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter((one): one is Entry => typeof one === "object" && one !== null) : [];
}

function recipientWords(kind: string, entry: Entry): string {
  const word = (key: string): string | undefined => (typeof entry[key] === "string" ? entry[key] : undefined);
  if (kind === "azure_kv") return ["vault_url", "name", "version"].map((key) => word(key) ?? "").join("/");
  if (kind === "hc_vault") return `${word("vault_address") ?? ""}/${word("key_name") ?? ""}`;
  return word("recipient") ?? word("fp") ?? word("arn") ?? word("resource_id") ?? "unknown";
}

function absent(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
