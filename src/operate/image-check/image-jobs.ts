import pMap from "p-map";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type BuiltInCheck, checkLimitSeconds } from "../../image/check/built-in-checks.ts";
import type { Image } from "../../fleet/fleet.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import type { CheckRoom } from "./check-room.ts";
import type { CheckPlan, PlannedCheck } from "./plan-checks.ts";
import { type HarnessCheck, type HarnessVerdict, runHarness } from "./run-harness.ts";

export interface ImageJobsProps {
  readonly image: Image;
  readonly plan: CheckPlan;
  /** Absolute path of the image's environment. */
  readonly environment: string;
  /** Of the image's directory in the working tree. */
  readonly source: string;
  readonly room: CheckRoom;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Takes each verdict while the room is still there. */
  readonly take: (check: PlannedCheck, verdict: HarnessVerdict) => Promise<void>;
}

/** Checks of one group share a process, and the kernel that it starts. */
const groups: readonly (readonly BuiltInCheck[])[] = [
  ["kernel", "completion", "plot"],
  ["imports", "start-up"],
  ["dependencies"],
  ["server"],
  ["map"],
];
/** Most of a check is waiting for one interpreter to import: two at once keep two cores at work. */
const concurrency = 2;

/** Runs checks in an image's environment, two groups at a time. Those that an interruption ends come to no verdict. */
export async function runImageJobs(checks: readonly PlannedCheck[], props: ImageJobsProps): Promise<void> {
  const { room } = props;
  if (checks.some(({ test }) => test !== undefined)) await copyTests(checks, props);
  await room.give();
  const named = (name: BuiltInCheck): readonly PlannedCheck[] => checks.filter((check) => check.name === name);
  const jobs = [
    ...groups.map((group) => group.flatMap(named)),
    ...checks.filter(({ test }) => test !== undefined).map((check) => [check]),
  ].filter((job) => job.length > 0);
  await pMap(jobs, async (job) => runJob(job, props), { concurrency });
}

async function runJob(job: readonly PlannedCheck[], props: ImageJobsProps): Promise<void> {
  const { image, world, report, signal } = props;
  if (signal.aborted) return;
  const target = `image/${image.name}`;
  const text = job.map(({ name }) => name).join(", ");
  report({ target, text, state: "started" });
  const begun = world.clock.now().getTime();
  const verdicts =
    job[0]?.name === "dependencies"
      ? [await checkDependencies(props)]
      : await runHarness(requests(job, props), nonce(props));
  const milliseconds = world.clock.now().getTime() - begun;
  const failed = verdicts.filter(({ result }) => result === "failed");
  // What was under way when somebody interrupted has not failed: it was ended.
  const counted = signal.aborted ? verdicts.filter(({ result }) => result !== "failed") : verdicts;
  for (const [index, check] of job.entries()) {
    const verdict = verdicts[index];
    if (verdict !== undefined && counted.includes(verdict)) await props.take(check, verdict);
  }
  const [first] = failed;
  if (signal.aborted) report({ target, text: `${text}: interrupted`, state: "failed" });
  else if (first === undefined) report({ target, text: `${text}${inWords(verdicts)}`, state: "done", milliseconds });
  else report({ target, text: `${text}: ${first.summary}`, state: "failed" });
}

function inWords(verdicts: readonly HarnessVerdict[]): string {
  const [only] = verdicts;
  return verdicts.length === 1 && only !== undefined && only.summary !== "" ? `: ${only.summary}` : "";
}

function nonce({ room, environment, world, signal }: ImageJobsProps): Parameters<typeof runHarness>[1] {
  return { room, environment, nonce: `hubfleet-${world.random.hex(16)}`, signal };
}

function requests(job: readonly PlannedCheck[], { image, plan, room }: ImageJobsProps): readonly HarnessCheck[] {
  return job.map(({ name, test }) => {
    if (test === undefined) {
      const check = name as BuiltInCheck; // planned by its name
      return { check, limit: checkLimitSeconds[check], packages: plan.declared, browser: plan.browser ?? null };
    }
    const overlay = plan.pytest === undefined ? null : sitePackages(plan.pytest.draft.environment, image.python);
    return { check: name, limit: image.testTimeoutSeconds, directory: testRoot(room), ...test, overlay };
  });
}

function sitePackages(environment: string, minor: string): string {
  return `${environment}/lib/python${minor}/site-packages`;
}

function testRoot(room: CheckRoom): string {
  return `${room.directory}/image`;
}

/** Tests run in a copy: what they write beside themselves is nobody's. */
async function copyTests(
  checks: readonly PlannedCheck[],
  { plan, source, room, world }: ImageJobsProps,
): Promise<void> {
  const tests = checks.flatMap(({ test }) => (test === undefined ? [] : [test.path]));
  for (const path of new Set([...tests, ...plan.support])) {
    await world.files.copy(`${source}/${path}`, `${testRoot(room)}/${path}`).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : "";
      throw new HubfleetError("CHECK_NOT_RUN", { message: `"${path}" cannot be run: ${reason}`, cause });
    });
  }
}

/** Metadata is read and nothing of the image is imported, so it is done as the operator, who alone may have uv. */
async function checkDependencies({ environment, room, world, signal }: ImageJobsProps): Promise<HarnessVerdict> {
  const begun = world.clock.now().getTime();
  const variables = ["PATH", "HOME"].flatMap((name) => {
    const value = world.variable(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const { exitCode, output } = await world.programs.run(
    {
      argv: ["uv", "pip", "check", "--no-config", "--python", `${environment}/bin/python`],
      environment: { ...Object.fromEntries(variables), UV_PYTHON_DOWNLOADS: "never", NO_COLOR: "1" },
      directory: room.directory,
    },
    checkLimitSeconds.dependencies * 1000,
    signal,
  );
  if (exitCode === -1 && output.includes("ENOENT")) {
    throw new HubfleetError("TOOL_MISSING", {
      message: `"uv" is not on PATH; dependencies are checked with it`,
      hint: "install it (`pipx install uv`, or your package manager), then run the command again",
    });
  }
  const conflicts = output.split("\n").filter((line) => line.startsWith("The package "));
  const count = /Checked (\d+) packages?/.exec(output)?.[1];
  const summary =
    exitCode === 0
      ? `${count ?? "all"} packages, no conflict`
      : (conflicts[0] ?? output.split("\n").at(-1) ?? "") +
        (conflicts.length > 1 ? ` (and ${conflicts.length - 1} more)` : "");
  const milliseconds = world.clock.now().getTime() - begun;
  const result = exitCode === 0 ? "passed" : "failed";
  return { check: "dependencies", result, summary, milliseconds, output, figures: {}, kept: "" };
}
