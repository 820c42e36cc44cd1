import type { Hub, Login } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { hubPaths } from "../runtime/local/paths.ts";
import type { HubSecrets } from "../runtime/local/secrets.ts";

/** How people get into a hub. */
export interface HubLogin {
  readonly kind: Login["kind"];
  /** Somebody to try it with. */
  readonly user: string | undefined;
  readonly admin: string | undefined;
  /** Only for a shared password, and only to be shown on a terminal. */
  readonly password: string | undefined;
  /** What an admin logs in with, or signs up with: otherwise the first stranger could become administrator. */
  readonly adminPassword: string | undefined;
  /** The file that holds them. */
  readonly path: string;
}

export async function readLogin(
  fleetUuid: string,
  hub: Hub,
  { files, machine }: Pick<LocalWorld, "files" | "machine">,
): Promise<HubLogin> {
  const path = hubPaths(machine.stateRoot, fleetUuid, hub.name).secrets;
  const text = await files.read(path);
  const secrets = text === undefined ? undefined : (JSON.parse(text) as HubSecrets); // written by ensureSecrets
  const { kind } = hub.access.login;
  return {
    kind,
    user: hub.access.users.find((name) => !hub.access.admins.includes(name)),
    admin: hub.access.admins[0],
    password: kind === "shared-password" ? secrets?.sharedPassword : undefined,
    adminPassword: kind === "github" ? undefined : secrets?.adminPassword,
    path,
  };
}
