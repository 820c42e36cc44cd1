import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { isLocal, type Rule, settingsFiles, settingsOf, unknownName } from "./rule.ts";

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

/** Only a cluster has Secrets, and a value with two places would be looked for in the wrong one. */
export const clusterSecretsHaveAPlace: Rule = (fleet) =>
  [...fleet.hubs.values()].flatMap((hub) => {
    const login = settingsOf(hub).access?.login;
    if (login?.kind !== "github" || login.clientSecretInCluster === undefined) return [];
    const trouble = isLocal(hub, fleet)
      ? `the login of hub "${hub.name}" names a Secret of a cluster, and the hub is on this machine`
      : login.clientSecret === undefined
        ? undefined
        : `the login of hub "${hub.name}" names an encrypted file and a Secret of the cluster`;
    if (trouble === undefined) return [];
    return [
      new HubfleetError("CLUSTER_SECRET_MISPLACED", {
        message: trouble,
        hint: "use `clientSecret: {secret: …, key: …}` with a file below secrets/, or the Secret alone on Kubernetes",
        at: hub.position(["access", "login", "clientSecretInCluster"]),
      }),
    ];
  });

function hasValue(values: unknown, key: string): boolean {
  const found = key
    .split(".")
    .reduce<unknown>((value, part) => (Object(value) as Readonly<Record<string, unknown>>)[part], values); // any shape may be written
  return found !== undefined && found !== null && typeof found !== "object";
}
