import type { ImageSize } from "../../../image/diff/image-contents.ts";
import type { ImageDifference } from "../../../image/diff/image-difference.ts";

/** "on disk 812 MB → 840 MB (+28 MB)"; what is not known is said. */
export function sizeWords({ before, after }: ImageDifference): string {
  const [from, to] = [before.size, after.size];
  if (from.kind === "unknown" && to.kind === "unknown") {
    return `size not known (${[...new Set([from.because, to.because])].join("; ")})`;
  }
  if (from.kind === to.kind && from.kind !== "unknown" && to.kind !== "unknown") {
    return `${places[from.kind]} ${between(from.bytes, to.bytes)}`;
  }
  return `size ${oneSize(from)} → ${oneSize(to)}`;
}

/** What an installer fetches for the packages that changed: "34.1 MB → 36.0 MB (+1.9 MB), 2 not known". */
export function downloadWords({ before, after, environments, index }: ImageDifference): string | undefined {
  // Of containers it is the layers that are fetched, and their size is known.
  if (index.kind === "not-asked" || (before.from === "container" && after.from === "container")) return undefined;
  const changes = environments
    .filter(({ kind }) => kind === "changed" || kind === "moved")
    .flatMap(({ packages }) => packages.filter(({ step, from, to }) => step !== undefined || !from || !to));
  const known = changes.flatMap(({ index: facts, from, to }) => {
    const [was, is] = [from === undefined ? 0 : facts?.downloadBefore, to === undefined ? 0 : facts?.downloadAfter];
    return was === undefined || is === undefined ? [] : [{ was, is }];
  });
  if (known.length === 0) {
    return changes.some((change) => change.index !== undefined) ? "not known, the index gives no sizes" : undefined;
  }
  const sum = (pick: (one: { was: number; is: number }) => number): number =>
    known.reduce((total, one) => total + pick(one), 0);
  const unknown = changes.length - known.length;
  const words = between(
    sum(({ was }) => was),
    sum(({ is }) => is),
  );
  return `${words}${unknown === 0 ? "" : `, ${unknown} not known`}`;
}

const places = { environment: "on disk", layers: "layers, compressed," } as const;

function between(from: number, to: number): string {
  const sign = to >= from ? "+" : "−";
  return `${showBytes(from)} → ${showBytes(to)} (${sign}${showBytes(Math.abs(to - from))})`;
}

function oneSize(size: ImageSize): string {
  if (size.kind === "unknown") return `not known (${size.because})`;
  return `${showBytes(size.bytes)} ${size.kind === "environment" ? "on disk" : "compressed"}`;
}

function showBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
