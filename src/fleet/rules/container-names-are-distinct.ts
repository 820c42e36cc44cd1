import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { containerName } from "../container-name.ts";
import type { Rule } from "./rule.ts";

/** `lab/next` and an image called lab-next would overwrite each other in a registry. Those taken from one are not made. */
export const containerNamesAreDistinct: Rule = ({ written }) => {
  const images: { readonly name: string; readonly at: SourcePosition }[] = [];
  for (const { name, value, document } of written.images.files.values()) {
    if ("from" in value) continue;
    images.push({ name, at: document.position([]) });
    const variants = Object.keys(value.variants ?? {});
    images.push(
      ...variants.map((one) => ({ name: `${name}/${one}`, at: document.position(["variants", one], "key") })),
    );
  }
  return images
    .filter(({ name }) => name.includes("/"))
    .flatMap(({ name, at }) => {
      const other = images.find((one) => one.name !== name && containerName(one.name) === containerName(name));
      // Of two variants one is told; of a variant and an image, the variant.
      if (other === undefined || (other.name.includes("/") && other.name > name)) return [];
      const what = other.name.includes("/") ? "the variant" : "the image";
      return [
        new HubfleetError("CONTAINER_NAME_CLASH", {
          message: `the variant "${name}" would be called "${containerName(name)}" in a registry, as ${what} "${other.name}" is`,
          hint: "rename one of them",
          at,
        }),
      ];
    });
};
