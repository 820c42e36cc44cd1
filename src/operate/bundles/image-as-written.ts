import type { BundleImage } from "../../bundle/bundle-schema.ts";
import type { Image } from "../../fleet/fleet.ts";
import { sha256 } from "../../runtime/local/digest.ts";

/** An image as a bundle names it, but for its container. `lock`: its text; what is taken from a registry has neither. */
export function imageAsWritten(
  { role, python, variantOf, from }: Image,
  { lock, inputs }: { readonly lock: string | undefined; readonly inputs: string },
): Omit<BundleImage, "container"> {
  return {
    role,
    python,
    ...(variantOf === undefined ? {} : { variantOf }),
    ...(from === undefined ? {} : { from }),
    ...(lock === undefined || from !== undefined ? {} : { lock: `sha256:${sha256(lock)}` }),
    inputs: from === undefined ? inputs : `sha256:${sha256(from)}`,
  };
}
