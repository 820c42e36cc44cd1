import type { Bundle } from "./bundle.ts";
import { imageOfPart } from "./bundle-parts.ts";
import type { Parts } from "./gate-evidence.ts";
import type { GateBundle, PartCheck } from "./gate-input.ts";

/** A bundle as its gates see it. */
export function gateBundle({ id, digest, document, parts }: Bundle): GateBundle {
  const without = Object.entries(document.images).filter(([, { container }]) => container === "none yet");
  return {
    id,
    digest,
    madeAt: Date.parse(document.madeAt),
    parts,
    patched: document.patch?.only ?? [],
    partChecks: partChecksOf(document, parts),
    withoutContainer: without.map(([name]) => `image/${name}`),
  };
}

/** Every image by itself, and every notebook with its worker. One taken from a registry as it is has no environment to check. */
function partChecksOf({ images, pairs }: Bundle["document"], parts: Parts): readonly PartCheck[] {
  const own = Object.keys(parts).filter((part) => images[imageOfPart(part) ?? ""]?.lock !== undefined);
  const single = own.map((part) => ({ check: part, parts: [part] }));
  const double = pairs
    .map(({ notebook, worker }) => ({ notebook, worker, both: [`image/${notebook}`, `image/${worker}`] }))
    .filter(({ notebook, worker, both }) => notebook !== worker && both.every((part) => own.includes(part)))
    .map(({ notebook, worker, both }) => ({ check: `pair/${notebook}/${worker}`, parts: both }));
  return [...single, ...double];
}
