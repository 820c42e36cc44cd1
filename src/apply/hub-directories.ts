import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import { completeSecrets, type HubSecrets } from "../runtime/local/secrets.ts";

export type FilesWorld = Pick<LocalWorld, "files" | "random" | "variable">;

/** Directories that the hub's processes and its users go through: passable for all, listable by their owner. */
export async function ensureHubDirectories({ paths }: DesiredHub, { files }: FilesWorld): Promise<void> {
  await files.ensureDirectory(paths.data, 0o711);
  await files.ensureDirectory(paths.homes, 0o711);
  await files.ensureDirectory(paths.shared, 0o711);
  await files.ensureDirectory(paths.run, 0o711);
  await files.ensureDirectory(paths.settings, 0o700);
}

/**
 * The hub's secrets, made where they are missing.
 * @throws HubfleetError SECRET_MISSING when the login needs one that only the operator has
 */
export async function ensureSecrets(desired: DesiredHub, world: FilesWorld): Promise<HubSecrets> {
  const { files, random, variable } = world;
  const text = await files.read(desired.paths.secrets);
  const present = text === undefined ? {} : (JSON.parse(text) as Partial<HubSecrets>); // written below
  const { login } = desired.hub.access;
  const given = login.kind === "github" ? variable(login.clientSecretVariable) : undefined;
  if (login.kind === "github" && given === undefined && present.githubClientSecret === undefined) {
    throw new HubfleetError("SECRET_MISSING", {
      message: `hub "${desired.name}" needs the secret of its GitHub app, and the variable "${login.clientSecretVariable}" is not set`,
      hint: `run the command again with ${login.clientSecretVariable}=… in its environment; it is kept for the next time`,
    });
  }
  const secrets = completeSecrets(given === undefined ? present : { ...present, githubClientSecret: given }, random);
  await files.ensureFile(desired.paths.secrets, `${JSON.stringify(secrets, undefined, 2)}\n`, 0o600);
  return secrets;
}

/** Removes settings, logos and templates that no process was started with any more. */
export async function removeOldDocuments({ paths, settings, look }: DesiredHub, { files }: FilesWorld): Promise<void> {
  const looks = [look.logo, look.templates].map((name) => `${paths.look}/${name}`);
  const wanted = new Set([...settings.map(({ path }) => path), ...looks]);
  for (const directory of [paths.settings, paths.look]) {
    for (const name of await files.list(directory)) {
      if (!wanted.has(`${directory}/${name}`)) await files.remove(`${directory}/${name}`);
    }
  }
}
