import type { Nfs } from "../../fleet/kubernetes-settings.ts";
import type { KubernetesNames } from "./kubernetes-names.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** NFS knows no sizes; Kubernetes wants one, and compares the two. */
const anySize = "1Mi";

/**
 * The export as a volume that only this hub's claim can have. It is kept when the hub goes: what is on the server is
 * not the cluster's.
 */
export function nfsObjects(
  { server, path, mountOptions }: Nfs,
  { names, labels }: { readonly names: KubernetesNames; readonly labels: Readonly<Record<string, string>> },
): readonly KubernetesObject[] {
  const shared = { accessModes: ["ReadWriteMany"], storageClassName: "" };
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: names.nfsVolume, labels },
      spec: {
        ...shared,
        capacity: { storage: anySize },
        persistentVolumeReclaimPolicy: "Retain",
        claimRef: { namespace: names.namespace, name: names.nfsClaim },
        mountOptions,
        nfs: { server, path },
      },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: names.nfsClaim, namespace: names.namespace, labels },
      spec: { ...shared, resources: { requests: { storage: anySize } }, volumeName: names.nfsVolume },
    },
  ];
}
