import pMap from "p-map";
import { parseAllDocuments } from "yaml";

import { fromUnknown } from "../../errors/from-unknown.ts";
import { type FieldDrift, objectDrift } from "../../plan/object-drift.ts";
import type { Charts } from "../../ports/helm.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import { fillPlaceholders } from "../../runtime/kubernetes/fill-placeholders.ts";
import { releasePart } from "../../runtime/kubernetes/remote-applied.ts";
import type { RenderedRelease } from "../../runtime/kubernetes/render-hub.ts";
import { secretValue } from "./observe-remote.ts";
import type { PlannedRemote } from "./plan-remotes.ts";
import { clusterWide } from "./read-manifests.ts";

/** An object that is not as it was put in place. */
export interface ObjectDrift {
  /** "Deployment hub"; of what Helm keeps itself "release alpha". */
  readonly object: string;
  /** Of the release that made it; undefined: hubfleet's own. */
  readonly release?: string;
  readonly isGone: boolean;
  readonly fields: readonly FieldDrift[];
  /** As it is put in place again; not part of what is told. */
  readonly given: KubernetesObject | undefined;
}

export interface HubDrift {
  readonly objects: readonly ObjectDrift[];
  /** How many were looked at. */
  readonly looked: number;
  /** What could not be looked at, in words. */
  readonly remarks: readonly string[];
}

export interface FindDriftProps {
  readonly connection: ClusterConnection;
  readonly charts: () => Promise<Charts>;
  readonly signal: AbortSignal;
}

interface Given {
  readonly object: KubernetesObject;
  readonly release?: string;
}

const atOnce = 8;

/** In whose name Helm writes, and hubfleet what it makes beside. */
export function keeperOf(release: string | undefined): "helm" | "hubfleet" {
  return release === undefined ? "hubfleet" : "helm";
}

/**
 * Everything of a hub as it is against what was put in place: hubfleet's own objects, the objects of its releases as Helm keeps
 * them, and these against what hubfleet would render. Changes nothing: the cluster itself says what an object would be if it
 * were put in place again.
 */
export async function findDrift(planned: PlannedRemote, props: FindDriftProps): Promise<HubDrift> {
  const { connection, signal } = props;
  const { desired, remote } = planned;
  const { namespace, secrets: secretsName } = remote.names;
  const remarks: string[] = [];
  const secrets = await readSecrets(planned, connection, signal);
  const own = desired.rendered.objects
    // What people gave as secrets only they know.
    .filter(({ kind, metadata }) => kind !== "Secret" || metadata.name !== secretsName)
    .map((object): Given => ({ object: withData(object) }));
  const released: Given[] = [];
  const ofHelm: ObjectDrift[] = [];
  for (const release of desired.rendered.releases) {
    const text = await remote.helm.manifest(connection, { name: release.release, namespace }, signal);
    if (text === undefined) continue; // the plan says so
    const objects = readObjects(text, namespace);
    released.push(
      ...objects.map((object) => ({
        object: asHelmGives(object, release.release, namespace),
        release: release.release,
      })),
    );
    ofHelm.push(...(await compareRelease(release, objects, { ...props, planned, secrets, remarks })));
  }
  const found = await pMap([...own, ...released], (given) => lookAt(given, props, remarks), { concurrency: atOnce });
  return {
    objects: [...found.flat(), ...ofHelm],
    looked: own.length + released.length,
    remarks: [...new Set(remarks)],
  };
}

async function lookAt(
  { object, release }: Given,
  { connection, signal }: FindDriftProps,
  remarks: string[],
): Promise<readonly ObjectDrift[]> {
  const { apiVersion, kind, metadata } = object;
  const reference = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
  const about = { object: `${kind} ${metadata.name}`, ...(release === undefined ? {} : { release }), given: object };
  try {
    const live = await connection.get(reference, signal);
    if (live === undefined) return [{ ...about, isGone: true, fields: [] }];
    const options = { isTrial: true, takesOver: true, manager: keeperOf(release) };
    const again = await connection.apply(object, options, signal);
    const keepers = await connection.keepers(reference, signal);
    const fields = objectDrift({ given: object, live, again, keepers });
    return fields.length === 0 ? [] : [{ ...about, isGone: false, fields }];
  } catch (thrown) {
    signal.throwIfAborted();
    const [error] = fromUnknown(thrown);
    remarks.push(`${about.object} could not be compared: ${error?.message ?? ""}`);
    return [];
  }
}

/** What Helm keeps of a release against what hubfleet renders, where nothing waits to be changed. */
async function compareRelease(
  release: RenderedRelease,
  kept: readonly KubernetesObject[],
  {
    planned: { desired, observed, remote },
    secrets,
    charts,
    connection,
    remarks,
    signal,
  }: FindDriftProps & {
    readonly planned: PlannedRemote;
    readonly secrets: Readonly<Record<string, string>>;
    readonly remarks: string[];
  },
): Promise<readonly ObjectDrift[]> {
  const part = releasePart(release.release);
  if (observed.applied?.parts[part] !== desired.parts[part]) return [];
  const { chart: name, repository, version, digest } = release;
  const chart = await (await charts()).find({ name, repository, version, digest }, signal);
  if (chart === undefined) {
    remarks.push(`chart ${name} ${version} is not on this machine: release ${release.release} was not rendered again`);
    return [];
  }
  const { namespace } = remote.names;
  const text = await remote.helm.template(
    {
      ...{ chart, release: { name: release.release, namespace } },
      values: fillPlaceholders(release.values, secrets),
      kubernetesVersion: await connection.version(signal),
    },
    signal,
  );
  const keyOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
  const before = new Map(kept.map((object) => [keyOf(object), object]));
  return readObjects(text, namespace).flatMap((rendered): ObjectDrift[] => {
    const live = before.get(keyOf(rendered));
    const fields = live === undefined ? [] : objectDrift({ given: rendered, live, again: rendered, keepers: [] });
    if (live !== undefined && fields.length === 0) return [];
    const object = `${keyOf(rendered)} in Helm's record`;
    return [{ object, release: release.release, isGone: live === undefined, fields, given: undefined }];
  });
}

async function readSecrets(
  { remote, desired }: PlannedRemote,
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const { namespace, made } = remote.names;
  const secret = await connection.get({ apiVersion: "v1", kind: "Secret", name: made, namespace }, signal);
  return Object.fromEntries(
    desired.rendered.chartSecrets.map(({ name }) => [name, secretValue(secret, name) ?? "not made yet"]),
  );
}

/** Objects of YAML documents, each in its namespace; hooks are no part of a release. */
function readObjects(text: string, namespace: string): readonly KubernetesObject[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document): KubernetesObject[] => {
    const object = document.toJS() as KubernetesObject | null; // what Helm rendered
    if (object?.kind === undefined || object.metadata.annotations?.["helm.sh/hook"] !== undefined) return [];
    if (clusterWide.has(object.kind)) return [object];
    return [withData({ ...object, metadata: { namespace, ...object.metadata } })];
  });
}

/** Helm says on each object of whose release it is; its record doesn't have that. */
function asHelmGives(object: KubernetesObject, release: string, namespace: string): KubernetesObject {
  const { labels, annotations } = object.metadata;
  const metadata = {
    ...object.metadata,
    labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" },
    annotations: { ...annotations, "meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace },
  };
  return { ...object, metadata };
}

/** A Secret's `stringData` as the `data` that the cluster makes of it. */
function withData({ stringData, ...object }: KubernetesObject): KubernetesObject {
  if (stringData === undefined) return object;
  const texts = Object.entries(stringData as Readonly<Record<string, string>>); // as the API has it
  const added = Object.fromEntries(texts.map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
  return { ...object, data: { ...Object(object["data"]), ...added } };
}
