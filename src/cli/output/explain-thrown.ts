import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import { renderProblems } from "../../errors/render-problems.ts";
import type { OutputFormat } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { renderData } from "./data.ts";
import { problemDocument } from "./problem-document.ts";

export interface Circumstances {
  readonly version: string;
  /** The command line; words that could be values are left out of reports. */
  readonly command: readonly string[];
  readonly colors: boolean;
  readonly format: OutputFormat;
}

export interface Explanation {
  /** For people, on stderr. */
  readonly text: string;
  /** For programs, on stdout, where a format for programs was asked for: then there is one document, whatever happened. */
  readonly data: string | undefined;
  readonly exitCode: ExitCode;
}

/** Words and exit status for whatever ended a command. Configuration and usage end with 64, the world with 1. */
export function explainThrown(thrown: unknown, circumstances: Circumstances): Explanation {
  const problems = fromUnknown(thrown);
  const data = renderData({ version: 1, problems: problems.map(problemDocument) }, circumstances.format);
  const text = data === undefined ? renderProblems(problems, { colors: circumstances.colors }) : "";
  const unexpected = problems.find(({ code }) => code === "UNEXPECTED");
  const isInterrupted = problems.some(({ code }) => code === "INTERRUPTED");
  const isUsage = problems.every((problem) => problem.retry === "never" && !worldCodes.has(problem.code));
  return {
    data,
    text: unexpected === undefined ? text : `${text}${report(unexpected, circumstances)}`,
    exitCode: isInterrupted
      ? exitCodes.interrupted
      : problems.every(({ code }) => blockedCodes.has(code))
        ? exitCodes.blocked
        : isUsage
          ? exitCodes.usage
          : exitCodes.failed,
  };
}

/** A gate or a hold is in the way. */
const blockedCodes: ReadonlySet<HubfleetError["code"]> = new Set([
  "GATE_BLOCKED",
  "HELD",
  "STAGE_TAKES_BUNDLES",
  "BUNDLE_NOT_GOOD_HERE",
  "RENDERER_DIFFERS",
  "SIGN_OFF_NOT_ASKED",
  "SIGN_OFF_OWN",
  "SIGN_OFF_UNSIGNED",
]);

/** Never helped by asking again, yet no fault of what was typed or written. */
const worldCodes: ReadonlySet<HubfleetError["code"]> = new Set([
  "UNEXPECTED",
  "PYTHON_MISSING",
  "TOOL_MISSING",
  "PLATFORM_UNSUPPORTED",
  "SECRET_MISSING",
  "NO_DRAFT",
  "BUNDLE_CHANGED",
  "BUNDLE_CHECK_FAILED",
  "COMMIT_NOT_HERE",
  "NOTHING_TO_GO_BACK_TO",
  "NOTHING_TO_WITHDRAW",
]);

function report(problem: HubfleetError, { version, command }: Circumstances): string {
  const stack = problem.cause instanceof Error ? (problem.cause.stack ?? "") : "";
  const name = command.find((word) => !word.startsWith("-")) ?? "";
  return `\n${stack}\n\nThis is a defect of hubfleet ${version} (command: ${name}). Please report it with the lines above.\n`;
}
