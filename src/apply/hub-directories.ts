import { requireLoginSecret } from "../operate/login-secret.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import { completeSecrets, type HubSecrets } from "../runtime/local/secrets.ts";

export type FilesWorld = Pick<LocalWorld, "files" | "random" | "variable" | "secretFiles">;

/** Directories that the hub's processes and its users go through: passable for all, listable by their owner. */
export async function ensureHubDirectories({ paths }: DesiredHub, { files }: FilesWorld): Promise<void> {
  await files.ensureDirectory(paths.data, 0o711);
  await files.ensureDirectory(paths.homes, 0o711);
  await files.ensureDirectory(paths.shared, 0o711);
  await files.ensureDirectory(paths.run, 0o711);
  await files.ensureDirectory(paths.settings, 0o700);
}

/**
 * The hub's secrets, made where they are missing; the one of its login as the operator gives it now, or gave it last.
 * @throws HubfleetError SECRET_MISSING when the login needs one that only the operator has
 */
export async function ensureSecrets(desired: DesiredHub, world: FilesWorld): Promise<HubSecrets> {
  const { files, random } = world;
  const githubClientSecret = await requireLoginSecret(desired.hub, desired.paths.secrets, world);
  const text = await files.read(desired.paths.secrets);
  const present = text === undefined ? {} : (JSON.parse(text) as Partial<HubSecrets>); // written below
  const secrets = completeSecrets(
    githubClientSecret === undefined ? present : { ...present, githubClientSecret },
    random,
  );
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
