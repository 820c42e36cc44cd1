import type { Image, Pin } from "./fleet.ts";
import { imageInputs, parseRuntime } from "./image-inputs.ts";
import type { RepositorySnapshot } from "./repository-snapshot.ts";
import type { WrittenImage } from "./schema/image-file.ts";
import { parseDuration } from "./schema/quantities.ts";
import type { WrittenFile } from "./written-fleet.ts";

export const usualPython = "3.11";

/** An image and its variants, by name. */
export function normalizeImage(
  { name, value }: WrittenFile<WrittenImage>,
  snapshot: Pick<RepositorySnapshot, "entries">,
): readonly (readonly [string, Image])[] {
  const directory = `images/${name}`;
  const { role = "notebook", description = "", from, base, variants = {} } = value;
  const image: Image = {
    name,
    directory,
    role,
    python: value.python ?? runtimeOf(name, snapshot) ?? usualPython,
    requirements: `${directory}/requirements.txt`,
    lock: `${directory}/lock.txt`,
    description,
    inputs: imageInputs(name, snapshot),
    ...(from === undefined ? {} : { from }),
    ...(base === undefined ? {} : { base }),
    variants: Object.keys(variants).map((variant) => `${name}/${variant}`),
    tests: (value.tests ?? []).map((path) => `${directory}/${path}`),
    testTimeoutSeconds: parseDuration(value.testTimeout ?? "5m"),
    platforms: value.platforms ?? ["linux/amd64"],
    paths: value.paths ?? [],
    pins: normalizePins(value.pins),
  };
  const ofVariants = Object.entries(variants).map(([variant, { requirements, description: text = "", pins }]) => ({
    ...image,
    name: `${name}/${variant}`,
    variantOf: name,
    requirements: `${directory}/${requirements}`,
    lock: `${directory}/lock.${variant}.txt`,
    description: text,
    variants: [],
    pins: normalizePins(pins),
  }));
  return [image, ...ofVariants].map((one) => [one.name, one] as const);
}

/** A path with dots is one step for each part; a place in a list is told from a key where the file says which it is. */
export function normalizePins(pins: WrittenImage["pins"] = []): readonly Pin[] {
  return pins.map(({ file, path }) => ({ file, path: typeof path === "string" ? path.split(".") : path }));
}

/** The Python minor of an image's runtime.txt. */
export function runtimeOf(image: string, { entries }: Pick<RepositorySnapshot, "entries">): string | undefined {
  const entry = entries.get(`images/${image}/runtime.txt`);
  return entry?.kind === "file" ? parseRuntime(new TextDecoder().decode(entry.bytes)) : undefined;
}
