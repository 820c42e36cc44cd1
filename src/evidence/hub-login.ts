import { createHash } from "node:crypto";

/**
 * Stands for the name of somebody's login at a hub. Names of logins may be addresses, which somebody may want erased, and
 * records are kept for ever: so they have this instead, and fleet.yaml says whose it is. Hubs make names lower-case.
 */
export function loginMark(hub: string, user: string): string {
  return createHash("sha256").update(`login ${hub}/${user.toLowerCase()}`).digest("hex");
}

/** A name as it is kept where names may not be: `sha256:` and its mark, also of one that is kept so already. */
export function markedLogin(hub: string, user: string): string {
  return user.startsWith("sha256:") ? user : `sha256:${loginMark(hub, user)}`;
}
