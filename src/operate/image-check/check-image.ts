import { ensureEnvironment } from "../../apply/ensure-images.ts";
import { noteUse } from "../housekeeping/use-notes.ts";
import type { Steps } from "../../apply/steps.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import { type CheckedVerdict, type ImageCheckReport, overallVerdict } from "../../image/check/image-check-report.ts";
import { judgeStartUp } from "../../image/check/judge-start-up.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { resolveImage, type ResolvedImage } from "../resolve-images.ts";
import { checkPairs } from "./check-pairs.ts";
import { withCheckRoom } from "./check-room.ts";
import { runImageJobs } from "./image-jobs.ts";
import type { BuiltImage } from "./pair/pair-images.ts";
import { type CheckPlan, planChecks, type PlanChecksProps, type PlannedCheck } from "./plan-checks.ts";
import type { HarnessVerdict } from "./run-harness.ts";
import { toldSteps } from "./told-steps.ts";
import {
  keepVerdict,
  type KeptVerdict,
  readImageRecord,
  readVerdict,
  recordRun,
  verdictDirectory,
} from "./verdict-store.ts";

export interface CheckImageProps {
  readonly fleet: Fleet;
  readonly image: Image;
  /** Absolute path of the working tree. */
  readonly directory: string;
  /** Names of checks; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** Look at everything anew. */
  readonly again: boolean;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Tests an image as it is locked: its environment is built where it is missing, and each check runs in it under an
 * account of its own, unless the same check of the same contents has passed before. The lock is never written: what is
 * checked is what would be committed. Never throws for what is wrong with the image.
 * @throws HubfleetError UNKNOWN_STEP, LOCK_MISSING, LOCK_STALE, IMAGE_NOT_LOCAL, PYTHON_MISSING, ENVIRONMENT_FAILED
 */
export async function checkImage(props: CheckImageProps): Promise<ImageCheckReport> {
  const { image, directory, again, world, report, signal } = props;
  const started = world.clock.now();
  const resolved = requireLock(await resolveImage(image, directory, world));
  const plan = await planChecks({ ...props, resolved });
  const kept = new Map<string, KeptVerdict>();
  const before = new Set<string>();
  await Promise.all(
    plan.checks.map(async ({ name, key, skipped }) => {
      const verdict = again || skipped !== undefined ? undefined : await readVerdict(key, world);
      if (verdict === undefined) return;
      kept.set(name, verdict);
      before.add(name);
    }),
  );
  const missing = plan.checks.filter(({ name, skipped }) => skipped === undefined && !kept.has(name));
  if (missing.length > 0) {
    await buildEnvironments(missing, plan, { ...props, resolved, steps: toldSteps({ clock: world.clock, report }) });
    for (const [name, verdict] of await runMissing(missing, plan, { ...props, resolved })) kept.set(name, verdict);
  }
  const build = (one: Image): Promise<BuiltImage> => buildImage(one, props);
  const pairs = await checkPairs({ ...props, build });
  const checks = [...plan.checks.map((check) => inReport(check, kept.get(check.name), { before, world })), ...pairs];
  const verdict = signal.aborted ? "interrupted" : overallVerdict(checks);
  if (verdict !== "interrupted") await record(plan, { kept, before }, props);
  return {
    version: 1,
    target: `image/${image.name}`,
    verdict,
    environment: resolved.draft.environment,
    lock: resolved.draft.lockDigest,
    started: started.toISOString(),
    milliseconds: world.clock.now().getTime() - started.getTime(),
    checks,
  };
}

type Resolved = PlanChecksProps["resolved"];
type RunProps = CheckImageProps & { readonly resolved: Resolved };

function requireLock(resolved: ResolvedImage): Resolved {
  const { image, lock, lockState, draft } = resolved;
  if (lock !== undefined && draft !== undefined && lockState === "fresh") return { ...resolved, lock, draft };
  const isMissing = lock === undefined;
  throw new HubfleetError(isMissing ? "LOCK_MISSING" : "LOCK_STALE", {
    message: isMissing
      ? `image "${image.name}" is not locked, so there is nothing exact to check`
      : `${image.lock} was made from something else than what is written now, so a check of it would prove nothing`,
    hint: `run \`hubfleet image lock ${image.name}\`, then check again`,
    at: { path: image.requirements, line: 1, column: 1 },
  });
}

async function buildEnvironments(
  missing: readonly PlannedCheck[],
  { pytest }: CheckPlan,
  { resolved, directory, world, signal, steps }: RunProps & { readonly steps: Steps },
): Promise<void> {
  await ensureEnvironment(resolved, directory, { world, steps, signal });
  if (pytest === undefined || !missing.some(({ test }) => test?.kind === "pytest")) return;
  const { lock, draft } = pytest;
  await noteUse(draft.environment, world);
  if (await world.environments.isComplete(draft.environment)) return;
  await steps.run(`image/${resolved.image.name}`, "bring pytest, which the image lacks", () =>
    world.environments.ensure({ directory: draft.environment, lock, python: resolved.python }, signal),
  );
}

/** Another image of the fleet, with its environment in place. */
async function buildImage(image: Image, { directory, world, report, signal }: CheckImageProps): Promise<BuiltImage> {
  const resolved = requireLock(await resolveImage(image, directory, world));
  await ensureEnvironment(resolved, directory, { world, steps: toldSteps({ clock: world.clock, report }), signal });
  const { lock, draft, python } = resolved;
  return {
    name: image.name,
    python: python.version,
    lock,
    environment: draft.environment,
    directory: `${directory}/${image.directory}`,
  };
}

/** Verdicts of what was run, by name; none for what an interruption ended. */
async function runMissing(
  missing: readonly PlannedCheck[],
  plan: CheckPlan,
  props: RunProps,
): Promise<ReadonlyMap<string, KeptVerdict>> {
  const { image, directory, resolved, world } = props;
  const found = new Map<string, KeptVerdict>();
  const postponed: [PlannedCheck, HarnessVerdict][] = [];
  const take = async (check: PlannedCheck, verdict: HarnessVerdict): Promise<void> => {
    // Its figures are compared when those of the kernel and the server are known.
    if (check.name === "start-up" && verdict.result === "passed") postponed.push([check, verdict]);
    else found.set(check.name, await keep(check, verdict, world));
  };
  await withCheckRoom(world, async (room) => {
    const { environment } = resolved.draft;
    const source = `${directory}/${image.directory}`;
    await runImageJobs(missing, { ...props, plan, environment, source, room, take });
  });
  for (const [check, verdict] of postponed) {
    const figures = { ...verdict.figures, ...(await otherFigures(plan, found, world)) };
    const { startUp } = await readImageRecord(props.fleet.uuid, image.name, world);
    found.set(check.name, await keep(check, { ...verdict, figures, ...judgeStartUp(figures, startUp) }, world));
  }
  return found;
}

async function keep(check: PlannedCheck, verdict: HarnessVerdict, world: LocalWorld): Promise<KeptVerdict> {
  const { figures, kept, result, summary, milliseconds, output } = verdict;
  const from = kept === "" ? undefined : kept;
  const told = { check: check.name, result, summary, milliseconds, output };
  return keepVerdict(check.key, told, { at: world.clock.now(), figures, from, world });
}

/** How long kernel and server took, now or when they were last looked at. */
async function otherFigures(
  { checks }: CheckPlan,
  found: ReadonlyMap<string, KeptVerdict>,
  world: LocalWorld,
): Promise<Readonly<Record<string, number>>> {
  const figures: Record<string, number> = {};
  for (const { name, key } of checks) {
    if (name !== "kernel" && name !== "server") continue;
    Object.assign(figures, (found.get(name) ?? (await readVerdict(key, world)))?.figures);
  }
  return figures;
}

async function record(
  { checks }: CheckPlan,
  { kept, before }: { readonly kept: ReadonlyMap<string, KeptVerdict>; readonly before: ReadonlySet<string> },
  { fleet, image, world }: CheckImageProps,
): Promise<void> {
  const startUp = before.has("start-up") ? undefined : kept.get("start-up");
  const keys = checks.filter(({ name }) => kept.has(name)).map(({ key }) => key);
  const measured = startUp === undefined || startUp.result === "failed" ? undefined : startUp;
  await recordRun(
    { fleetUuid: fleet.uuid, image: image.name, keys },
    measured === undefined ? undefined : { at: measured.at, figures: measured.figures },
    world,
  );
}

function inReport(
  { name, key, skipped }: PlannedCheck,
  verdict: KeptVerdict | undefined,
  { before, world }: { readonly before: ReadonlySet<string>; readonly world: LocalWorld },
): CheckedVerdict {
  const none = { check: name, milliseconds: 0, from: null, files: [] };
  if (skipped !== undefined) return { ...none, result: "skipped", summary: skipped };
  if (verdict === undefined) return { ...none, result: "interrupted", summary: "it did not come to an end" };
  const { result, summary, milliseconds, at, files } = verdict;
  const directory = verdictDirectory(key, world);
  return {
    check: name,
    result,
    summary,
    milliseconds,
    from: before.has(name) ? at : null,
    files: files.map((file) => `${directory}/${file}`),
  };
}
