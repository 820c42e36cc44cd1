import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type ImageReference, parseImageReference } from "../container/image-reference.ts";

/** One of the two things that `image diff` compares, as people name it. */
export type SideReference =
  /** `image/lab`, `image/lab/next`; `image/lab@v2`: as that commit had it. */
  | { readonly kind: "image"; readonly name: string; readonly revision: string | undefined }
  /** A lock, wherever it lies. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "container"; readonly reference: ImageReference };

/**
 * Reads a side. @throws HubfleetError IMAGE_NOT_PINNED for a tag, UNKNOWN_TARGET for what can be nothing of the three
 *
 * | written | means |
 * | ------- | ----- |
 * | has `@sha256:` | a container |
 * | begins with `image/` | an image of the fleet, `@REVISION` behind it |
 * | ends with .txt, begins with `/` or `.` | a lock file |
 * | has `:`, or a dot before its first `/` | a container without a digest: refused |
 * | one word | an image of the fleet |
 */
export function parseSide(text: string): SideReference {
  if (text.includes("@sha256:")) return { kind: "container", reference: parseImageReference(text) };
  if (text.startsWith("image/")) return parseImage(text.slice("image/".length));
  if (/^[./]|\.txt$/.test(text)) return { kind: "file", path: text };
  if (/^[^/@]*[.:]|:[\w.-]+$/.test(text)) return { kind: "container", reference: parseImageReference(text) };
  if (/^[\w-]+(?:\/[\w-]+)?(?:@.+)?$/.test(text)) return parseImage(text);
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `${JSON.stringify(text)} is no image, no lock and no reference`,
    hint: "write image/NAME, image/NAME@REVISION, the path of a lock, or registry/name@sha256:…",
  });
}

/**
 * Both sides where one is named: the image as its last commit has it, or as the commit has it that is named, and the
 * working tree. @throws HubfleetError UNKNOWN_TARGET for a side that has no commits
 */
export function sidesSinceCommit(text: string): readonly [SideReference, SideReference] {
  const side = parseSide(text);
  if (side.kind === "image")
    return [
      { ...side, revision: side.revision ?? "HEAD" },
      { ...side, revision: undefined },
    ];
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `${JSON.stringify(text)} is to be compared with nothing`,
    hint: "name two sides; only an image of the fleet is compared with its last commit by itself",
  });
}

/** What is between the name and the end belongs to Git, also where it holds "@" or "/". */
function parseImage(text: string): SideReference {
  const at = text.indexOf("@");
  const [name, revision] = at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  if (name !== "" && revision !== "") return { kind: "image", name, revision };
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `"image/${text}" lacks ${name === "" ? "the image's name" : "the revision after the @"}`,
    hint: "write image/NAME, or image/NAME@REVISION",
  });
}

/** How a side is called in results. */
export function renderSide(side: SideReference): string {
  switch (side.kind) {
    case "image":
      return side.revision === undefined ? `image/${side.name}` : `image/${side.name}@${side.revision}`;
    case "file":
      return side.path;
    case "container":
      return `${side.reference.registry}/${side.reference.repository}@${side.reference.digest.slice(0, 19)}`;
  }
}
