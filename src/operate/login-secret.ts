import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Hub } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { HubSecrets } from "../runtime/local/secrets.ts";

export type LoginSecretWorld = Pick<LocalWorld, "files" | "variable">;

/**
 * The secret of a hub's GitHub app: as the operator's shell has it now, or else as it was kept. An empty variable counts
 * as one that is not set: that is what automation makes of a secret it may not see. Undefined for other logins too.
 */
export async function readLoginSecret(
  hub: Hub,
  secretsPath: string,
  { files, variable }: LoginSecretWorld,
): Promise<string | undefined> {
  const { login } = hub.access;
  if (login.kind !== "github") return undefined;
  const given = variable(login.clientSecretVariable);
  if (given !== undefined && given !== "") return given;
  const text = await files.read(secretsPath);
  return text === undefined ? undefined : (JSON.parse(text) as Partial<HubSecrets>).githubClientSecret; // ensureSecrets wrote it
}

/**
 * The same, for a hub that cannot do without.
 * @throws HubfleetError SECRET_MISSING
 */
export async function requireLoginSecret(
  hub: Hub,
  secretsPath: string,
  world: LoginSecretWorld,
): Promise<string | undefined> {
  const secret = await readLoginSecret(hub, secretsPath, world);
  const { login } = hub.access;
  if (login.kind !== "github" || secret !== undefined) return secret;
  throw new HubfleetError("SECRET_MISSING", {
    message: `hub "${hub.name}" needs the secret of its GitHub app, and the variable "${login.clientSecretVariable}" is not set`,
    hint: `run the command again with ${login.clientSecretVariable}=… in its environment; it is kept for the next time`,
  });
}
