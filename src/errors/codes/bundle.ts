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
  BUNDLE_UNKNOWN: {
    meaning: "There is no bundle of this id on the branch hubfleet/state, as far as this clone knows.",
    remedy: "`hubfleet bundle list` shows all of them. Offline, those that others made since are not here yet.",
  },
  BUNDLE_AMBIGUOUS: {
    meaning: "The beginning of an id that was typed is that of several bundles.",
    remedy: "Type more of it.",
  },
  BUNDLE_UNCOMMITTED: {
    meaning: "Something that a bundle is made of is in no commit as it is now. No bundle was made.",
    cause: "A bundle names the commit that it was made from, and who looks there must find what was tested.",
    remedy: "Commit it, then run `hubfleet bundle new`. What Git ignores must be tracked to be part of a bundle.",
  },
  BUNDLE_CHECK_FAILED: {
    meaning:
      "An image, or a pair of images, did not pass what it must before a bundle is made of it. Nothing was recorded.",
    remedy:
      "`hubfleet check image/NAME` shows every step with its reason. Mend it, commit, then run `hubfleet bundle new`.",
  },
  BUNDLE_FILE_LINKED: {
    meaning: "A logo, or templates, that a bundle is to hold are a symbolic link. Nothing was recorded.",
    cause: "Git keeps of a link only where it leads to, so that other machines could not show what it shows here.",
    remedy: "Put the file itself in its place, and commit it.",
  },
  BUNDLE_FILE_MISSING: {
    meaning: "A hub is to show a logo or templates as a bundle has them, and this machine cannot get at their bytes.",
    cause:
      "The file was changed since, and this clone does not have the commit that the bundle was made of, or has a symbolic link there.",
    remedy:
      "Fetch the whole history (`git fetch --unshallow`, `git fetch --all`), or run the command in another clone.",
  },
  PATCH_NOT_POSSIBLE: {
    meaning:
      "A patch names an image that the bundle or the commit does not have, or that it would leave as it is; or the lock of what runs beside it is lost.",
    remedy: "Name images of the bundle whose locks have changed since.",
  },
  GROUP_NOT_IN_BUNDLE: {
    meaning:
      "A hub names a group that the bundle of its stage does not know yet; of its settings only the live ones count.",
    remedy: "Nothing needs to be done: the gated ones come with the next bundle.",
  },
} as const satisfies Record<string, CodeText>;
