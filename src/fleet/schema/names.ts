import { z } from "zod";

/** A DNS-1123 label: what Kubernetes takes as a name, and what fits into an address. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const reservedNames: ReadonlySet<string> = new Set(["default", "all", "none"]);

/** A name that refers to a file or defines something inside one. */
export const name = z.string().regex(label, "lower-case letters, digits and dashes, at most 63");

/** An image, or a variant of one: "lab", "lab/next". */
export const imageName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/,
    "an image's name, or IMAGE/VARIANT",
  );

/** Why a file's name cannot be used, or undefined. */
export function nameProblem(written: string): "NAME_INVALID" | "NAME_RESERVED" | undefined {
  if (!label.test(written)) return "NAME_INVALID";
  return reservedNames.has(written) || written.startsWith("kube-") ? "NAME_RESERVED" : undefined;
}

/** What the name could be instead, for a hint. */
export function nameSuggestion(written: string): string | undefined {
  const suggestion = written
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63)
    .replaceAll(/-+$/g, "");
  return nameProblem(suggestion) === undefined ? suggestion : undefined;
}

/** A JupyterHub user name. Those of hubfleet's own temporary users let nobody else in. */
export const userName = z
  .string()
  .regex(/^[^\s/\p{C}]{1,255}$/u, "a user name without spaces and slashes")
  .regex(
    /^(?!\.+$)(?!.*(?:\\|%[0-9A-Fa-f]{2}))/,
    "a name that leads nowhere else in paths and addresses: not dots alone, no backslash, no %2e and such",
  )
  .regex(/^(?![Hh]ubfleet-check-)/, 'a name that does not begin with "hubfleet-check-", which is hubfleet\'s own');

const segment = "(?!\\.+(?::|$))[^\\s/\\\\?#%:]+";

/** An organisation on GitHub: part of the address at which its members are asked for. */
export const organizationName = z
  .string()
  .regex(new RegExp(`^${segment}$`), "an organisation's name as in its address");

/** "organisation:team" */
export const teamName = z.string().regex(new RegExp(`^${segment}:${segment}$`), "organization:team");

/** A path inside the fleet's directory. */
export const fleetPath = z
  .string()
  .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\\p{C}]+$/u, "a path inside the fleet, from its directory on");

/** The same, for Git: what would be a pattern there is refused. */
export const countedPath = fleetPath.regex(/^[^:*?[][^*?[]*$/, "a path, not a pattern of paths");

/** Name of an environment variable. */
export const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and underscores");
