import { aFleet, type FleetBuilder } from "./a-fleet.ts";

const notifying = (...notify: readonly unknown[]): FleetBuilder => aFleet().withFleet({ notify });
const hook = { webhook: { addressVariable: "HOOK" } };

/** Recipients that no notice could reach, the codes that must be reported, and where the first one is. */
export const brokenRecipients: readonly [string, FleetBuilder, readonly string[], string?][] = [
  [
    "a webhook in the clear",
    notifying(hook, { webhook: { address: "http://ops.example.org/notices" } }),
    ["NOTIFY_ADDRESS"],
    "fleet.yaml:11:16",
  ],
  [
    "a webhook that only looks like this machine",
    notifying({ webhook: { address: "http://127.0.0.1.example.org/" } }),
    ["NOTIFY_ADDRESS"],
  ],
  [
    "a secret address in the clear",
    notifying({ webhook: { address: "http://chat.example.org/hooks/x7ai4k1mpbgn8d5u3e6q9o2wzr" } }),
    ["SECRET_IN_PLAIN_TEXT"],
  ],
  ["a webhook by mail", notifying({ webhook: { address: "mailto:ops@example.org" } }), ["INVALID_VALUE"]],
  ["a webhook without an address", notifying({ webhook: {} }), ["NOTIFY_RECIPIENT"]],
  [
    "a webhook with two addresses",
    notifying({ webhook: { address: "https://ops.example.org/", addressVariable: "HOOK" } }),
    ["NOTIFY_RECIPIENT"],
  ],
  [
    "a webhook whose address is a secret",
    notifying({ webhook: { address: "https://chat.example.org/hooks/x7ai4k1mpbgn8d5u3e6q9o2wzr" } }),
    ["SECRET_IN_PLAIN_TEXT"],
  ],
  [
    "a webhook with a password",
    notifying({ webhook: { address: "https://me:tell-nobody@ops.example.org/" } }),
    ["SECRET_IN_PLAIN_TEXT"],
  ],
  [
    "the address itself for the name of a variable",
    notifying({ webhook: { addressVariable: "https://chat.example.org/hooks/x7ai4k1mpbgn8d5u3e6q9o2wzr" } }),
    ["SECRET_IN_PLAIN_TEXT"],
  ],
  ["a command without words", notifying({ command: [] }), ["INVALID_VALUE"]],
  ["a command that is empty", notifying({ command: [" "] }), ["INVALID_VALUE"]],
  ["a command in one line", notifying({ command: "mail ops@example.org" }), ["WRONG_TYPE"]],
  ["a recipient that is nobody", notifying({ on: ["failed"] }), ["NOTIFY_RECIPIENT"]],
  ["a recipient with a typing mistake", notifying({ comand: ["true"] }), ["UNKNOWN_KEY"]],
  ["a recipient that is a number", notifying(5, hook), ["WRONG_TYPE"], "fleet.yaml:8:5"],
  ["a recipient that is two", notifying({ ...hook, command: ["true"] }), ["NOTIFY_RECIPIENT"]],
  ["variables for a webhook", notifying({ ...hook, variables: ["TOKEN"] }), ["NOTIFY_RECIPIENT"], "fleet.yaml:11:7"],
  ["a kind of notice that there is not", notifying({ ...hook, on: ["unhealthy", "promote"] }), ["INVALID_VALUE"]],
  ["notices of no kind", notifying({ ...hook, on: [] }), ["INVALID_VALUE"]],
];
