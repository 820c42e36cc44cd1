import type { Bundle } from "./bundle.ts";
import type { BundleDocument } from "./bundle-schema.ts";
import { imageOfPart } from "./bundle-parts.ts";
import { flattenSettings } from "./flatten-settings.ts";
import type { PartName } from "./gate-evidence.ts";
import { listWords } from "./words.ts";

type Side = Pick<Bundle, "document" | "parts">;

/** What two bundles differ in. */
export interface BundleDifference {
  /** Parts that came, went or changed. */
  readonly parts: readonly PartDifference[];
  readonly settings: readonly SettingDifference[];
  readonly charts: readonly VersionDifference[];
  /** Tools and JupyterHub: what was in use. */
  readonly versions: readonly VersionDifference[];
}

export interface PartDifference {
  readonly part: PartName;
  readonly what: "added" | "removed" | "changed";
}

export interface SettingDifference {
  /** "platform" or "group/classes". */
  readonly layer: string;
  /** Dotted path in the words of the files; profiles by their id. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Where the newer one was written, or the older one where there is none: "platform.yaml:12:3". */
  readonly origin?: string;
}

export interface VersionDifference {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export function diffBundles(before: Side, after: Side): BundleDifference {
  const [left, right] = [before.document, after.document];
  return {
    parts: changedNames(before.parts, after.parts).map((part) => ({
      part,
      what: before.parts[part] === undefined ? "added" : after.parts[part] === undefined ? "removed" : "changed",
    })),
    settings: diffSettings(left.settings, right.settings),
    charts: diffVersions(chartVersions(left), chartVersions(right)),
    versions: diffVersions(versionsOf(left), versionsOf(right)),
  };
}

/** Whether a bundle has other images than the one before it; without, everything about images is skipped. */
export function changesImages({ parts }: BundleDifference): boolean {
  return parts.some(({ part }) => imageOfPart(part) !== undefined);
}

/** One sentence: what changed, and what is skipped because it did not. */
export function differenceSentence(difference: BundleDifference, parent: string): string {
  const { parts } = difference;
  if (parts.length === 0) return `differs from ${parent} in nothing`;
  const images = parts.flatMap(({ part }) => imageOfPart(part) ?? []);
  const others = parts.map(({ part }) => part).filter((part) => imageOfPart(part) === undefined);
  const named = [
    ...(images.length === 0 ? [] : [`${images.length === 1 ? "image" : "images"} ${listWords(images)}`]),
    ...others,
  ];
  const skipped = changesImages(difference)
    ? ""
    : `; the images are those of ${parent}: building and testing them is skipped`;
  return `differs from ${parent} in ${listWords(named)}${skipped}`;
}

function diffSettings(before: BundleDocument["settings"], after: BundleDocument["settings"]): SettingDifference[] {
  const names = [...new Set([...Object.keys(before.groups), ...Object.keys(after.groups)])].toSorted();
  const layers = [
    { layer: "platform", prefix: "platform", left: before.platform, right: after.platform },
    ...names.map((name) => ({
      layer: `group/${name}`,
      prefix: `groups.${name}`,
      left: groupSettings(before, name),
      right: groupSettings(after, name),
    })),
  ];
  return layers.flatMap(({ layer, prefix, left, right }) => {
    const [one, other] = [flattenSettings(left), flattenSettings(right)];
    const paths = [...new Set([...one.keys(), ...other.keys()])].toSorted();
    return paths
      .filter((path) => JSON.stringify(one.get(path)?.value) !== JSON.stringify(other.get(path)?.value))
      .map((path): SettingDifference => {
        const [was, is] = [one.get(path), other.get(path)];
        const origin =
          is === undefined
            ? before.origins[`${prefix}.${was?.written.join(".")}`]
            : after.origins[`${prefix}.${is.written.join(".")}`];
        return { layer, path, before: was?.value, after: is?.value, ...(origin === undefined ? {} : { origin }) };
      });
  });
}

function groupSettings({ groups }: BundleDocument["settings"], name: string): Readonly<Record<string, unknown>> {
  const group = groups[name];
  if (group === undefined) return {};
  return group.groups.length === 0 ? group.settings : { groups: group.groups, ...group.settings };
}

function chartVersions({ charts }: BundleDocument): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(charts).map(([name, { version, digest }]) => [name, `${version} (${digest.slice(7, 19)})`]),
  );
}

function versionsOf({ versions, jupyterhub }: BundleDocument): Readonly<Record<string, string>> {
  return jupyterhub === undefined ? versions : { ...versions, jupyterhub };
}

function diffVersions(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): VersionDifference[] {
  return changedNames(before, after).map((name) => {
    const [was, is] = [before[name], after[name]];
    return { name, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
  });
}

function changedNames(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .toSorted();
}
