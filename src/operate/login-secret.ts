import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Hub, Login } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { HubSecrets } from "../runtime/local/secrets.ts";

export type LoginSecretWorld = Pick<LocalWorld, "files" | "variable" | "secretFiles">;

/**
 * The secret of a hub's GitHub app, as it is given now or else as it was kept: from the fleet's encrypted file where the
 * login names one, and otherwise from the operator's shell. An empty variable counts as one that is not set: that is what
 * automation makes of a secret it may not see. Undefined for other logins too.
 * @throws HubfleetError SECRETS_FILE_MISSING, SECRET_NOT_THERE, SECRETS_CHANGED
 */
export async function readLoginSecret(
  hub: Hub,
  secretsPath: string,
  world: LoginSecretWorld,
): Promise<string | undefined> {
  const { login } = hub.access;
  if (login.kind !== "github") return undefined;
  return (await givenSecret(login, world)) ?? keptSecret(secretsPath, world);
}

/**
 * The same, for a hub that cannot do without.
 * @throws HubfleetError SECRET_MISSING, SECRETS_LOCKED, and those of `readLoginSecret`
 */
export async function requireLoginSecret(
  hub: Hub,
  secretsPath: string,
  world: LoginSecretWorld,
): Promise<string | undefined> {
  const secret = await readLoginSecret(hub, secretsPath, world);
  const { login } = hub.access;
  if (login.kind !== "github" || secret !== undefined) return secret;
  if (login.clientSecret !== undefined) return world.secretFiles.read(login.clientSecret); // throws why it is locked
  throw new HubfleetError("SECRET_MISSING", {
    message: `hub "${hub.name}" needs the secret of its GitHub app, and the variable "${login.clientSecretVariable}" is not set`,
    hint: `run the command again with ${login.clientSecretVariable}=… in its environment; it is kept for the next time`,
  });
}

/** A machine without a key, as one that restarts may be, goes on with what it kept. */
async function givenSecret(
  login: Extract<Login, { readonly kind: "github" }>,
  { secretFiles, variable }: LoginSecretWorld,
): Promise<string | undefined> {
  if (login.clientSecret === undefined) {
    const given = variable(login.clientSecretVariable);
    return given === "" ? undefined : given;
  }
  try {
    return await secretFiles.read(login.clientSecret);
  } catch (thrown) {
    if (thrown instanceof HubfleetError && thrown.code === "SECRETS_LOCKED") return undefined;
    throw thrown;
  }
}

async function keptSecret(secretsPath: string, { files }: LoginSecretWorld): Promise<string | undefined> {
  const text = await files.read(secretsPath);
  return text === undefined ? undefined : (JSON.parse(text) as Partial<HubSecrets>).githubClientSecret; // ensureSecrets wrote it
}
