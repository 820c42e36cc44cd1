import { z } from "zod";

import { optional, required } from "./key.ts";
import { clusterSecretReference, secretReference } from "./secrets-file.ts";
import { name, organizationName, teamName, userName, variableName } from "./names.ts";

const kindFacts = {
  description:
    "How people prove who they are: shared-password (one password for trusted people on one machine), sign-up (people on the lists make accounts with passwords of their own), or github.",
  example: "github",
} as const;

const login = z.discriminatedUnion("kind", [
  z.strictObject({ kind: required(z.literal("shared-password"), kindFacts) }),
  z.strictObject({ kind: required(z.literal("sign-up"), kindFacts) }),
  z.strictObject({
    kind: required(z.literal("github"), kindFacts),
    clientId: required(z.string().min(1), {
      description: "Client id of the GitHub OAuth app.",
      example: "Iv1.0123456789abcdef",
    }),
    clientSecretVariable: optional(variableName, {
      description: "Name of the environment variable, in the operator's shell, that holds the OAuth app's secret.",
      default: "GITHUB_CLIENT_SECRET",
    }),
    clientSecret: optional(secretReference, {
      description:
        "Where the OAuth app's secret is kept: a value of an encrypted file of the fleet. Used in place of the variable.",
      example: { secret: "login", key: "github.clientSecret" },
    }),
    clientSecretInCluster: optional(clusterSecretReference, {
      description:
        "On Kubernetes: the Secret of the hub's namespace that holds the OAuth app's secret, where something else than hubfleet keeps it. Instead of the two others.",
      example: { name: "github-app", key: "client-secret" },
    }),
    address: optional(z.url({ protocol: /^https?$/ }), {
      description: "Address of GitHub, or of a GitHub Enterprise Server.",
      default: "https://github.com",
    }),
  }),
]);

/** Who may enter a hub, and as what. Takes effect at the next apply, without a restart. */
export const accessSchema = z.strictObject({
  login: optional(login, {
    description: "How people log in. A layer that sets `login` replaces it as a whole.",
    default: { kind: "shared-password" },
    example: { kind: "sign-up" },
    speed: "gated",
  }),
  everyone: optional(z.boolean(), { description: "Everybody who can log in may enter.", default: false }),
  users: optional(z.array(userName), { description: "Users who may enter.", default: [], example: ["ada", "grace"] }),
  admins: optional(z.array(userName), {
    description: "Users who may enter and may do everything in the hub, other people's servers included.",
    default: [],
    example: ["ada"],
  }),
  groups: optional(z.record(name, z.array(userName)), {
    description: "Groups of users by name, for profiles that only some may choose.",
    default: {},
    example: { teachers: ["ada"] },
  }),
  organizations: optional(z.array(organizationName), {
    description: "GitHub organisations whose members may enter.",
    default: [],
    example: ["example-lab"],
  }),
  teams: optional(z.array(teamName), {
    description: 'GitHub teams whose members may enter, as "organisation:team".',
    default: [],
    example: ["example-lab:analysts"],
  }),
});
