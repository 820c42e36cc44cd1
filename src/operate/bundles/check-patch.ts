import { ensureLocked } from "../../apply/ensure-images.ts";
import type { Bundle } from "../../bundle/bundle.ts";
import { imageOfPart } from "../../bundle/bundle-parts.ts";
import type { PartCheck } from "../../bundle/gate-input.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { hasCondaPackages } from "../../image/conda/conda-python.ts";
import type { CheckedVerdict } from "../../image/check/image-check-report.ts";
import { type PartVerdict, partVerdicts } from "../../image/check/part-verdicts.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { sha256 } from "../../runtime/local/digest.ts";
import { lockPath, storeLock } from "../draft-store.ts";
import { type BuiltImage, pairImages } from "../image-check/pair/pair-images.ts";
import { toldSteps } from "../image-check/told-steps.ts";
import { draftImage, requirePython } from "../resolve-images.ts";
import type { RunPartChecksProps } from "./run-part-checks.ts";

export interface CheckPatchProps extends RunPartChecksProps {
  readonly patched: Pick<Bundle, "id" | "document">;
  readonly directory: string;
  /** Text of the lock that the patched bundle has of an image. */
  readonly lockOf: (image: string) => string | undefined;
  /** Whether the working tree's own tests of pairs are to be run for an image: half-done ones are nobody's fault. */
  readonly hasTests: (image: string) => boolean;
  readonly world: LocalWorld;
  readonly report: Report;
}

/**
 * Tries what a patch replaces: each image by itself, and the pairs that it makes with what runs, whatever the working tree
 * has of the other half.
 */
export async function checkPatch(
  checks: readonly PartCheck[],
  props: CheckPatchProps,
): Promise<readonly PartVerdict[]> {
  const { fleet, patched, checkImage, signal } = props;
  // Pairs are tried here, with the locks of the bundle.
  const alone: Fleet = { ...fleet, hubs: new Map() };
  const found: PartVerdict[] = [];
  for (const { check, parts } of checks) {
    const [image = "", worker] = parts.map((part) => imageOfPart(part) ?? "");
    const target = `image/${image}`;
    if (worker !== undefined) {
      const verdicts = partVerdicts({ target, checks: await tryPair(image, worker, props) }, [worker]);
      found.push(...verdicts.filter((verdict) => verdict.check === check));
    } else {
      const report = await checkImage(alone, target, undefined);
      const isOwnWorker = patched.document.pairs.some((pair) => pair.notebook === image && pair.worker === image);
      const own = isOwnWorker && !signal.aborted ? await tryPair(image, image, props) : [];
      found.push(...partVerdicts({ target, checks: [...report.checks, ...own] }, []));
    }
    if (signal.aborted) throw new HubfleetError("INTERRUPTED", { message: "interrupted before a bundle was made" });
  }
  return found;
}

async function tryPair(notebook: string, worker: string, props: CheckPatchProps): Promise<readonly CheckedVerdict[]> {
  const { world, report, signal } = props;
  const request = { notebook: await built(notebook, props), worker: await built(worker, props) };
  const verdicts = await pairImages(request, world, { report, signal, again: false });
  return verdicts.map(({ check, result, summary, milliseconds, from }) => {
    // A pair that was ended in the middle says so of itself, and proves nothing.
    const told = signal.aborted && result === "failed" ? "interrupted" : result;
    return { check, result: told, summary, milliseconds, from: from ?? null, files: [] };
  });
}

/** An image as the patched bundle has it, with its environment in place. */
async function built(name: string, props: CheckPatchProps): Promise<BuiltImage> {
  const { patched, fleet, directory, lockOf, hasTests, world, report, signal } = props;
  const image = patched.document.images[name];
  const text = lockOf(name);
  if (image === undefined || text === undefined) throw withoutLock(name, patched.id);
  const digest = sha256(text);
  await storeLock(fleet.uuid, digest, text, world);
  const wanted = { name, python: image.python };
  const python = await requirePython(wanted, world, hasCondaPackages(text) ? "any" : "minor");
  const { environment } = draftImage(text, image.python, python, world);
  const path = lockPath(fleet.uuid, digest, world);
  const steps = toldSteps({ clock: world.clock, report });
  await ensureLocked({ image: name, environment, path, text, python }, { world, steps, signal });
  const own = fleet.images.get(name)?.directory ?? `images/${name}`;
  return {
    name,
    python: python.version,
    lock: text,
    environment,
    directory: hasTests(name) ? `${directory}/${own}` : `${path}.none`,
  };
}

function withoutLock(name: string, bundle: string): HubfleetError {
  return new HubfleetError("PATCH_NOT_POSSIBLE", {
    message: `the lock that bundle ${bundle} has of image "${name}" is not on the branch hubfleet/state, so the pair cannot be tried`,
    hint: "restore it from the history of hubfleet/state, or make a bundle of everything: `hubfleet bundle new`",
  });
}
