import { sha256 } from "./digest.ts";

/**
 * The first lines of a lock say what it was made from, so that anybody can see whether it still fits without resolving
 * anything again.
 */
export function lockHeader(requirements: string, pythonMinor: string): readonly string[] {
  return [
    "# Written by hubfleet. Edit requirements.txt instead and run `hubfleet up`.",
    `# ${inputsLine(requirements, pythonMinor)}`,
  ];
}

export type LockState = "fresh" | "stale" | "absent";

/** Whether a lock was made from these inputs. Comments and blank lines of the requirements don't count. */
export function lockState(lock: string | undefined, requirements: string, pythonMinor: string): LockState {
  if (lock === undefined) return "absent";
  return lock.split("\n", 5).includes(`# ${inputsLine(requirements, pythonMinor)}`) ? "fresh" : "stale";
}

/** Names an environment by all that decides its content. */
export function environmentKey(lock: string, python: { readonly version: string; readonly platform: string }): string {
  return sha256(`${lock}\0${python.version}\0${python.platform}`).slice(0, 32);
}

function inputsLine(requirements: string, pythonMinor: string): string {
  const meaningful = requirements
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  return `inputs sha256:${sha256(meaningful.join("\n"))} python ${pythonMinor}`;
}
