import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import type { Pin } from "../fleet.ts";
import { normalizePins } from "../normalize-image.ts";
import { showPath } from "../yaml/splice-target.ts";
import type { ValuePath } from "../yaml/yaml-document.ts";
import type { LayeredFleet, Rule } from "./rule.ts";

interface WrittenPin extends Pin {
  /** "lab", "lab/next" */
  readonly image: string;
  readonly isBuilt: boolean;
  readonly at: (part: "file" | "path") => SourcePosition;
}

export const pinnedFilesExist: Rule = (fleet) =>
  pinsOf(fleet).flatMap(({ file, at }) => {
    const entry = fleet.written.snapshot.entries.get(file);
    const isSecret = file.startsWith("secrets/");
    if ((entry?.kind === "file" || entry?.kind === "too-big") && !isSecret) return [];
    const message = isSecret
      ? `"${file}" is encrypted; nothing is written into it`
      : entry === undefined
        ? `there is no file "${file}" in the fleet`
        : `"${file}" is no file that can be written`;
    const hint = "correct the path; it starts at the fleet's directory";
    return [new HubfleetError("FILE_MISSING", { message, hint, at: at("file") })];
  });

/** Two that write the same place would undo each other's work. */
export const pinsDoNotOverlap: Rule = (fleet) => {
  const pins = pinsOf(fleet);
  return pins.flatMap((pin, index) => {
    const other = pins.slice(0, index).find((earlier) => earlier.file === pin.file && overlaps(earlier.path, pin.path));
    if (other === undefined) return [];
    const whose = other.image === pin.image ? "the same image's" : `image "${other.image}"'s`;
    return [
      new HubfleetError("PIN_CLASH", {
        message: `"${showPath(pin.path)}" in "${pin.file}" is also ${whose} place: "${showPath(other.path)}" on line ${other.at("path").line} of ${other.at("path").path}`,
        hint: "take one of the two out",
        at: pin.at("path"),
      }),
    ];
  });
};

export const pinnedImagesAreBuilt: Rule = (fleet) =>
  pinsOf(fleet).flatMap(({ image, isBuilt, at }) =>
    isBuilt
      ? []
      : [
          new HubfleetError("PIN_WITHOUT_BUILD", {
            message: `image "${image}" is taken from a registry as it is (\`from\`), so that there is no pushed tag to write`,
            hint: "take `pins` out, or build the image here",
            at: at("path"),
          }),
        ],
  );

function pinsOf({ written }: LayeredFleet): readonly WrittenPin[] {
  return [...written.images.files.values()].flatMap(({ name, value, document }) => {
    const place = (image: string, pins: Parameters<typeof normalizePins>[0], before: ValuePath): WrittenPin[] =>
      normalizePins(pins).map((pin, index) => ({
        ...pin,
        image,
        isBuilt: value.from === undefined,
        at: (part) => document.position([...before, "pins", index, part]),
      }));
    const variants = Object.entries(value.variants ?? {});
    return [
      ...place(name, value.pins, []),
      ...variants.flatMap(([variant, { pins }]) => place(`${name}/${variant}`, pins, ["variants", variant])),
    ];
  });
}

/** The same place, or one a part of the other. */
function overlaps(one: ValuePath, other: ValuePath): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.every((step, index) => String(step) === String(long[index]));
}
