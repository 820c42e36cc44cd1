import { z } from "zod";

import { claimPolicies, roles } from "../stage-policy.ts";
import { optional, required } from "./key.ts";
import { name } from "./names.ts";
import { count, duration, durationUnit } from "./quantities.ts";

/** What a person does; sign-offs are asked of a role. */
export const role = z.enum(roles);

const exposure = z.strictObject({
  spawns: optional(count, { description: "Servers that users started.", unit: "servers", example: 20 }),
  users: optional(count, { description: "Users who were there, hub by hub.", unit: "users", example: 5 }),
  daskClusters: optional(count, {
    description: "Dask clusters that users started.",
    unit: "Dask clusters",
    example: 3,
  }),
});

const soak = z.strictObject({
  minimum: optional(duration, {
    description:
      "How long each part of a bundle must have been seen healthy on the stage's hubs. Left out: 0s for a team of one, 1d below five people, 7d from five on.",
    unit: durationUnit,
    example: "7d",
  }),
  patchMinimum: optional(duration, {
    description:
      "How long the parts that `bundle patch` replaced must have been seen healthy; no use is asked of them. Left out: 1h, or `minimum` where that is shorter.",
    unit: durationUnit,
    example: "30m",
  }),
  exposure: optional(exposure, {
    description: "Use that each part must have seen in that time, over the stage's hubs.",
    default: {},
    example: { spawns: 20, users: 5 },
  }),
  observeEvery: optional(duration, {
    description: "How far apart observations may be; time between two that are further apart counts for nothing.",
    unit: durationUnit,
    default: "26h",
    example: "1h",
  }),
});

const signOff = z.strictObject({
  role: required(role, { description: "Role of the people who are asked.", example: "approver" }),
  count: optional(count, { description: "How many of them must say yes.", unit: "people", default: 1 }),
  noObjectionWithin: optional(duration, {
    description:
      "Silence counts as a yes when nobody of the role has objected for so long after being asked. Left out: only a yes does.",
    unit: durationUnit,
    example: "3d",
  }),
});

const checklistItem = z.strictObject({
  name: required(name, { description: "Short name by which the item is ticked off.", example: "plots" }),
  text: required(z.string().min(1), {
    description: "What a person does and looks at.",
    example: "Draw the three maps of the tutorial and look at them",
  }),
  attachment: optional(z.boolean(), { description: "Ticking it off takes a file: a plot, a page.", default: false }),
});

const localTime = z.string().regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/, "a date, or a date with a time of day");
const localTimeUnit = "date, written 2026-12-24 or 2026-12-24T18:00";

const freeze = z.strictObject({
  from: required(localTime, {
    description: "When the freeze begins; of a date alone, its first moment.",
    unit: localTimeUnit,
    example: "2026-08-10",
  }),
  to: required(localTime, {
    description: "When it ends; of a date alone, the end of that day.",
    unit: localTimeUnit,
    example: "2026-08-14",
  }),
  timezone: optional(z.string().min(1), {
    description: "Place whose clocks are meant.",
    default: "UTC",
    example: "America/Los_Angeles",
  }),
  reason: required(z.string().min(1), { description: "Why, for whoever meets it.", example: "OceanHackWeek" }),
  packagesClose: optional(duration, {
    description: "How long before `from` the last bundle with other images may enter; other changes may until `from`.",
    unit: durationUnit,
    example: "14d",
  }),
});

const waveUnit = "hubs, written 3 or 25%";
const wave = required(z.union([count, z.string().regex(/^(?:100|[1-9]?\d)%$/, "a share")]), {
  description: "Size of a wave.",
  unit: waveUnit,
  example: "25%",
});

/** One entry of `stages` in fleet.yaml. */
export const stageSchema = z.strictObject({
  name: required(name, { description: "Name of the stage.", example: "staging" }),
  description: optional(z.string(), { description: "What the stage is for.", default: "" }),
  checks: optional(z.array(z.string().regex(/^(?:hub|extra\/[a-z0-9-]+)$/, '"hub", or "extra/NAME"')), {
    description:
      "Checks that must pass on the stage's hubs before a bundle goes on: `hub` is all that `hubfleet check` does by itself, `extra/NAME` a check of the hubs' own.",
    default: ["hub"],
    example: ["hub", "extra/climate"],
  }),
  soak: optional(soak, {
    description: "How long, and how much used, a bundle must have been seen healthy here before it goes on.",
    default: {},
  }),
  hubs: optional(count, {
    description: "How many of the stage's hubs must have passed and soaked before a bundle goes on. Left out: all.",
    unit: "hubs",
    example: 3,
  }),
  expires: optional(duration, {
    description: "How old a bundle may be when it enters. Left out: it does not expire.",
    unit: durationUnit,
    example: "28d",
  }),
  untried: optional(z.enum(["say", "refuse"]), {
    description:
      "Parts of a bundle that no hub of an earlier stage runs: `say` so and go on, or `refuse`. Left out: say for a team of one, refuse for others.",
    example: "refuse",
  }),
  signoffs: optional(z.array(signOff), {
    description:
      "Who must say yes before a bundle enters. Left out: in the last stage one approver, where the team has several people and an approver among them.",
    example: [{ role: "approver", count: 2 }],
  }),
  selfSignoff: optional(z.boolean(), {
    description:
      "Whether a sign-off of what one has committed oneself counts. Left out: yes for a team of one, no for others.",
    example: true,
  }),
  claimed: optional(z.enum(claimPolicies), {
    description:
      "Sign-offs and ticks without a signature, where anybody could have typed the name: `accept` them, only of people without an SSH key in `people` (`keyless`), or `refuse`. Left out: accept for a team of one, keyless for others.",
    example: "refuse",
  }),
  logins: optional(z.enum(claimPolicies), {
    description:
      "Sign-offs and ticks given on a hub's page, by people whom the hub knows by their login (`logins` in `people`): `accept` them, only of people without an SSH key (`keyless`), or `refuse`. Left out: as `claimed`.",
    example: "accept",
  }),
  checklist: optional(z.array(checklistItem), {
    description: "What people must have ticked off before a bundle enters.",
    default: [],
    example: [{ name: "plots", text: "Draw the three maps and look at them", attachment: true }],
  }),
  freeze: optional(z.array(freeze), {
    description: "Times in which no bundle enters.",
    default: [],
    example: [{ from: "2026-08-10", to: "2026-08-14", reason: "OceanHackWeek", packagesClose: "14d" }],
  }),
  waves: optional(z.array(wave), {
    description:
      "How many hubs get a bundle first, then next, each wave after the one before is well; all the others come last.",
    unit: waveUnit,
    default: [1],
    example: [1, "25%"],
  }),
  concurrency: optional(count, { description: "Hubs changed at the same time.", unit: "hubs", default: 4 }),
  failures: optional(z.number().int().min(0).max(1_000_000), {
    description: "How many hubs may fail before the stage stops where it is.",
    unit: "hubs",
    default: 0,
  }),
  iterate: optional(z.boolean(), {
    description: "Drafts of a working tree may be tried on the hubs of this stage. They never count for the next one.",
    default: false,
  }),
  auto: optional(z.boolean(), {
    description: "A bundle moves in by itself when the gate is open, instead of being promoted by somebody.",
    default: false,
  }),
});

export type WrittenStage = z.infer<typeof stageSchema>;
