import type { PartCheck } from "../../bundle/gate-input.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { ImageCheckReport } from "../../image/check/image-check-report.ts";
import { pairedWorkers } from "../../image/check/paired-workers.ts";
import { type PartVerdict, partVerdicts } from "../../image/check/part-verdicts.ts";

export interface RunPartChecksProps {
  readonly fleet: Fleet;
  /** Tests an image of a fleet; `only`: these steps, undefined: all. */
  readonly checkImage: (fleet: Fleet, target: string, only: readonly string[] | undefined) => Promise<ImageCheckReport>;
  readonly signal: AbortSignal;
}

/**
 * Runs checks of images and pairs, each image once; the pairs of a notebook image are tried with it. What the checks of
 * an image find beside what was asked for is told, too, if it is one of `all`.
 */
export async function runPartChecks(
  { checks, all }: { readonly checks: readonly PartCheck[]; readonly all: readonly PartCheck[] },
  { fleet, checkImage, signal }: RunPartChecksProps,
): Promise<readonly PartVerdict[]> {
  const wanted = new Set(checks.map(({ check }) => check));
  // The first part of a pair is its notebook image.
  const targets = [...new Set(checks.flatMap(({ parts }) => parts.slice(0, 1)))];
  const found: PartVerdict[] = [];
  const tryable = new Set(all.map(({ check }) => check));
  for (const target of targets) {
    const isWhole = wanted.has(target);
    const report = await checkImage(fleet, target, isWhole ? undefined : ["pair"]);
    if (signal.aborted) throw new HubfleetError("INTERRUPTED", { message: "interrupted before a bundle was made" });
    const verdicts = partVerdicts(report, pairedWorkers(fleet, target.slice("image/".length)));
    // A pair that nobody can try keeps no bundle from being made.
    const isTried = ({ check }: PartVerdict): boolean => check === target || tryable.has(check);
    found.push(...verdicts.filter((verdict) => isTried(verdict) && (isWhole || verdict.check !== target)));
  }
  return found;
}

/** Why a bundle is not made: nothing but a pass is one. */
export function checkFailures(
  verdicts: readonly PartVerdict[],
  hintOf: (verdict: PartVerdict) => string | undefined = () => undefined,
): readonly HubfleetError[] {
  return verdicts
    .filter(({ verdict }) => verdict !== "passed")
    .map((one) => {
      const { check, target, verdict, summary } = one;
      const what = verdict === "failed" ? "did not pass" : "could not be tried";
      return new HubfleetError("BUNDLE_CHECK_FAILED", {
        message: `${check} ${what}${summary === "" ? "" : `: ${summary}`}`,
        hint: `${hintOf(one) ?? `\`hubfleet check ${target}\` shows each step`}; no bundle was made and nothing recorded`,
      });
    });
}
