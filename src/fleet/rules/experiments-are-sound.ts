import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, unknownName } from "./rule.ts";

export const experimentsNameKnownThings: Rule = ({ written }) =>
  [...written.experiments.files.values()].flatMap(({ value, document }) => {
    const { image, variant, hubs = [] } = value;
    const hubProblems = hubs.flatMap((name, index) =>
      unknownName({
        code: "UNKNOWN_HUB",
        kind: "hub",
        name,
        known: written.hubs.names,
        at: document.position(["hubs", index]),
      }),
    );
    if (image === undefined) return hubProblems;
    const at = document.position(["image"]);
    const imageProblems = unknownName({
      code: "UNKNOWN_IMAGE",
      kind: "image",
      name: image,
      known: written.images.names,
      at,
    });
    const file = written.images.files.get(image);
    if (file === undefined || variant === undefined) return [...hubProblems, ...imageProblems];
    const variantProblems = unknownName({
      code: "UNKNOWN_VARIANT",
      kind: "variant",
      name: variant,
      known: new Set(Object.keys(file.value.variants ?? {})),
      at: document.position(["variant"]),
    });
    return [...hubProblems, ...variantProblems];
  });

export const experimentsEndAfterTheyStart: Rule = ({ written }) =>
  [...written.experiments.files.values()].flatMap(({ value, document }) => {
    const { start, deadline } = value;
    if (start === undefined || deadline === undefined || start < deadline) return [];
    return [
      new HubfleetError("EXPERIMENT_DATES", {
        message: `the deadline "${deadline}" is not after the start "${start}"`,
        hint: "choose a later deadline",
        at: document.position(["deadline"]),
      }),
    ];
  });
