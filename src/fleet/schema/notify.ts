import { z } from "zod";

import { noticeKinds } from "../recipient.ts";
import { optional } from "./key.ts";
import { variableName } from "./names.ts";

const webhook = z.strictObject({
  address: optional(z.url({ protocol: /^https?$/ }), {
    description: "Where notices are posted to; https, or this machine. Not for one that is a secret.",
    example: "https://ops.example.org/notices",
  }),
  // What is no name may be the address itself, and is judged by a rule that does not show it.
  addressVariable: optional(z.string().min(1), {
    description:
      "Name of the environment variable, where hubfleet runs, that holds the address: those of Slack, Mattermost and such are secrets.",
    example: "HUBFLEET_CHAT_WEBHOOK",
  }),
});

/** One entry of `notify` in fleet.yaml. */
export const recipientSchema = z.strictObject({
  on: optional(z.array(z.enum(noticeKinds)).min(1), {
    description:
      "What it is told of: unhealthy and healthy (a hub, when that changes), promoted, failed (a bundle did not do on a hub and stopped its stage), rolled-back, asked (a bundle waits for people), deadline (something ends or closes soon, or has), hold-ended, broken-glass. Left out: all of it.",
    example: ["unhealthy", "failed", "broken-glass"],
  }),
  command: optional(z.array(z.string().regex(/^[^\0]*\S[^\0]*$/, "a word")).min(1), {
    description:
      "Program and its words, run in the fleet's directory for each notice, with the notice as JSON on its standard input. It has 30 seconds.",
    example: ["script/mail-notice", "ops@example.org"],
  }),
  variables: optional(z.array(variableName), {
    description:
      "Environment variables that the command needs beside the usual ones (PATH, HOME, the language, proxies); it gets no others.",
    default: [],
    example: ["PAGER_TOKEN"],
  }),
  webhook: optional(webhook, {
    description: "An address to which each notice is posted as JSON.",
    example: { addressVariable: "HUBFLEET_CHAT_WEBHOOK" },
  }),
});

export type WrittenRecipient = z.infer<typeof recipientSchema>;
