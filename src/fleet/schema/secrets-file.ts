import { z } from "zod";

/** secrets/NAME.enc.yaml: values encrypted by SOPS. Only that it is encrypted is checked here; nothing is decrypted. */
export const secretsFile = z.looseObject({
  sops: z.looseObject({ mac: z.string().min(1), version: z.string().min(1) }).meta({ description: "Written by SOPS." }),
});
