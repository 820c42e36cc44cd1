import type { Bundle } from "./bundle.ts";
import { imageOfPart } from "./bundle-parts.ts";
import { type ChangedImage, changedImage } from "./changed-image.ts";
import { type BundleDifference, diffBundles } from "./diff-bundles.ts";
import type { PartName, Parts } from "./gate-evidence.ts";
import { type GateInput } from "./gate-input.ts";
import type { Judged } from "./gate-verdict.ts";
import { policyOf } from "./gate.ts";
import { changedParts, judgePeople } from "./judge-people.ts";

/** What a person has before them who is to say yes or no to a bundle in a stage. */
export interface SignOffSheet {
  readonly bundle: Bundle;
  readonly stage: string;
  /** What the stage runs; undefined: no bundle yet. */
  readonly running: Bundle | undefined;
  /** What it would newly get, by digest: a sign-off names exactly these. */
  readonly changed: Parts;
  readonly images: readonly ChangedImage[];
  /** Of the parts that it would newly get; empty where the stage has no bundle yet. */
  readonly difference: Pick<BundleDifference, "settings" | "charts">;
  /** What of sign-offs and checklist is there, and what is missing. */
  readonly asked: Judged;
}

/** Puts together what a sign-off is about. `files`: of the state, which keeps the locks. */
export function signOffSheet(
  bundle: Bundle,
  input: GateInput,
  { running, files }: { readonly running: Bundle | undefined; readonly files: ReadonlyMap<string, string> },
): SignOffSheet {
  const { stage } = input;
  const changed = changedParts(stage, bundle.parts);
  const asked = judgePeople(stage, policyOf(stage), { ...input, changed });
  const images = Object.keys(changed).flatMap((part) => {
    const image = imageOfPart(part);
    return image === undefined ? [] : [changedImage(image, { bundle, running, files })];
  });
  const all = running === undefined ? undefined : diffBundles(running, bundle);
  const difference = {
    settings: (all?.settings ?? []).filter(({ layer }) => partOfLayer(layer) in changed),
    charts: "charts" in changed ? (all?.charts ?? []) : [],
  };
  return { bundle, stage: stage.name, running, changed, images, difference, asked };
}

function partOfLayer(layer: string): PartName {
  return layer === "platform" ? "settings" : layer;
}
