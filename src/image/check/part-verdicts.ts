import { type CheckedVerdict, type ImageCheckReport, overallVerdict } from "./image-check-report.ts";

/** What an image, or a pair of images, came to as a whole. */
export interface PartVerdict {
  /** "image/lab", "pair/lab/worker" */
  readonly check: string;
  /** The image whose check found it: "image/lab". */
  readonly target: string;
  readonly verdict: ImageCheckReport["verdict"];
  /** What did not pass, with its reason; empty when all did. */
  readonly summary: string;
}

/**
 * Sorts a report by what its steps are about: the image itself (and itself as its own worker), or the pair with another
 * worker image. With several workers the steps of a pair begin with the worker's name.
 */
export function partVerdicts(
  { target, checks }: Pick<ImageCheckReport, "target" | "checks">,
  workers: readonly string[],
): readonly PartVerdict[] {
  const name = target.slice("image/".length);
  const longestFirst = workers.toSorted((one, other) => other.length - one.length);
  const workerOf = (check: string): string | undefined => {
    if (check !== "pair" && !check.startsWith("pair/")) return undefined;
    return workers.length === 1 ? workers[0] : longestFirst.find((worker) => check.startsWith(`pair/${worker}/`));
  };
  const isOwn = (worker: string | undefined): boolean => worker === undefined || worker === name;
  const own = checks.filter(({ check }) => isOwn(workerOf(check)));
  const pairs = workers.filter((worker) => !isOwn(worker));
  return [
    { target, ...summarize(target, own) },
    ...pairs.map((worker) => ({
      target,
      ...summarize(
        `pair/${name}/${worker}`,
        checks.filter(({ check }) => workerOf(check) === worker),
      ),
    })),
  ];
}

function summarize(check: string, steps: readonly CheckedVerdict[]): Omit<PartVerdict, "target"> {
  const verdict = overallVerdict(steps);
  const telling = verdict === "passed" ? [] : steps.filter(({ result }) => result === verdict);
  return { check, verdict, summary: telling.map((step) => `${step.check}: ${step.summary}`).join("; ") };
}
