import type { Hub } from "../../fleet/fleet.ts";
import { stableJson } from "../local/digest.ts";
import { type HubSecretName, placeholder } from "./chart-secrets.ts";
import type { HubFiles } from "./hub-files.ts";
import { ownLabels } from "./kubernetes-labels.ts";
import type { KubernetesNames } from "./kubernetes-names.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { OtherValue } from "./mounts.ts";
import { daskPolicy } from "./network-policy.ts";
import { nfsObjects } from "./nfs-objects.ts";

export interface OwnObjectsProps {
  readonly fleet: { readonly uuid: string };
  readonly hub: Hub;
  readonly names: KubernetesNames;
  /** What the hub reads again when it changes. */
  readonly live: unknown;
  readonly files: HubFiles;
  readonly hasPrometheus: boolean;
}

/** What a hub needs beside its charts, in the order in which it is put in place. */
export function ownObjects(props: OwnObjectsProps): readonly KubernetesObject[] {
  const { fleet, hub, names, live, files } = props;
  const labels = ownLabels(hub, fleet);
  const own = (apiVersion: string, kind: string, name: string): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace: names.namespace, labels },
  });
  const namespace: KubernetesObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: names.namespace, labels },
  };
  const secrets = hubSecretNames(hub);
  return [
    namespace,
    { ...own("v1", "Secret", names.current), type: "Opaque", stringData: { "current.json": stableJson(live) } },
    {
      ...own("v1", "Secret", names.secrets),
      type: "Opaque",
      stringData: Object.fromEntries(secrets.map((name) => [name, placeholder(name)])),
    },
    ...files.maps.map(({ name, texts, binaries }): KubernetesObject => ({
      ...own("v1", "ConfigMap", name),
      immutable: true,
      data: texts,
      ...(Object.keys(binaries).length === 0 ? {} : { binaryData: binaries }),
    })),
    ...(hub.storage.nfs === undefined ? [] : nfsObjects(hub.storage.nfs, { names, labels })),
    ...(hub.dask.enabled ? [...daskAccess(names, own), daskPolicy(hub, { names, labels })] : []),
  ];
}

/** Values that the hub's own code needs, and that somebody else keeps in the namespace. */
export function othersSecrets({ access: { login } }: Pick<Hub, "access">): readonly OtherValue[] {
  if (login.kind !== "github" || login.clientSecretInCluster === undefined) return [];
  const { name, key } = login.clientSecretInCluster;
  return [{ secret: name, key, file: "githubClientSecret" satisfies HubSecretName }];
}

/** Which secrets hubfleet puts there for the hub's own code. */
export function hubSecretNames({ access }: Pick<Hub, "access">): readonly HubSecretName[] {
  switch (access.login.kind) {
    case "shared-password":
      return ["adminPassword", "sharedPassword"];
    case "github":
      return access.login.clientSecretInCluster === undefined ? ["githubClientSecret"] : [];
    case "sign-up":
      return ["adminPassword"];
  }
}

/** The hub ends the Dask clusters of who lost access; its chart's role knows nothing of them. */
function daskAccess(
  { access, namespace }: KubernetesNames,
  own: (apiVersion: string, kind: string, name: string) => KubernetesObject,
): KubernetesObject[] {
  const group = "rbac.authorization.k8s.io";
  return [
    {
      ...own(`${group}/v1`, "Role", access),
      rules: [{ apiGroups: ["gateway.dask.org"], resources: ["daskclusters"], verbs: ["list", "delete"] }],
    },
    {
      ...own(`${group}/v1`, "RoleBinding", access),
      subjects: [{ kind: "ServiceAccount", name: "hub", namespace }],
      roleRef: { apiGroup: group, kind: "Role", name: access },
    },
  ];
}
