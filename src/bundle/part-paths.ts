import type { BundleDocument } from "./bundle-schema.ts";
import { imageOfPart } from "./bundle-parts.ts";
import type { PartName } from "./gate-evidence.ts";

/**
 * Files and folders of the repository that decide parts of a bundle.
 *
 * | part | paths |
 * | ---- | ----- |
 * | image/lab, image/lab/next | images/lab |
 * | settings | platform.yaml and the files that gated settings name |
 * | group/NAME | groups/NAME.yaml |
 * | charts | platform.yaml and groups |
 * | renderer | none: it comes with hubfleet |
 */
export function pathsOfParts(parts: readonly PartName[], { files }: Pick<BundleDocument, "files">): readonly string[] {
  const paths = parts.flatMap((part) => {
    const image = imageOfPart(part);
    if (image !== undefined) return [`images/${image.split("/")[0] ?? ""}`];
    if (part === "settings") return ["platform.yaml", ...Object.keys(files)];
    if (part === "charts") return ["platform.yaml", "groups"];
    return part.startsWith("group/") ? [`groups/${part.slice("group/".length)}.yaml`] : [];
  });
  return [...new Set(paths)];
}
