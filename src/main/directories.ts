import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** As root below /var/lib, because root's home is closed to the accounts that users' servers run under. */
export function stateRoot(isRoot: boolean): string {
  const given = process.env["HUBFLEET_STATE"];
  if (given !== undefined && given !== "") return resolve(given);
  if (isRoot) return "/var/lib/hubfleet";
  const state = process.env["XDG_STATE_HOME"];
  return state !== undefined && state.startsWith("/")
    ? join(state, "hubfleet")
    : join(homeDirectory(), ".local/state/hubfleet");
}

/** On another disk, or shared by several state roots, where HUBFLEET_ENVIRONMENTS says so. */
export function environmentsDirectory(root: string): string {
  const given = process.env["HUBFLEET_ENVIRONMENTS"];
  return given !== undefined && given !== "" ? resolve(given) : join(root, "environments");
}

function homeDirectory(): string {
  return process.env["HOME"] ?? "/";
}

/** The version that a package's manifest names. */
export function versionOf(directory: string): string {
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { version: string }; // npm wrote it
  return manifest.version;
}
