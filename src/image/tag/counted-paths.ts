import type { Counts } from "./history.ts";

/**
 * Whether a path is one of these or below one of these, as Git has it: "common/" takes only what is below a directory
 * of that name, "." is everything. No pattern means anything here; the schema of `paths` refuses them.
 */
export function countedPaths(paths: readonly string[]): Counts {
  const cleaned = paths.map(clean);
  return (path) =>
    cleaned.some((one) => one === "" || path === one || path.startsWith(one.endsWith("/") ? one : `${one}/`));
}

/** "./a//b/./c" is a/b/c; "a/" stays. */
function clean(path: string): string {
  const steps = path.split("/").filter((step) => step !== "" && step !== ".");
  return `${steps.join("/")}${steps.length > 0 && path.endsWith("/") ? "/" : ""}`;
}
