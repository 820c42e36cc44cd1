import type { Hub } from "../../fleet/fleet.ts";
import { type ChartValue, decided, fromSetting } from "./chart-values.ts";
import { monitoringLabels } from "./kubernetes-labels.ts";
import type { KubernetesNames } from "./kubernetes-names.ts";
import { quantity } from "./quantity.ts";

const usualDiskBytes = 10 * 1024 ** 3;

/** What every user's server has, below `singleuser`. What a profile says of one is in the live document. */
export function serverValues(hub: Hub, names: KubernetesNames): readonly ChartValue[] {
  return [
    ...["name", "tag"].map((key) =>
      decided(`singleuser.image.${key}`, "", "each profile names its image; the hub reads them without a restart"),
    ),
    decided("singleuser.cmd", "jupyterhub-singleuser", "as on `local`"),
    decided(
      "singleuser.memory.guarantee",
      null,
      "a profile says what is kept free for a server; without it nothing is",
    ),
    ...Object.entries(monitoringLabels(hub)).map(([label, value]): ChartValue => ({
      path: ["singleuser", "extraLabels", label],
      value,
      origin: { kind: "hubfleet", because: "what measurements are grouped by" },
    })),
    decided(
      "singleuser.cloudMetadata.blockWithIptables",
      false,
      "the network policy keeps servers from it, and no container of a user's pod is privileged",
    ),
    ...homeValues(hub, names),
    ...reachValues(hub, names),
  ];
}

function homeValues({ storage }: Hub, names: KubernetesNames): ChartValue[] {
  if (storage.nfs !== undefined) {
    return [
      fromSetting("singleuser.storage.type", "static", "storage.nfs"),
      fromSetting("singleuser.storage.static.pvcName", names.nfsClaim, "storage.nfs"),
      fromSetting("singleuser.storage.static.subPath", "homes/{username}", "storage.nfs.path"),
    ];
  }
  const { disk } = storage;
  const size = quantity(disk?.sizeBytes ?? usualDiskBytes);
  return [
    decided("singleuser.storage.type", "dynamic", "a disk for each user, for there is no storage.nfs"),
    disk === undefined
      ? decided("singleuser.storage.capacity", size, "the size of a disk where storage.disk says none")
      : fromSetting("singleuser.storage.capacity", size, "storage.disk.size"),
    fromSetting("singleuser.storage.dynamic.storageClass", disk?.storageClass, "storage.disk.storageClass"),
  ];
}

function reachValues({ dask, network }: Hub, names: KubernetesNames): ChartValue[] {
  const toGateway = {
    to: [
      {
        podSelector: {
          matchLabels: {
            "app.kubernetes.io/instance": names.releases.daskGateway,
            "app.kubernetes.io/component": "traefik",
          },
        },
      },
    ],
    ports: [{ port: 8000, protocol: "TCP" }],
  };
  return [
    ...(dask.enabled
      ? [{ ...fromSetting("singleuser.networkPolicy.egress", [toGateway], "dask.enabled"), joins: true }]
      : []),
    ...(network?.privateAddresses === true
      ? [fromSetting("singleuser.networkPolicy.egressAllowRules.privateIPs", true, "network.privateAddresses")]
      : []),
  ];
}
