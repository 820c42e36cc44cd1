import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RunResult } from "../run.ts";

/** What uv said, as an error of ours. */
export function uvFailure(
  code: "LOCK_FAILED" | "ENVIRONMENT_FAILED",
  message: string,
  result: Pick<RunResult, "exitCode" | "stderr">,
): HubfleetError {
  if (result.exitCode === -1 && result.stderr.includes("ENOENT")) {
    return new HubfleetError("TOOL_MISSING", {
      message: `"uv" is not on PATH; hubs on this machine are built with it`,
      hint: "install it (`pipx install uv`, or your package manager), then run the command again",
    });
  }
  return new HubfleetError(code, {
    hint: isNetworkTrouble(result.stderr) ? networkHints[code] : hints[code],
    message: `${message}\n${indent(result.stderr)}`,
    retry: "later",
  });
}

/** A tool's last lines, two columns in. */
export function indent(text: string): string {
  return text
    .trim()
    .split("\n")
    .slice(-20)
    .map((line) => `  ${line}`)
    .join("\n");
}

const hints = {
  LOCK_FAILED: "mend requirements.txt as the lines above say, then run the command again; what runs was not touched",
  ENVIRONMENT_FAILED: "mend what the lines above name, then run the command again; what runs was not touched",
} as const;

const networkHints = {
  LOCK_FAILED:
    "the package index could not be reached; run the command again when it can. An image whose lock fits its requirements needs no index to be decided",
  ENVIRONMENT_FAILED:
    "the package index could not be reached, and not all packages of the lock are in the cache of this machine; run the command again when it can be reached",
} as const;

function isNetworkTrouble(words: string): boolean {
  return /dns error|error sending request|failed to lookup address|connection refused|network is unreachable|timed out|client error \(connect\)/i.test(
    words,
  );
}
