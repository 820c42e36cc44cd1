import { z } from "zod";

import { required } from "./key.ts";
import { name } from "./names.ts";

/** secrets/NAME.enc.yaml: values encrypted by SOPS. Only that it is encrypted is checked here; nothing is decrypted. */
export const secretsFile = z.looseObject({
  sops: z.looseObject({ mac: z.string().min(1), version: z.string().min(1) }).meta({ description: "Written by SOPS." }),
});

/** One value of such a file, named by a setting. */
export const secretReference = z.strictObject({
  secret: required(name, { description: "Name of the file: secrets/NAME.enc.yaml.", example: "login" }),
  key: required(z.string().regex(/^[^\s.]+(?:\.[^\s.]+)*$/, "keys with a dot between them"), {
    description: "The value's place in the file; a dot leads into a map.",
    example: "github.clientSecret",
  }),
});

/** One value of a Secret that is in a hub's namespace, whoever put it there. */
export const clusterSecretReference = z.strictObject({
  name: required(name, { description: "Name of the Secret in the hub's namespace.", example: "github-app" }),
  key: required(z.string().regex(/^[-._a-zA-Z0-9]+$/, "letters, digits, dashes, dots and underscores"), {
    description: "The value's key in it.",
    example: "client-secret",
  }),
});
