import type { Verdict, VerdictResult } from "../verdict.ts";
import { describeFinding, judgePair, type PairFinding } from "./judge-pair.ts";
import type { PairSide } from "./pair-side.ts";
import type { PairEnd, PairEvent } from "./read-pair-events.ts";

export interface PairRun {
  readonly notebook: PairSide;
  readonly worker: PairSide;
  readonly findings: readonly PairFinding[];
  /** Names of everything that was to be run, in order. */
  readonly workflows: readonly string[];
  readonly events: readonly PairEvent[];
  /** Why it ended early, where it did not end by itself. */
  readonly stopped: string | undefined;
  /** Said by the supervisor beside its events. */
  readonly words: string;
}

/** The verdicts of a pair that was run. */
export function pairVerdicts(run: PairRun): readonly Verdict[] {
  const ends = new Map(run.events.filter((event) => event.event === "ended").map((end) => [end.name, end]));
  const connect = ends.get("connect");
  const names = ["connect", ...run.workflows];
  const brokenAt = isWhole(run) ? undefined : names.find((name) => !ends.has(name));
  return names.map((name) => {
    const end = ends.get(name);
    if (name === brokenAt) return { ...notRun(name, "the test itself ended here", run.words), result: "failed" };
    if (end === undefined) return notRun(name, whyNot(connect, run));
    return name === "versions" && end.result === "passed" ? versionsVerdict(end, run) : verdictOf(end, run);
  });
}

/** Whether it came to its own end, so that the verdicts say all there is to say. */
function isWhole({ events, stopped }: Pick<PairRun, "events" | "stopped">): boolean {
  return stopped !== undefined || events.some(({ event }) => event === "end");
}

/** The verdicts of a pair that must not be run, told by its locks alone. */
export function refusedVerdicts(findings: readonly PairFinding[], workflows: readonly string[]): readonly Verdict[] {
  const refused = findings.filter(({ severity }) => severity === "refused");
  const reason = refused.map(describeFinding).join("; ");
  const versions = { ...notRun("versions", reason, listFindings(findings)), result: "failed" as const };
  const others = ["connect", ...workflows.filter((name) => name !== "versions")];
  return [versions, ...others.map((name) => notRun(name, "not run: the locks disagree, see pair/versions"))];
}

function verdictOf(end: PairEnd, run: PairRun): Verdict {
  const { name, result, milliseconds, output } = end;
  const summary = result === "failed" ? `${whatFailed(end, run)}${likelyCause(end, run)}` : end.summary;
  const isStart = name === "connect" && result === "passed";
  return {
    check: `pair/${name}`,
    result,
    summary: isStart ? "scheduler, worker and client found each other" : summary,
    milliseconds,
    output,
  };
}

/** Its own word, a process that was gone, or the time that was over. */
function whatFailed({ summary, lost, seconds, at }: PairEnd, { notebook, worker }: PairRun): string {
  const where = at === undefined || at === null ? "" : ` (at ${at})`;
  if (lost === undefined) return seconds === undefined ? summary : `no answer within ${seconds} s${where}`;
  const { image } = lost.process.endsWith("worker") || lost.process.startsWith("gateway") ? worker : notebook;
  const how = lost.signal === null ? `ended with status ${lost.exitCode}` : `was ended by ${lost.signal}`;
  const words = summary === "" ? "" : `; the client: ${summary}`;
  return `the ${lost.process} (image ${image}) ${how}${where}${words}`;
}

const neededBy: Readonly<Record<string, readonly string[]>> = {
  arrays: ["numpy"],
  dataframes: ["pandas", "pyarrow"],
  pickles: ["pyarrow"],
};

/** What the difference between the images has to do with it, where that is known. */
function likelyCause({ name, lost }: PairEnd, { notebook, worker }: PairRun): string {
  const [python] = judgePair({ ...notebook, versions: new Map() }, { ...worker, versions: new Map() });
  if (python?.severity === "refused") return `: ${describeFinding(python)}; ${python.because}`;
  const needed = neededBy[name]?.find((one) => notebook.versions.has(one) && !worker.versions.has(one));
  if (needed !== undefined) {
    return `: ${needed} is missing on the worker, and a graph that holds its objects cannot be unpacked there`;
  }
  return lost?.signal === "SIGKILL" ? ": most often because the machine had no memory left" : "";
}

/** What client, scheduler and workers said of themselves. */
interface ToldVersions {
  readonly client: Readonly<Record<string, string | null>>;
  readonly workers: readonly Readonly<Record<string, string | null>>[];
  /** Dask's own comparison, empty when it found nothing. */
  readonly words: string;
}

/** Lock against lock, then what the processes said: `get_versions` compares ten packages, the locks hold all. */
function versionsVerdict(end: PairEnd, { notebook, worker, findings: fromLocks }: PairRun): Verdict {
  const told = end.data as ToldVersions; // versions.py
  const known = new Set(fromLocks.map(({ name }) => name));
  const seen = told.workers.flatMap((packages) => judgePair(sideOf(notebook, told.client), sideOf(worker, packages)));
  const others = [...new Map(seen.map((finding) => [finding.name, finding])).values()];
  const findings = [...fromLocks, ...others.filter(({ name }) => !known.has(name))];
  const bad = findings.filter(({ severity }) => severity === "refused" || severity === "fails");
  const notable = bad.length > 0 ? bad : findings.filter(({ severity }) => severity === "warns");
  const result: VerdictResult = bad.length > 0 ? "failed" : notable.length > 0 ? "warned" : "passed";
  return {
    check: "pair/versions",
    result,
    summary: notable.length > 0 ? shortened(notable.map(describeFinding)) : inOneLine(findings.length),
    milliseconds: end.milliseconds,
    output: [listFindings(findings), told.words, end.output].filter((part) => part !== "").join("\n\n"),
  };
}

function sideOf({ image }: PairSide, packages: Readonly<Record<string, string | null>>): PairSide {
  const versions = new Map(
    Object.entries(packages).flatMap(([name, version]) => (version ? [[name, bare(version)]] : [])),
  );
  const python = versions.get("python") ?? "";
  versions.delete("python");
  return { image, python, versions };
}

/** Python is told as "3.11.7.final.0". */
function bare(version: string): string {
  return version.replace(/\.final\.0$/, "");
}

function inOneLine(differences: number): string {
  return differences === 0 ? "the same on both sides" : `${differences} differ, none of which matters`;
}

function shortened(words: readonly string[]): string {
  return words.length <= 3 ? words.join("; ") : `${words.slice(0, 3).join("; ")} and ${words.length - 3} more`;
}

function listFindings(findings: readonly PairFinding[]): string {
  return findings
    .map((finding) => {
      const because = finding.because === "" ? "" : ` (${finding.because})`;
      return `${finding.severity}: ${describeFinding(finding)}${because}`;
    })
    .join("\n");
}

function notRun(name: string, summary: string, output = ""): Verdict {
  return { check: `pair/${name}`, result: "skipped", summary, milliseconds: 0, output };
}

function whyNot(connect: PairEnd | undefined, run: PairRun): string {
  if (run.stopped !== undefined) return run.stopped;
  if (connect?.result === "failed") return "not run: the pair could not be started, see pair/connect";
  return isWhole(run) ? "not run: too many workflows before it ended the pair" : "not run: the test ended before";
}
