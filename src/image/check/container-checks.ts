import type { ImageRole } from "../../fleet/fleet.ts";
import { type BuiltInCheck, checkLimitSeconds, inapplicable } from "./built-in-checks.ts";

/**
 * What is looked at inside of a built container, in the order in which it is told. Beside what its environment is
 * checked for, a container has a user and a start command of its own, and what its Dockerfile adds.
 */
export const containerChecks = ["user", "command", "dependencies", "imports", "kernel", "server"] as const;

export type ContainerCheck = (typeof containerChecks)[number];

export const containerCheckTitles: Readonly<Record<ContainerCheck, string>> = {
  user: "look at whom it runs as",
  command: "start what the hub starts",
  dependencies: "look for conflicts between packages",
  imports: "import what it declares",
  kernel: "run code in a kernel",
  server: "start a user's server",
};

/** Seconds that a check may take. */
export function containerLimitSeconds(check: ContainerCheck): number {
  return check === "user" || check === "command" ? 60 : checkLimitSeconds[check];
}

/** Why a check does not apply to containers of a role; undefined where it does. */
export function inapplicableInContainer(check: ContainerCheck, role: ImageRole): string | undefined {
  return check === "user" || check === "command" ? undefined : inapplicable(check satisfies BuiltInCheck, role);
}

/** What a hub, or Dask Gateway for a worker, starts in a container of the role; each only says its version. */
export const startCommands: Readonly<Record<ImageRole, readonly [string, ...string[]]>> = {
  hub: ["jupyterhub", "--version"],
  notebook: ["jupyterhub-singleuser", "--version"],
  worker: ["dask", "worker", "--version"],
};
