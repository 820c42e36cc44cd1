import type { FileKind } from "./schema/file-kinds.ts";

/** What hubfleet makes of a path in the repository. */
export type PathClass =
  | { readonly kind: "document"; readonly file: FileKind; readonly name: string }
  /** Named like a file of the fleet but for its ending; `instead` is the path that it should have. */
  | { readonly kind: "wrong-ending"; readonly file: FileKind; readonly name: string; readonly instead: string }
  | { readonly kind: "unexpected"; readonly reason: string }
  | { readonly kind: "fleet-directory" }
  /** Part of an image: not read here, but it must be a file of the repository. */
  | { readonly kind: "image-content" }
  | { readonly kind: "other" };

export const fleetDirectories = {
  groups: "group",
  clusters: "cluster",
  hubs: "hub",
  experiments: "experiment",
  secrets: "secrets",
  images: "image",
} as const satisfies Record<string, FileKind>;

export function classifyPath(path: string): PathClass {
  const [first = "", second, third, ...rest] = path.split("/");
  if (second === undefined) return classifyRoot(first);
  const file = directoryKind(first);
  if (file === undefined) return { kind: "other" };
  if (isIgnored(third ?? second)) return { kind: "other" };
  if (file === "image")
    return classifyImage(
      second,
      [third, ...rest].filter((step) => step !== undefined),
    );
  if (third !== undefined) return { kind: "unexpected", reason: `"${first}/" has no directories of its own` };
  return classifyNamed({ directory: first, base: second, file });
}

function classifyRoot(base: string): PathClass {
  if (base === "fleet.yaml") return { kind: "document", file: "fleet", name: "fleet" };
  if (base === "platform.yaml") return { kind: "document", file: "platform", name: "platform" };
  const misspelt = /^(fleet|platform)\.(?:yml|ymal|json)$/.exec(base)?.[1];
  if (misspelt === "fleet") return { kind: "wrong-ending", file: "fleet", name: "fleet", instead: "fleet.yaml" };
  if (misspelt === "platform")
    return { kind: "wrong-ending", file: "platform", name: "platform", instead: "platform.yaml" };
  return directoryKind(base) === undefined ? { kind: "other" } : { kind: "fleet-directory" };
}

function classifyImage(name: string, below: readonly string[]): PathClass {
  if (below.length === 0) return { kind: "other" };
  if (below.length > 1) return { kind: "image-content" };
  if (below[0] === "image.yaml") return { kind: "document", file: "image", name };
  if (below[0] === "image.yml" || below[0] === "image.json") {
    return { kind: "wrong-ending", file: "image", name, instead: `images/${name}/image.yaml` };
  }
  return { kind: "image-content" };
}

function classifyNamed(props: { directory: string; base: string; file: FileKind }): PathClass {
  const { directory, base, file } = props;
  const ending = file === "secrets" ? ".enc.yaml" : ".yaml";
  if (base.endsWith(ending)) return { kind: "document", file, name: base.slice(0, -ending.length) };
  const name = base.replace(/(?:\.enc)?\.[^.]*$/, "");
  return { kind: "wrong-ending", file, name, instead: `${directory}/${name}${ending}` };
}

function directoryKind(directory: string): FileKind | undefined {
  return Object.hasOwn(fleetDirectories, directory)
    ? fleetDirectories[directory as keyof typeof fleetDirectories] // just checked
    : undefined;
}

/** Notes, hidden files and editors' backups may lie beside the files of a fleet. */
function isIgnored(base: string): boolean {
  return base.startsWith(".") || base.endsWith(".md") || base.endsWith("~");
}
