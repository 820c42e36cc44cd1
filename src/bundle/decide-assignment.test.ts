import { expect, it } from "vitest";

import { type AssignmentProps, decideAssignment } from "./decide-assignment.ts";

const pointer = { id: "2026.11.21-aaaa", digest: "sha256:aaaa", since: "2026-11-21T09:00:00.000Z" };
const [older, newer] = ["2026-11-21T08:00:00.000Z", "2026-11-21T10:00:00.000Z"];
const same = { bundle: { digest: "sha256:aaaa" }, since: older };
const other = { bundle: { digest: "sha256:bbbb" }, since: older };

it.each<[string, ReturnType<typeof decideAssignment>, Partial<AssignmentProps>]>([
  ["nothing anywhere", "keep", { pointer: undefined, now: undefined }],
  ["a draft, and no bundle", "keep", { pointer: undefined, now: { since: older } }],
  [
    "a bundle that is taken back, and a draft before it",
    "draft",
    {
      pointer: undefined,
      now: { ...other, before: { since: older } },
    },
  ],
  ["a bundle that is taken back, and nothing before it", "keep", { pointer: undefined, now: other }],
  ["a bundle where nothing was", "bundle", { now: undefined }],
  ["a bundle where nothing was, on hold", "bundle", { now: undefined, isHeld: true }],
  ["a bundle over a draft", "bundle", { now: { since: older } }],
  ["a draft over a bundle", "bundle", { now: { since: newer } }],
  ["a draft over a bundle, where drafts may be", "keep", { now: { since: newer }, isIterating: true }],
  ["a draft over a bundle, on hold", "keep", { now: { since: newer }, isHeld: true }],
  ["a bundle over a draft, where drafts may be", "bundle", { now: { since: older }, isIterating: true }],
  ["a bundle over a draft, on hold", "bundle", { now: { since: older }, isHeld: true }],
  ["a bundle and a draft of one moment", "bundle", { now: { since: pointer.since }, isIterating: true }],
  ["the same bundle", "bundle", { now: same }],
  ["the same bundle, on hold", "keep", { now: same, isHeld: true }],
  ["another bundle", "bundle", { now: other }],
  ["another bundle, on hold", "bundle", { now: other, isHeld: true }],
  ["back to a bundle over which there was a draft", "bundle", { now: { ...other, before: { since: newer } } }],
  ["the same, where drafts may be", "draft", { now: { ...other, before: { since: newer } }, isIterating: true }],
  ["the same, with an old draft", "bundle", { now: { ...other, before: { since: older } }, isIterating: true }],
])("%s: %s", (_what, expected, props) => {
  expect(decideAssignment({ pointer, now: undefined, isHeld: false, isIterating: false, ...props })).toBe(expected);
});
