import type { ClaimPolicy, StagePolicy } from "../../../src/fleet/stage-policy.ts";
import { aHub, day, noPolicy, start, theParts } from "../a-gate.ts";
import {
  seen,
  dated,
  signOff,
  objection,
  asked,
  tick,
  signed,
  silent,
  listed,
  withoutLab,
  changedLab,
  type GateRow,
} from "./records.ts";

const othersSign = { policy: { ...signed.policy, selfSignoff: false } };
const counting = (claimed: ClaimPolicy): { readonly policy: StagePolicy } => ({
  policy: { ...signed.policy, claimed },
});
const byLogin = (logins: ClaimPolicy): { readonly policy: StagePolicy } => ({
  policy: { ...signed.policy, claimed: "refuse", logins },
});

/** Sign-offs, objections, silence, checklists. */
export const peopleCases: readonly GateRow[] = [
  ["no sign-off", { evidence: [seen], stage: { ...signed } }, "sign-off-missing"],
  ["a sign-off", { evidence: [seen, signOff], stage: { ...signed } }, "open"],
  [
    "no sign-off, where no hub of the stage runs what changes",
    {
      evidence: [seen],
      stage: { hubs: [aHub("real", { parts: ["settings"] })], running: { settings: "settings-1" }, ...signed },
    },
    "open",
  ],
  [
    "one by another role",
    { evidence: [seen, { ...signOff, roles: ["viewer"] }], stage: { ...signed } },
    "sign-off-missing",
  ],
  [
    "one for another stage",
    { evidence: [seen, { ...signOff, stage: "testing" }], stage: { ...signed } },
    "sign-off-missing",
  ],
  [
    "one that was taken back",
    {
      evidence: [seen, signOff, { kind: "withdrawal", id: "w", ...dated, of: "s", person: "ada" }],
      stage: { ...signed },
    },
    "sign-off-missing",
  ],
  [
    "one for parts that changed since",
    { evidence: [seen, { ...signOff, parts: changedLab }], stage: { ...signed } },
    "sign-off-missing",
  ],
  [
    "one for all that changes in the stage",
    {
      evidence: [seen, { ...signOff, parts: { settings: "settings-1" } }],
      stage: { ...withoutLab, ...signed },
    },
    "open",
  ],
  [
    "one for half of the parts and one for the others",
    {
      evidence: [
        seen,
        { ...signOff, parts: { settings: "settings-1" } },
        { ...signOff, id: "s2", parts: { ...theParts, settings: "old" } },
      ],
      stage: { ...signed },
    },
    "open",
  ],
  [
    "halves by two people",
    {
      evidence: [
        seen,
        { ...signOff, parts: { settings: "settings-1" } },
        { ...signOff, id: "s2", person: "grace", parts: { ...theParts, settings: "old" } },
      ],
      stage: { ...signed },
    },
    "sign-off-missing",
  ],
  [
    "the same person twice where two are asked",
    {
      evidence: [seen, signOff, { ...signOff, id: "s2" }],
      stage: { policy: { ...noPolicy, signoffs: [{ role: "approver", count: 2 }] } },
    },
    "sign-off-missing",
  ],
  [
    "a sign-off not asked for where nothing changes",
    { evidence: [seen], stage: { running: theParts, ...signed } },
    "open",
  ],
  [
    "a sign-off by whoever committed it",
    { evidence: [seen, signOff], authors: ["ada"], stage: othersSign },
    "sign-off-missing",
  ],
  [
    "one by whoever committed it, in a stage that allows it",
    { evidence: [seen, signOff], authors: ["ada"], stage: { ...signed } },
    "open",
  ],
  [
    "one by somebody else than who committed it",
    { evidence: [seen, signOff], authors: ["grace"], stage: othersSign },
    "open",
  ],
  [
    "one by each of two who committed it",
    {
      evidence: [seen, signOff, { ...signOff, id: "s2", person: "grace" }],
      authors: ["ada", "grace"],
      stage: othersSign,
    },
    "open",
  ],
  [
    "a claimed one of somebody who has a key",
    { evidence: [seen, signOff], stage: counting("keyless") },
    "sign-off-missing",
  ],
  [
    "a claimed one of somebody without a key",
    { evidence: [seen, { ...signOff, proof: "keyless" }], stage: counting("keyless") },
    "open",
  ],
  [
    "the same where only keys count",
    { evidence: [seen, { ...signOff, proof: "keyless" }], stage: counting("refuse") },
    "sign-off-missing",
  ],
  ["one by a key", { evidence: [seen, { ...signOff, proof: "key" }], stage: counting("refuse") }, "open"],
  [
    "one by a hub's login of somebody without a key, where claims do not count",
    { evidence: [seen, { ...signOff, proof: "keyless-login" }], stage: byLogin("keyless") },
    "open",
  ],
  [
    "one by a hub's login of somebody who has a key",
    { evidence: [seen, { ...signOff, proof: "login" }], stage: byLogin("keyless") },
    "sign-off-missing",
  ],
  [
    "the same where logins count of everybody",
    { evidence: [seen, { ...signOff, proof: "login" }], stage: byLogin("accept") },
    "open",
  ],
  [
    "one by a hub's login where none counts",
    { evidence: [seen, { ...signOff, proof: "keyless-login" }], stage: byLogin("refuse") },
    "sign-off-missing",
  ],
  [
    "one by a login that is not theirs, wherever",
    { evidence: [seen, { ...signOff, proof: "other-login" }], stage: { ...signed } },
    "sign-off-missing",
  ],
  [
    "a claim where logins count",
    { evidence: [seen, { ...signOff, proof: "keyless" }], stage: byLogin("accept") },
    "sign-off-missing",
  ],
  [
    "a claimed tick where only keys count",
    {
      evidence: [seen, { ...signOff, proof: "key" }, { ...tick, attachment: "sha256:p", proof: "keyless" }],
      stage: { policy: { ...counting("refuse").policy, ...listed.policy, claimed: "refuse" } },
    },
    "checklist-open",
  ],
  ["an objection beside it", { evidence: [seen, signOff, objection], stage: { ...signed } }, "objection"],
  [
    "an objection that was taken back",
    {
      evidence: [seen, signOff, objection, { kind: "withdrawal", id: "w", ...dated, of: "o", person: "ada" }],
      stage: { ...signed },
    },
    "open",
  ],
  [
    "an objection to another bundle",
    {
      evidence: [seen, signOff, { ...objection, parts: { "image/lab": "lab-0" } }],
      stage: { ...signed },
    },
    "open",
  ],
  ["silence of people who were not asked", { evidence: [seen], stage: { ...silent } }, "sign-off-missing"],
  [
    "a millisecond too little silence",
    { evidence: [seen, asked], now: start + 2 * day - 1, stage: { ...silent } },
    "sign-off-missing",
  ],
  ["silence to the millisecond", { evidence: [seen, asked], now: start + 2 * day, stage: { ...silent } }, "open"],
  [
    "silence by a clock that is behind",
    {
      evidence: [seen, { ...asked, at: 0 }],
      now: start + day,
      stage: {
        policy: { ...noPolicy, signoffs: [{ role: "approver", count: 1, noObjectionWithinSeconds: 2 * 86_400 }] },
      },
    },
    "sign-off-missing",
  ],

  ["an open item", { evidence: [seen], stage: { ...listed } }, "checklist-open"],
  ["an item without its file", { evidence: [seen, tick], stage: { ...listed } }, "checklist-open"],
  [
    "an item that was done with half of the parts",
    { evidence: [seen, { ...tick, attachment: "sha256:p", parts: { settings: "settings-1" } }], stage: listed },
    "checklist-open",
  ],
  ["an item with its file", { evidence: [seen, { ...tick, attachment: "sha256:p" }], stage: { ...listed } }, "open"],
];
