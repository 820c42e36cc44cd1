import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";

export interface UsersLosingServers {
  /** Nothing that is written lets them in any more. */
  readonly leaving: readonly string[];
  /** Administrators no more, and a running process keeps the group that opens the administrators' directories. */
  readonly demoted: readonly string[];
}

/**
 * Users of whom something runs that the hub ends when it reads the live settings: the same rules as in the hub's own
 * access list, organisations and teams by what let each person in at the last login.
 */
export function usersLosingServers(desired: DesiredHub, observed: ObservedHub): UsersLosingServers {
  const { access, storage } = desired.hub;
  const lower = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => name.toLowerCase()));
  const [users, admins] = [lower(access.users), lower(access.admins)];
  const memberships = new Set([
    ...access.organizations.map((name) => `organization:${name.toLowerCase()}`),
    ...access.teams.map((name) => `team:${name.toLowerCase()}`),
  ]);
  const isAllowed = (user: string): boolean =>
    access.everyone ||
    users.has(user) ||
    admins.has(user) ||
    (observed.grants[user] ?? []).some((rule) => memberships.has(rule));

  const [withServer, withAny] = [usersOf(observed, ["server"]), usersOf(observed, ["server", "dask"])];
  const hasAdminsDirectory = desired.uids !== undefined && storage.shared.some(({ writers }) => writers === "admins");
  const wereAdmins = lower([
    ...(observed.applied?.hub.access.admins ?? []),
    ...(observed.state?.users ?? []).filter(({ admin }) => admin).map(({ name }) => name),
  ]);
  return {
    leaving: withAny.filter((user) => !isAllowed(user)),
    demoted: hasAdminsDirectory
      ? withServer.filter((user) => isAllowed(user) && wereAdmins.has(user) && !admins.has(user))
      : [],
  };
}

/** As the hub says, and as the processes' markers say, which is all there is while the hub is down. */
function usersOf({ state, userProcesses }: ObservedHub, kinds: readonly string[]): readonly string[] {
  const said = (state?.users ?? []).filter(({ servers }) => servers.length > 0).map(({ name }) => name);
  const seen = userProcesses.flatMap(({ marker }) => {
    const [, , kind = "", label = ""] = marker.split("/");
    return kinds.includes(kind) ? [nameOf(label)] : [];
  });
  return [...new Set([...said, ...seen])].filter((user) => !user.startsWith("hubfleet-check-")).sort();
}

/** A user's name from the file name that the hub made of it, which a named server's follows after two dashes. */
function nameOf(label: string): string {
  const [user = ""] = label.split("--");
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
