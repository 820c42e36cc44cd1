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
  const isShared = hub.access.login.kind === "shared-password";
  return {
    kind: hub.access.login.kind,
    user: hub.access.users.find((name) => !hub.access.admins.includes(name)),
    admin: hub.access.admins[0],
    password: isShared ? secrets?.sharedPassword : undefined,
    adminPassword: isShared ? secrets?.adminPassword : undefined,
    path,
  };
}
