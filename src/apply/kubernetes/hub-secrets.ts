import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { secretValue } from "../../operate/kubernetes/observe-remote.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { ChartSecret, HubSecretName } from "../../runtime/kubernetes/chart-secrets.ts";
import type { KubernetesNames } from "../../runtime/kubernetes/kubernetes-names.ts";

export interface HubSecretsProps {
  readonly hub: Hub;
  readonly names: KubernetesNames;
  readonly chartSecrets: readonly ChartSecret[];
  readonly hubSecrets: readonly HubSecretName[];
  readonly labels: Readonly<Record<string, string>>;
  readonly connection: ClusterConnection;
  readonly world: Pick<LocalWorld, "random" | "secretFiles" | "variable">;
  readonly signal: AbortSignal;
}

export interface HubSecrets {
  /** By the names that placeholders have. */
  readonly values: Readonly<Record<string, string>>;
  /** Of what people gave: what the hub had before, for there is no key here to what it should have. */
  readonly kept: readonly HubSecretName[];
  /** What to know about where they come from. */
  readonly remarks: readonly string[];
}

/**
 * The secrets of a hub: random ones are made once and kept in its namespace; what people gave is taken from where the fleet
 * says, or, where no key for it is here, as the hub has it until now. A release that hubfleet did not install keeps its own
 * random values, so that nobody has to log in again.
 * @throws HubfleetError SECRET_MISSING, SECRETS_LOCKED and those of the encrypted file
 */
export async function ensureHubSecrets(props: HubSecretsProps): Promise<HubSecrets> {
  const { names, connection, labels, chartSecrets, hubSecrets, world, signal } = props;
  const { namespace } = names;
  const read = (name: string): Promise<KubernetesObject | undefined> =>
    connection.get({ apiVersion: "v1", kind: "Secret", name, namespace }, signal);
  const [kept, given, installed] = await Promise.all([read(names.made), read(names.secrets), read("hub")]);
  const made = Object.fromEntries(
    chartSecrets.map(({ name, path }) => [
      name,
      secretValue(kept, name) ?? installedValue(installed, name, path) ?? world.random.hex(32),
    ]),
  );
  if (chartSecrets.some(({ name }) => secretValue(kept, name) === undefined)) {
    const metadata = { name: names.made, namespace, labels };
    const all = { ...keptValues(kept), ...encoded(made) };
    await connection.apply({ apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data: all }, {}, signal);
  }
  const values: Record<string, string> = { ...made };
  const remarks: string[] = [];
  const keptNames: HubSecretName[] = [];
  for (const name of hubSecrets) {
    const before = secretValue(given, name);
    if (name === "githubClientSecret") {
      const { value, remark } = await loginSecret(props, before);
      values[name] = value;
      if (remark !== undefined) {
        remarks.push(remark);
        keptNames.push(name);
      }
    } else values[name] = before ?? world.random.hex(name === "adminPassword" ? 16 : 6); // as long as on one machine
  }
  return { values, kept: keptNames, remarks };
}

/** What the chart's own Secret has of a release that somebody else installed. */
function installedValue(
  secret: KubernetesObject | undefined,
  name: string,
  path: readonly string[],
): string | undefined {
  const key = {
    proxyToken: "hub.config.ConfigurableHTTPProxy.auth_token",
    cookieSecret: "hub.config.JupyterHub.cookie_secret",
    cryptKey: "hub.config.CryptKeeper.keys",
  }[name];
  return secretValue(secret, key ?? path.join(".")) || undefined; // an empty one is none
}

function keptValues(secret: KubernetesObject | undefined): Readonly<Record<string, string>> {
  return Object(secret?.["data"]) as Readonly<Record<string, string>>; // as the API has it
}

async function loginSecret(
  { hub, world }: HubSecretsProps,
  before: string | undefined,
): Promise<{ readonly value: string; readonly remark?: string }> {
  const { login } = hub.access;
  if (login.kind !== "github") throw new TypeError("only such a login has one"); // hubSecretNames says so
  if (login.clientSecret === undefined) {
    const value = world.variable(login.clientSecretVariable) || before; // an empty variable counts as none
    if (value !== undefined) return { value };
    throw new HubfleetError("SECRET_MISSING", {
      message: `hub "${hub.name}" needs the secret of its GitHub app, and the variable "${login.clientSecretVariable}" is not set`,
      hint: `run the command again with ${login.clientSecretVariable}=… in its environment; it is kept for the next time`,
    });
  }
  try {
    return { value: await world.secretFiles.read(login.clientSecret) };
  } catch (thrown) {
    const isLocked = thrown instanceof HubfleetError && thrown.code === "SECRETS_LOCKED";
    if (!isLocked || before === undefined) throw thrown;
    const { secret } = login.clientSecret;
    return { value: before, remark: `keeps the secret that it has: no key for secrets/${secret}.enc.yaml is here` };
  }
}

/** A Secret's values as its `data`: who applies `stringData` owns none of it. */
export function encoded(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}
