import { X509Certificate } from "node:crypto";

import type { Hub } from "../../fleet/fleet.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import type { OtherValue } from "../../runtime/kubernetes/mounts.ts";
import { kubernetesNames } from "../../runtime/kubernetes/kubernetes-names.ts";
import { othersSecrets } from "../../runtime/kubernetes/own-objects.ts";
import { type DoctorLine, fail, ok, warn } from "./line.ts";

export interface HubSecretsProps {
  readonly hub: Hub;
  readonly now: Date;
  readonly signal: AbortSignal;
}

const dayMilliseconds = 86_400_000;
/** What renews certificates does so a month before they end. */
const soonDays = 21;
/** Longer than most organisations let a password live. */
const oldDays = 365;

/** How old what hubfleet made for a hub is, and until when the certificate holds that its settings name. Shows no value. */
export async function lookAtHubSecrets(
  connection: ClusterConnection,
  { hub, now, signal }: HubSecretsProps,
): Promise<readonly DoctorLine[]> {
  const { namespace, made } = kubernetesNames(hub);
  const secrets = await connection.listMetadata({ apiVersion: "v1", kind: "Secret", namespace }, signal);
  const own = secrets.find(({ name }) => name === made);
  const about = `secrets of hub/${hub.name}`;
  const age = (since: string | undefined): string => agoWords(now.getTime() - Date.parse(since ?? ""));
  const { https } = hub.network ?? {};
  const named = othersSecrets(hub).map((value) => lookAtValue(connection, value, { hub, now, signal }));
  return [
    ...(await Promise.all(named)),
    ...(own === undefined ? [] : [ok(about, `its random values were made ${age(own.creationTimestamp)}`)]),
    ...(https?.kind === "secret"
      ? [await lookAtCertificate(connection, { ...{ hub, now, signal, name: https.name, namespace } })]
      : []),
  ];
}

/** A value that somebody else keeps in the namespace: whether it is there, and since when. */
async function lookAtValue(
  connection: ClusterConnection,
  { secret: name, key }: OtherValue,
  { hub, now, signal }: HubSecretsProps,
): Promise<DoctorLine> {
  const { namespace } = kubernetesNames(hub);
  const about = `login of hub/${hub.name}`;
  const where = `Secret "${name}" of namespace "${namespace}"`;
  const secret = await connection.get({ apiVersion: "v1", kind: "Secret", name, namespace }, signal);
  const make = `kubectl -n ${namespace} create secret generic ${name} --from-file=${key}=…`;
  if (secret === undefined) return fail(about, `${where} is not there, and the hub does not start without it`, make);
  const values = Object(secret["data"]) as Readonly<Record<string, unknown>>; // as the API has it
  if (typeof values[key] !== "string" || values[key] === "") {
    const known = Object.keys(values).join(", ");
    return fail(
      about,
      `${where} has no value at "${key}" (it has: ${known === "" ? "nothing" : known})`,
      "put it there",
    );
  }
  const { creationTimestamp } = secret.metadata as { readonly creationTimestamp?: string }; // as the API has it
  const days = Math.floor((now.getTime() - Date.parse(creationTimestamp ?? "")) / dayMilliseconds);
  const says = `${where} has it, and was made ${agoWords(days * dayMilliseconds)}`;
  return days < oldDays ? ok(about, says) : warn(about, says, "ask for a new secret where that came from");
}

async function lookAtCertificate(
  connection: ClusterConnection,
  { hub, now, signal, name, namespace }: HubSecretsProps & { readonly name: string; readonly namespace: string },
): Promise<DoctorLine> {
  const about = `certificate of hub/${hub.name}`;
  const secret = await connection.get({ apiVersion: "v1", kind: "Secret", name, namespace }, signal);
  const where = `Secret "${name}" of namespace "${namespace}"`;
  if (secret === undefined) {
    return fail(about, `${where} is not there`, `kubectl -n ${namespace} create secret tls ${name} --cert … --key …`);
  }
  const { "tls.crt": encoded } = Object(secret["data"]) as Readonly<Record<string, string | undefined>>; // as the API has it
  const certificate = parse(encoded);
  if (certificate === undefined) return fail(about, `${where} has no certificate as tls.crt`, "put one there");
  const left = Math.floor((Date.parse(certificate.validTo) - now.getTime()) / dayMilliseconds);
  const until = new Date(certificate.validTo).toISOString().slice(0, 10);
  const { domain } = hub;
  const renew = "have it renewed, by cert-manager or by hand";
  if (left < 0) return fail(about, `${where} ended on ${until}`, renew);
  if (domain !== undefined && certificate.checkHost(domain) === undefined) {
    return fail(about, `${where} is not for ${domain}`, "put a certificate for that name there");
  }
  const says = `${where} holds until ${until}, ${left} ${left === 1 ? "day" : "days"} more`;
  return left < soonDays ? warn(about, says, renew) : ok(about, says);
}

function parse(encoded: string | undefined): X509Certificate | undefined {
  try {
    return encoded === undefined ? undefined : new X509Certificate(Buffer.from(encoded, "base64"));
  } catch {
    return undefined;
  }
}

function agoWords(milliseconds: number): string {
  const days = Math.floor(milliseconds / dayMilliseconds);
  return days === 0 ? "today" : `${days} ${days === 1 ? "day" : "days"} ago`;
}
