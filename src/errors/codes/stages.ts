import type { CodeText } from "../code-text.ts";

/** Stages, gates, holds, and what hubs are to run. */
export const stageCodes = {
  DEPLOYED_INVALID: {
    meaning: "The file that says what stages and hubs are to run cannot be read. Nothing was changed.",
    cause: "It was edited by hand. It is written by hubfleet alone, on the branch hubfleet/state.",
    remedy: "Add a commit to that branch with the file as it was before; never rewrite the branch.",
  },
  DEPLOYED_TOO_NEW: {
    meaning: "The file that says what stages and hubs are to run was written by a newer hubfleet.",
    remedy: "Upgrade hubfleet.",
  },
  GATE_BLOCKED: {
    meaning: "A bundle may not enter a stage yet. Nothing was changed.",
    cause: "What its stage, or an earlier one, asks for is not on record, or speaks against it.",
    remedy:
      "Each reason says what would satisfy it. `hubfleet promote BUNDLE --to STAGE --why` shows the records. In an emergency: --break-glass REASON.",
  },
  HELD: {
    meaning: "A hold keeps a hub or a stage where it is. Nothing was changed.",
    remedy: "`hubfleet resume` ends it; ask its owner first.",
  },
  STAGE_TAKES_BUNDLES: {
    meaning: "`up` was to put a working tree on a hub that runs a bundle.",
    cause: "What people rely on is tried before: its stage takes bundles, and does not say `iterate: true`.",
    remedy:
      "Commit, then `hubfleet bundle new` and `hubfleet promote BUNDLE --to STAGE`; to try it at once: `hubfleet up --on local hub/NAME`, or a hub of a stage that iterates.",
  },
  RENDERER_DIFFERS: {
    meaning: "A bundle was made by a hubfleet that makes other hubs of the same settings than this one does.",
    cause: "hubfleet was upgraded since. What was tried is not what would run.",
    remedy:
      "`hubfleet bundle new` makes a bundle of the same commit with this hubfleet; or use the version that made this one.",
  },
  COMMIT_NOT_HERE: {
    meaning: "This clone does not have a commit that a decision rests on.",
    cause: "It is shallow (CI often makes such clones), or the commit was never pushed.",
    remedy: "`git fetch --unshallow`, or `git fetch` from where the commit is.",
  },
  HUB_WENT_BACK: {
    meaning: "A hub was given a bundle, did not do well with it, and runs what it ran before.",
    remedy: "The steps that failed say why. Mend it, make another bundle, promote that one.",
  },
  HUB_DID_NOT_GO_BACK: {
    meaning: "A hub was given a bundle, did not do well with it, and could not be brought back to what it ran before.",
    remedy: "`hubfleet why hub/NAME` says what is wrong; `hubfleet apply hub/NAME` tries again to bring it back.",
  },
  NOTHING_TO_GO_BACK_TO: {
    meaning: "There is no bundle on record that this hub or stage ran well before the one that it has.",
    remedy: "Name one with --to, or promote another bundle.",
  },
  BUNDLE_NOT_GOOD_HERE: {
    meaning: "Going back is free only to a bundle that was found well there; this one never was.",
    remedy: "`hubfleet promote BUNDLE --to STAGE` takes a bundle there through the gate.",
  },
  NO_SUCH_HOLD: {
    meaning: "There is no hold to end.",
    remedy: "`hubfleet status` shows those that there are.",
  },
} as const satisfies Record<string, CodeText>;
