import type { ImageRole } from "../../fleet/fleet.ts";

/** The checks that every image has, in the order in which they are told. */
export const builtInChecks = [
  "imports",
  "dependencies",
  "kernel",
  "completion",
  "plot",
  "map",
  "server",
  "start-up",
] as const;

export type BuiltInCheck = (typeof builtInChecks)[number];

export const checkTitles: Readonly<Record<BuiltInCheck, string>> = {
  imports: "import what it declares",
  dependencies: "look for conflicts between packages",
  kernel: "run code in a kernel",
  completion: "press TAB in a kernel, in IPython and in a shell",
  plot: "draw, and look at the picture",
  map: "show an interactive map",
  server: "start a user's server",
  "start-up": "compare start-up times",
};

/** Seconds that a check may take; far more than it does, for machines that are busy. */
export const checkLimitSeconds: Readonly<Record<BuiltInCheck, number>> = {
  imports: 120,
  dependencies: 60,
  kernel: 90,
  completion: 90,
  plot: 120,
  map: 150,
  server: 120,
  "start-up": 120,
};

/** Why a check does not apply to images of a role; undefined where it does. */
export function inapplicable(check: BuiltInCheck, role: ImageRole): string | undefined {
  const wanted = rolesOf[check];
  return wanted.includes(role) ? undefined : `only for images of role ${wanted.join(" or ")}`;
}

const everyRole = ["hub", "notebook", "worker"] as const;

const rolesOf: Readonly<Record<BuiltInCheck, readonly ImageRole[]>> = {
  imports: everyRole,
  dependencies: everyRole,
  kernel: ["notebook"],
  completion: ["notebook"],
  plot: ["notebook", "worker"],
  map: ["notebook"],
  server: ["notebook"],
  "start-up": everyRole,
};
