import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import type { CheckedVerdict } from "../../image/check/image-check-report.ts";
import { pairedWorkers } from "../../image/check/paired-workers.ts";
import type { Verdict } from "../../image/verdict.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { isLockable } from "../images/lock-problems.ts";
import { type BuiltImage, pairImages } from "./pair/pair-images.ts";

export interface CheckPairsProps {
  readonly fleet: Fleet;
  readonly image: Image;
  readonly directory: string;
  /** As on the command line; undefined: everything. */
  readonly only: readonly string[] | undefined;
  readonly again: boolean;
  /** An image of the fleet with its environment in place. */
  readonly build: (image: Image) => Promise<BuiltImage>;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Tries a notebook image with each worker image that hubs and profiles pair it with. */
export async function checkPairs(props: CheckPairsProps): Promise<readonly CheckedVerdict[]> {
  const { fleet, image, only, build, world, report, signal, again } = props;
  const wanted = only?.filter((name) => name === "pair" || name.startsWith("pair/"));
  if (image.role !== "notebook" || wanted?.length === 0 || signal.aborted) return [];
  const workers = pairedWorkers(fleet, image.name);
  if (workers.length === 0) return only === undefined ? [] : [unpaired(image)];
  const names = wanted === undefined || wanted.includes("pair") ? undefined : wanted.map((name) => name.slice(5));
  const notebook = await build(image);
  const found: CheckedVerdict[] = [];
  for (const name of workers) {
    const worker = fleet.images.get(name);
    if (worker === undefined) throw new TypeError(`no image "${name}"`); // validation knows all names
    const several = workers.length > 1 ? name : undefined;
    if (!isLockable(worker)) {
      found.push(inReport(untried(worker), several));
      continue;
    }
    const request = { notebook, worker: await build(worker), ...(names === undefined ? {} : { only: names }) };
    const verdicts = await pairImages(request, world, { report, signal, again });
    refuseUnknown(names, verdicts);
    found.push(...verdicts.map((verdict) => inReport(verdict, several)));
  }
  // A pair that was ended in the middle says so of itself, and proves nothing.
  return signal.aborted
    ? found.map((one) => (one.result === "failed" ? { ...one, result: "interrupted" } : one))
    : found;
}

function unpaired({ name }: Image): CheckedVerdict {
  const summary = `no hub or profile has ${name} as its notebook image`;
  return { check: "pair", result: "skipped", summary, milliseconds: 0, from: null, files: [] };
}

function untried({ name, from }: Image): Verdict {
  const why = from === undefined ? "has no packages to lock" : "is taken from a registry as it is";
  const summary = `${name} ${why}: this machine has no environment of it`;
  return { check: "pair/versions", result: "skipped", summary, milliseconds: 0, output: "" };
}

/** With several workers, whose it is: "pair/gpu/arrays". */
function inReport({ check, result, summary, milliseconds, from }: Verdict, worker: string | undefined): CheckedVerdict {
  const name = worker === undefined ? check : check.replace(/^pair\//, `pair/${worker}/`);
  return { check: name, result, summary, milliseconds, from: from ?? null, files: [] };
}

function refuseUnknown(names: readonly string[] | undefined, verdicts: readonly Verdict[]): void {
  const known = verdicts.map(({ check }) => check);
  const unknown = names?.find((name) => !known.includes(`pair/${name}`));
  if (unknown === undefined || verdicts.every(({ result }) => result === "skipped")) return;
  throw new HubfleetError("UNKNOWN_STEP", {
    message: `the check of this pair has no step "pair/${unknown}"`,
    hint: "`--only pair` shows all that there are",
  });
}
