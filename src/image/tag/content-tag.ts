import { type ContainerInputs, inputsDigest } from "./container-inputs.ts";

/** The first 16 digits of the inputs' digest: the same inputs have the same tag, on every clone and machine. */
export function contentTag(inputs: ContainerInputs): string {
  return inputsDigest(inputs).slice("sha256:".length).slice(0, 16);
}
