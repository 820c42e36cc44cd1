import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, settingsFiles, unknownName } from "./rule.ts";

/** What settings name below secrets/. SOPS encrypts values and leaves keys, so that nothing has to be decrypted for it. */
export const namedSecretsAreThere: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) => {
    const login = value.access?.login;
    if (login?.kind !== "github" || login.clientSecret === undefined) return [];
    const { secret, key } = login.clientSecret;
    const path = ["access", "login", "clientSecret"];
    const { files, names } = fleet.written.secrets;
    const unknown = unknownName({
      code: "SECRETS_FILE_MISSING",
      kind: "secrets file",
      name: secret,
      known: names,
      at: document.position([...path, "secret"]),
    });
    const file = files.get(secret)?.document;
    if (unknown.length > 0 || file === undefined || hasValue(file.value, key)) return unknown;
    return [
      new HubfleetError("SECRET_NOT_THERE", {
        message: `${file.path} has no value at "${key}"`,
        hint: `\`sops ${file.path}\` opens it`,
        at: document.position([...path, "key"]),
      }),
    ];
  });

function hasValue(values: unknown, key: string): boolean {
  const found = key
    .split(".")
    .reduce<unknown>((value, part) => (Object(value) as Readonly<Record<string, unknown>>)[part], values); // any shape may be written
  return found !== undefined && found !== null && typeof found !== "object";
}
