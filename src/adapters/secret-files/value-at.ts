import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { SecretReference } from "../../ports/secret-files.ts";

export function secretsPath(name: string): string {
  return `secrets/${name}.enc.yaml`;
}

/** A text, or a number or yes/no as text. @throws HubfleetError SECRET_NOT_THERE */
export function valueAt(values: unknown, { secret, key }: SecretReference): string {
  const found = key.split(".").reduce<unknown>(
    // Own keys alone: "constructor" is no secret.
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined,
    values,
  );
  if (typeof found === "string" && found !== "") return found;
  if (typeof found === "number" || typeof found === "boolean") return String(found);
  const what = found === undefined || found === null || found === "" ? "has no value" : "has more than one value";
  throw new HubfleetError("SECRET_NOT_THERE", {
    message: `${secretsPath(secret)} ${what} at "${key}"`,
    hint: `\`sops ${secretsPath(secret)}\` opens it`,
    at: { path: secretsPath(secret), line: 1, column: 1 },
  });
}

export function fileMissing({ secret }: SecretReference): HubfleetError {
  return new HubfleetError("SECRETS_FILE_MISSING", {
    message: `there is no ${secretsPath(secret)}`,
    hint: `\`sops ${secretsPath(secret)}\` makes it`,
  });
}

/** `why`: without a trace of the file's values. */
export function locked({ secret }: SecretReference, why: string, hint: string): HubfleetError {
  return new HubfleetError("SECRETS_LOCKED", {
    message: `${secretsPath(secret)} cannot be decrypted here: ${why}`,
    hint,
    at: { path: secretsPath(secret), line: 1, column: 1 },
  });
}

export function changed({ secret }: SecretReference, why: string): HubfleetError {
  return new HubfleetError("SECRETS_CHANGED", {
    message: `${secretsPath(secret)} is not as SOPS wrote it: ${why}`,
    hint: `somebody edited it by hand, or a merge did: take the version before (\`git log -- ${secretsPath(secret)}\`), then change it with \`sops ${secretsPath(secret)}\``,
    at: { path: secretsPath(secret), line: 1, column: 1 },
  });
}
