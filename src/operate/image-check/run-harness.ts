import type { Verdict } from "../../image/verdict.ts";
import type { CheckRoom } from "./check-room.ts";

/** One check as the harness (assets/python/hubfleet_image) is asked for it. */
export interface HarnessCheck {
  readonly check: string;
  /** Seconds. */
  readonly limit: number;
  readonly [argument: string]: unknown;
}

export interface HarnessVerdict extends Verdict {
  readonly figures: Readonly<Record<string, number>>;
  /** A directory of the room with what is to be kept; it may hold nothing. */
  readonly kept: string;
}

export interface HarnessProps {
  readonly room: CheckRoom;
  /** Absolute path of the environment. */
  readonly environment: string;
  readonly nonce: string;
  readonly signal: AbortSignal;
}

/** Beyond the limits of the checks: for starting, and for what ends late. */
const spareSeconds = 20;

/**
 * Runs checks in an image's environment, one after another in one process. A check that the process did not come to an
 * end with has failed: by crashing the interpreter, or by taking too long.
 */
export async function runHarness(
  checks: readonly HarnessCheck[],
  { room, environment, nonce, signal }: HarnessProps,
): Promise<readonly HarnessVerdict[]> {
  const keep = `${room.directory}/kept`;
  const [first] = checks;
  if (first === undefined) return [];
  const seconds = checks.reduce((sum, { limit }) => sum + limit, spareSeconds);
  const request = JSON.stringify({ nonce, keep, checks });
  const { exitCode, output } = await room.run({
    argv: [`${environment}/bin/python`, "-B", `${room.pythonPath}/hubfleet_image`, request],
    job: first.check,
    environment,
    directory: `${room.directory}/home`,
    milliseconds: seconds * 1000,
    signal,
  });
  return readHarness(checks, { exitCode, output, nonce, seconds }).map((verdict) => ({
    ...verdict,
    kept: `${keep}/${verdict.check}`,
  }));
}

export interface HarnessEnd {
  readonly exitCode: number;
  readonly output: string;
  readonly nonce: string;
  /** How long it was given. */
  readonly seconds: number;
}

/** What a run of the harness came to, check by check. */
export function readHarness(
  checks: readonly HarnessCheck[],
  { exitCode, output, nonce, seconds }: HarnessEnd,
): readonly ToldVerdict[] {
  const told = parseVerdicts(output, nonce);
  const rest = output
    .split("\n")
    .filter((line) => !line.startsWith(nonce))
    .join("\n")
    .trim();
  return checks.map(
    ({ check }) => told.find((one) => one.check === check) ?? noVerdict(check, { exitCode, rest, seconds }),
  );
}

export type ToldVerdict = Omit<HarnessVerdict, "kept">;

function parseVerdicts(output: string, nonce: string): readonly ToldVerdict[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith(`${nonce} `))
    .map((line) => JSON.parse(line.slice(nonce.length + 1)) as ToldVerdict); // the harness wrote it: nobody else knows the nonce
}

function noVerdict(
  check: string,
  { exitCode, rest, seconds }: { readonly exitCode: number; readonly rest: string; readonly seconds: number },
): ToldVerdict {
  const last = rest.split("\n").findLast((line) => line.trim() !== "");
  const how =
    exitCode === -1 ? `was ended by a signal, or took more than ${seconds} s` : `ended with status ${exitCode}`;
  return {
    check,
    result: "failed",
    summary: `the image's Python ${how}${last === undefined ? "" : `: ${last.trim()}`}`,
    milliseconds: 0,
    output: rest,
    figures: {},
  };
}
