import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Pin } from "../../fleet/fleet.ts";
import { findMap, spliceScalar } from "../../fleet/yaml/splice-scalar.ts";
import { showPath } from "../../fleet/yaml/splice-target.ts";

/** An image as its registry has it. */
export interface PushedImage {
  /** "quay.io/team/lab" */
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

/** Keys of a map that names an image in parts; charts know either. */
const nameKeys = ["name", "repository"] as const;

/**
 * The text of a file with an image's reference at the place that a pin names. A map gets name and tag under the keys that
 * it has; a single value the whole reference, with the digest. Same words, same text.
 * @throws HubfleetError PLACE_UNFIT for a map without those keys, and as spliceScalar
 */
export function writePin(text: string, { file, path }: Pin, { name, tag, digest }: PushedImage): string {
  const map = findMap(file, text, path);
  if (map === undefined) return spliceScalar(file, text, path, `${name}:${tag}@${digest}`).text;
  const { keys, at } = map;
  const known = nameKeys.filter((key) => keys.includes(key));
  if (known.length === 0 || !keys.includes("tag")) {
    const missing = known.length === 0 ? "neither `name` nor `repository`" : "no `tag`";
    throw new HubfleetError("PLACE_UNFIT", {
      message: `"${showPath(path)}" in "${file}" is a map with ${missing}`,
      hint: known.length === 0 ? "name the path of the image's own map" : 'write `tag: ""` there once',
      at,
    });
  }
  const values: readonly (readonly [string, string])[] = [
    ...known.map((key) => [key, name] as const),
    ["tag", tag],
    // A digest that stayed would be that of another image.
    ...(keys.includes("digest") ? [["digest", digest] as const] : []),
  ];
  return values.reduce((written, [key, value]) => spliceScalar(file, written, [...path, key], value).text, text);
}
