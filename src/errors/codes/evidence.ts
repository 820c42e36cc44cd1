import type { CodeText } from "../code-text.ts";

/** Asking for evidence, and verifying it. */
export const evidenceCodes = {
  RECORD_UNKNOWN: {
    meaning: "There is no evidence record whose name begins like this, as far as this clone knows.",
    remedy: "`hubfleet evidence list` shows all of them. Offline, those that others wrote since are not here yet.",
  },
  RECORD_AMBIGUOUS: {
    meaning: "The beginning of a record's name that was typed is that of several records.",
    remedy: "Type more of it.",
  },
  ANCHOR_INVALID: {
    meaning: "A file that evidence is to be verified against is no anchor.",
    remedy: "Keep what `hubfleet evidence anchor` prints as it is printed.",
  },
  ANCHOR_UNSIGNED: {
    meaning: "An anchor was to be signed, and hubfleet found no key that fleet.yaml has for you. Nothing was printed.",
    remedy:
      "Have Git know your key (`git config user.signingKey ~/.ssh/id_ed25519.pub`), and put its public half into `keys` of you in `people`.",
  },
  ANCHOR_UNKNOWN: {
    meaning: "What evidence is to be verified against is no file here, and no commit of this repository.",
    remedy:
      "Give the path of a file that `hubfleet evidence anchor` printed, or a commit of the branch hubfleet/state; where it is said to be one and this repository does not have it, fetch it.",
  },
} as const satisfies Record<string, CodeText>;
