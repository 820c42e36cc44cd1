import { z } from "zod";

import { documentVersion, optional, required } from "./key.ts";
import { name } from "./names.ts";
import { recipientSchema } from "./notify.ts";
import { role, stageSchema } from "./stage.ts";

const person = z.strictObject({
  id: required(name, { description: "Short name by which the person is known in this fleet.", example: "ada" }),
  name: optional(z.string().min(1), { description: "Name in full.", example: "Ada Example" }),
  email: optional(z.email(), { description: "Where notices go.", example: "ada@example.org" }),
  github: optional(z.string().min(1), { description: "Account on GitHub.", example: "ada-example" }),
  keys: optional(z.array(z.string().regex(/^(?:valid-before="?\d{8}Z?"? )?(?:age1|ssh-|sk-ssh-|ecdsa-|sk-ecdsa-)\S/)), {
    description:
      'Public keys: SSH keys with which the person signs, and age recipients. An SSH key may end at a day, as in OpenSSH\'s file of allowed signers: `valid-before="20271231" ssh-ed25519 …`, in UTC.',
    default: [],
    example: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAR7azn3b6ANXoLWqDDDm25YgPTNjLY9tDZGZckLhRsM ada@laptop"],
  }),
  logins: optional(z.record(name, z.string().regex(/^(?!sha256:).{1,255}$/)), {
    description:
      "Names under which hubs know the person, by hub. Each of these hubs has a page at services/signoff/ on which they sign, known by their login there. One hub is enough.",
    default: {},
    example: { research: "ada" },
  }),
  roles: optional(z.array(role), {
    description: "What the person does: operator (applies), approver (signs off), viewer.",
    default: ["operator"],
    example: ["operator", "approver"],
  }),
});

const registry = z.strictObject({
  address: required(z.string().regex(/^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._/-]+)?$/), {
    description: "Host and path below which images are pushed.",
    example: "registry.example.org/fleet",
  }),
  keep: optional(
    z.strictObject({
      last: optional(z.number().int().min(1).max(10_000), {
        description: "How many of each image stay, the newest ones.",
        unit: "images",
        default: 10,
      }),
      days: optional(z.number().int().min(0).max(36_500), {
        description: "How old an image must be to go, by the commit that it was made of.",
        unit: "days",
        default: 90,
      }),
    }),
    {
      description:
        "What `hubfleet prune --registry NAME` leaves in it, beside all that the fleet can return to. Left out: nothing is ever removed.",
      example: { last: 10, days: 90 },
    },
  ),
});

const policies = z.strictObject({
  requireTwin: optional(z.boolean(), {
    description: "A hub's own gated settings must have run healthy on its twin first.",
    default: false,
  }),
});

/** fleet.yaml: the fleet itself. */
export const fleetFile = z.strictObject({
  version: documentVersion,
  name: required(name, { description: "Name of the fleet.", example: "campus" }),
  uuid: required(z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/), {
    description: "Made once by `init`; names the fleet's state on every machine. Never change it.",
    example: "00000000-0000-0000-0000-000000000000",
  }),
  team: optional(
    z.strictObject({
      size: optional(z.number().int().min(1).max(1000), {
        description: "How many people run the fleet. With one, nothing waits for a second person.",
        unit: "people",
        default: 1,
      }),
    }),
    { description: "Who runs the fleet.", default: {} },
  ),
  registries: optional(z.record(name, registry), {
    description: "Registries for built images, by a name of your choice.",
    default: {},
    example: { main: { address: "registry.example.org/fleet" } },
  }),
  tags: optional(z.enum(["content", "chartpress"]), {
    description:
      "What the tags of containers are made from: their content, so that the same files have the same tag on every machine, or commits, as chartpress does it.",
    default: "content",
    example: "chartpress",
  }),
  stages: required(z.array(stageSchema).min(1), {
    description: "Stages in the order in which changes move through them.",
    example: [{ name: "staging" }, { name: "production" }],
  }),
  people: optional(z.array(person), {
    description: "People who act on the fleet.",
    default: [],
    example: [{ id: "ada", roles: ["operator"] }],
  }),
  notify: optional(z.array(recipientSchema), {
    description:
      "Where the people who run the fleet are told of what happened and of what ends soon: commands and webhooks. Each notice goes to every one that wants its kind.",
    default: [],
    example: [{ on: ["unhealthy", "failed"], webhook: { addressVariable: "HUBFLEET_CHAT_WEBHOOK" } }],
  }),
  policies: optional(policies, { description: "Rules of the fleet's own making.", default: {} }),
});

export type WrittenFleetFile = z.infer<typeof fleetFile>;
