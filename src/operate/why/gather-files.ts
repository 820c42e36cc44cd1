import { createPrivateKey, X509Certificate } from "node:crypto";

import type { LocalWorld } from "../../ports/local-world.ts";
import type { hubPaths } from "../../runtime/local/paths.ts";
import type { CertificateEvidence, DatabaseEvidence, Evidence, HomeEvidence } from "./evidence.ts";

export async function gatherCertificate(
  https: { readonly key: string; readonly certificate: string } | undefined,
  { files }: Pick<LocalWorld, "files">,
): Promise<CertificateEvidence | undefined> {
  if (https === undefined) return undefined;
  const { key, certificate } = https;
  const unusable = (problem: string): CertificateEvidence => ({
    ...https,
    problem,
    validFrom: undefined,
    validTo: undefined,
  });
  const texts = await Promise.all(
    [certificate, key].map(async (path) => files.read(path).catch((error: unknown) => new Error(String(error)))),
  );
  for (const [index, text] of texts.entries()) {
    const path = index === 0 ? certificate : key;
    if (text === undefined) return unusable(`there is no file ${path}`);
    if (text instanceof Error) return unusable(`${path} cannot be read: ${text.message}`);
  }
  const [certificateText = "", keyText = ""] = texts.map(String);
  try {
    const parsed = new X509Certificate(certificateText);
    const fits = parsed.checkPrivateKey(createPrivateKey(keyText));
    const problem = fits ? "" : `the key ${key} does not belong to the certificate ${certificate}`;
    return { ...https, problem, validFrom: new Date(parsed.validFrom), validTo: new Date(parsed.validTo) };
  } catch (error) {
    return unusable(
      `${certificate} and ${key} are no certificate with its key: ${error instanceof Error ? error.message : ""}`,
    );
  }
}

/** Prints the schema of each database named, one a line; nothing for a file that is none. */
const readVersions = `
import sqlite3, sys
for path in sys.argv[1:]:
    try:
        print(sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("select version_num from alembic_version").fetchone()[0])
    except Exception:
        print("")
`;

/** Versions of the copies are read only with an environment, which is given when the hub does not run. */
export async function gatherDatabase(
  data: string,
  environment: string | undefined,
  { files, inspection, programs }: Pick<LocalWorld, "files" | "inspection" | "programs">,
): Promise<DatabaseEvidence> {
  const path = `${data}/jupyterhub.sqlite`;
  const copies = (await files.list(data))
    .filter((name) => /^jupyterhub\.sqlite\.\d{4}-/.test(name))
    .reverse()
    .map((name) => `${data}/${name}`);
  const versions =
    environment === undefined || copies.length === 0
      ? []
      : await programs
          .run(
            {
              argv: [`${environment}/bin/python`, "-I", "-c", readVersions, ...copies],
              environment: {},
              directory: "/",
            },
            10_000,
          )
          .then(({ exitCode, output }) => (exitCode === 0 ? output.split("\n") : []));
  return {
    path,
    exists: await files.exists(path),
    lockHolders: await inspection.lockHolders(path),
    backups: copies.map((copy, index) => ({ path: copy, version: versions[index] ?? "" })),
  };
}

export async function gatherSecretsProblem(path: string, { files }: Pick<LocalWorld, "files">): Promise<string> {
  try {
    const text = await files.read(path);
    if (text === undefined) return `${path} is gone`;
    JSON.parse(text);
    return "";
  } catch (error) {
    return error instanceof SyntaxError
      ? `${path} is damaged: it is no JSON`
      : `${path} cannot be read: ${String(error)}`;
  }
}

export async function gatherHomes(
  { data, homes }: ReturnType<typeof hubPaths>,
  { files, inspection, machine }: Pick<LocalWorld, "files" | "inspection" | "machine">,
): Promise<readonly HomeEvidence[]> {
  const registry = machine.isRoot ? parseUsers(await files.read(`${data}/uids.json`)) : {};
  const names = await files.list(homes);
  return Promise.all(
    names.map(async (name) => {
      const user = unescaped(name);
      return {
        user,
        path: `${homes}/${name}`,
        wantedUid: registry[user],
        facts: await inspection.facts(`${homes}/${name}`),
      };
    }),
  );
}

const mostServers = 100;

/** Of users' servers, running or not, as they were last started. */
export async function gatherServerLogs(
  directory: string,
  { files }: Pick<LocalWorld, "files">,
): Promise<Evidence["serverLogs"]> {
  const names = (await files.list(directory)).filter((name) => name.endsWith(".log")).slice(0, mostServers);
  return Promise.all(
    names.map(async (name) => ({
      server: unescaped(name.slice(0, -".log".length)),
      lines: await files.tail(`${directory}/${name}`, 40),
    })),
  );
}

function parseUsers(text: string | undefined): Readonly<Record<string, number>> {
  try {
    return (JSON.parse(text ?? "{}") as { users?: Record<string, number> }).users ?? {}; // written by uids.py
  } catch {
    return {};
  }
}

/** names.py percent-encodes; a name that it had to shorten stays as it is. */
function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
