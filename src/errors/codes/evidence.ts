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
} as const satisfies Record<string, CodeText>;
