import type { CodeText } from "../code-text.ts";

/** Bundles and what is made of them. */
export const bundleCodes = {
  BUNDLE_INVALID: {
    meaning: "A file that should be a bundle is not one.",
    cause: "It was edited, or cut short. Bundles are written once, by hubfleet.",
    remedy: "Restore it from the history of the branch hubfleet/state, or make a new bundle.",
  },
  BUNDLE_CHANGED: {
    meaning: "A bundle's bytes are not those that were recorded under its id.",
    cause: "Somebody or something edited the file. What was tested and approved is not what it says now.",
    remedy: "Restore it from the history of the branch hubfleet/state.",
  },
  BUNDLE_TOO_NEW: {
    meaning: "A bundle was written by a newer hubfleet than this one.",
    remedy: "Upgrade hubfleet.",
  },
  PATCH_NOT_POSSIBLE: {
    meaning: "A patch names a part that the bundle does not have, or that it would leave as it is.",
    remedy: "Name an image of the bundle whose lock has changed since.",
  },
  GROUP_NOT_IN_BUNDLE: {
    meaning:
      "A hub names a group that the bundle of its stage does not know yet; of its settings only the live ones count.",
    remedy: "Nothing needs to be done: the gated ones come with the next bundle.",
  },
} as const satisfies Record<string, CodeText>;
