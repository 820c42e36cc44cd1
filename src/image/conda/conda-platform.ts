/** A platform as conda names it, and what a solver is to take as given on it. */
export interface CondaPlatform {
  /** "linux-64" */
  readonly subdir: string;
  /** Name, version and build of the virtual packages. */
  readonly virtual: readonly (readonly [string, string, string])[];
}

/**
 * What every machine that hubs run on has: the kernel and C library of the oldest distributions that are still kept up
 * to date. Stated here rather than looked up, so that a lock does not depend on who made it. No graphics card.
 */
const common = [
  ["__unix", "0", "0"],
  ["__linux", "4.18", "0"],
  ["__glibc", "2.28", "0"],
] as const;

const platforms: Readonly<Record<string, CondaPlatform>> = {
  "linux/amd64": { subdir: "linux-64", virtual: [...common, ["__archspec", "1", "x86_64"]] },
  "linux/arm64": { subdir: "linux-aarch64", virtual: [...common, ["__archspec", "1", "aarch64"]] },
};

/** The platforms of an image.yaml in conda's words, each once, in one order. */
export function condaPlatforms(names: readonly string[]): readonly CondaPlatform[] {
  return [...new Set(names)].sort().flatMap((name) => platforms[name] ?? []);
}

/** Conda's name for what Python calls "linux-x86_64"; undefined for machines that hubs don't run on. */
export function subdirOf(pythonPlatform: string): string | undefined {
  if (pythonPlatform === "linux-x86_64") return "linux-64";
  return pythonPlatform === "linux-aarch64" ? "linux-aarch64" : undefined;
}

/** The name that an image.yaml has for a platform of conda. */
export function platformOfSubdir(subdir: string): string {
  return Object.entries(platforms).find(([, platform]) => platform.subdir === subdir)?.[0] ?? subdir;
}
