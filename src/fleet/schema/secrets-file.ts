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
