import type { CodeText } from "../code-text.ts";

/** Notices to the people who run the fleet. */
export const noticeCodes = {
  NOTIFY_RECIPIENT: {
    meaning: "An entry of `notify` does not say where notices go, or says it twice.",
    remedy: "Give each entry either `command`, or `webhook` with `address` or `addressVariable`.",
  },
  NOTIFY_ADDRESS: {
    meaning: "Notices would be posted to an address that is neither https nor on this machine.",
    cause: "They say what runs where and what is wrong with it, and would cross the network in the clear.",
    remedy: "Use the address that begins with https.",
  },
  NOTICES_DAMAGED: {
    meaning:
      "The file notices.yaml on the branch hubfleet/state is not what hubfleet wrote: it cannot be told what was sent.",
    cause: "Somebody edited it by hand, or a newer hubfleet wrote it.",
    remedy:
      "`git log hubfleet/state -- notices.yaml` says who wrote it and what it was before. When a newer hubfleet did, install that one here.",
  },
} as const satisfies Record<string, CodeText>;
