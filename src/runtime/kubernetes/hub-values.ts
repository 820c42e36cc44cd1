import type { Hub, Login } from "../../fleet/fleet.ts";
import type { NodeGroup, PodSize } from "../../fleet/kubernetes-settings.ts";
import { type ChartValue, decided, fromSetting } from "./chart-values.ts";
import { chartSecrets, placeholderAt } from "./chart-secrets.ts";
import { monitoringLabels } from "./kubernetes-labels.ts";
import type { KubernetesNames } from "./kubernetes-names.ts";
import { type ImageReferences, referenceOf } from "./live-document.ts";
import { type Mount, mountValues } from "./mounts.ts";
import { splitReference } from "./split-reference.ts";
import { placeOn, someTolerations } from "./node-placement.ts";
import { podResources } from "./pod-resources.ts";

export interface HubValuesProps {
  readonly hub: Hub;
  readonly names: KubernetesNames;
  readonly images: ImageReferences;
  readonly nodeGroups: ReadonlyMap<string, NodeGroup>;
  /** A Prometheus runs beside the hubs of the cluster. */
  readonly hasPrometheus: boolean;
  readonly hasAutoscaler: boolean;
  readonly mounts: readonly Mount[];
}

export const pythonDirectory = "/usr/local/share/hubfleet/python";

/** Values of the jupyterhub chart for the hub itself, below `hub`, and for what runs beside it. */
export function hubValues(props: HubValuesProps): readonly ChartValue[] {
  const { hub, images, hasPrometheus, mounts } = props;
  const image = splitReference(referenceOf(hub.images.hub, images));
  return [
    fromSetting("hub.image.name", image.name, "images.hub"),
    fromSetting("hub.image.tag", image.tag, "images.hub"),
    fromSetting("hub.baseUrl", hub.basePath, "basePath"),
    decided(
      "hub.args",
      ["python3", "-m", "hubfleet_kubernetes.hub", "--config", "/usr/local/etc/jupyterhub/jupyterhub_config.py"],
      "the hub keeps access as it is written, and never upgrades its database by itself",
    ),
    decided("hub.extraEnv.PYTHONPATH", pythonDirectory, "where hubfleet's own code lies in the pod"),
    decided("hub.db.upgrade", false, "an upgrade of the database is a step of its own, with a copy made before it"),
    {
      path: ["hub", "db", "pvc", "annotations", "helm.sh/resource-policy"],
      value: "keep",
      origin: { kind: "hubfleet", because: "destroy keeps the database until it is asked to delete it" },
    },
    ...mountValues(mounts),
    ...Object.entries(monitoringLabels(hub)).map(([label, value]): ChartValue => ({
      path: ["hub", "labels", label],
      value,
      origin: { kind: "hubfleet", because: "what measurements are grouped by" },
    })),
    ...configValues(hub),
    ...serviceValues(props),
    ...secretValues(hub.dask.enabled, hasPrometheus),
    ...podValues(props),
    decided("prePuller.hook.enabled", false, "hubfleet looks images up before, and pulls them with a verdict per node"),
    decided("prePuller.continuous.enabled", false, "hubfleet pulls images itself"),
    decided(
      "scheduling.userScheduler.enabled",
      props.hasAutoscaler,
      "packs servers onto few nodes, which is of use where an autoscaler takes empty ones away",
    ),
    decided("scheduling.userPlaceholder.enabled", false, "pods that hold room are worth their price for events only"),
    ...cullingValues(hub),
  ];
}

const logins: Readonly<Record<Login["kind"], string>> = {
  "shared-password": "hubfleet_local.authenticators.SharedPassword",
  "sign-up": "hubfleet_local.sign_up.SignUp",
  github: "hubfleet_local.github.GitHub",
};

function configValues({ access, hubConfig }: Hub): ChartValue[] {
  const own = (section: string, trait: string, value: unknown, because: string): ChartValue => ({
    path: ["hub", "config", section, trait],
    value,
    origin: { kind: "hubfleet", because },
  });
  return [
    {
      ...own("JupyterHub", "authenticator_class", logins[access.login.kind], ""),
      origin: { kind: "setting", setting: "access.login.kind" },
    },
    own(
      "JupyterHub",
      "spawner_class",
      "hubfleet_kubernetes.spawner.FleetSpawner",
      "profiles and limits are read again without a restart",
    ),
    own("KubeSpawner", "delete_pvc", false, "who lost access may come back: the disk stays"),
    own(
      "Spawner",
      "server_token_scopes",
      [
        "users:activity!user",
        "access:servers!server",
        "access:services!service=dask-gateway",
        "read:users:groups!user",
      ],
      "a server's token opens Dask Gateway for its user, and nothing more",
    ),
    own("Spawner", "default_url", "/lab", "as on `local`"),
    ...Object.entries(hubConfig).flatMap(([section, traits]) =>
      Object.entries(traits).map(([trait, value]): ChartValue => ({
        path: ["hub", "config", section, trait],
        value,
        origin: { kind: "setting", setting: `hubConfig.${section}.${trait}` },
      })),
    ),
  ];
}

const operatorScopes = [
  ...["admin:users", "admin:servers", "admin:server_state", "admin:groups", "list:services", "read:services"],
  ...["read:hub", "read:metrics", "proxy", "tokens", "shutdown", "access:servers", "access:services"],
];

function serviceValues({ hub, names, hasPrometheus }: HubValuesProps): ChartValue[] {
  const { enabled } = hub.dask;
  return [
    decided("hub.services.hubfleet", { display: false }, "how hubfleet itself asks the hub"),
    decided(
      "hub.loadRoles.operator",
      { services: ["hubfleet"], scopes: operatorScopes },
      "what hubfleet may ask the hub",
    ),
    decided(
      "hub.loadRoles.user",
      { scopes: enabled ? ["self", "access:services!service=dask-gateway"] : ["self"] },
      "what every user may do",
    ),
    ...(enabled
      ? [
          fromSetting(
            "hub.services.dask-gateway",
            { display: false, url: `http://${names.gatewayService}` },
            "dask.enabled",
          ),
        ]
      : []),
    ...(hasPrometheus
      ? [
          fromSetting("hub.services.prometheus", { display: false }, "cluster.addOns.prometheus"),
          fromSetting(
            "hub.loadRoles.prometheus",
            { services: ["prometheus"], scopes: ["read:metrics"] },
            "cluster.addOns.prometheus",
          ),
          fromSetting(
            "hub.networkPolicy.ingress",
            [
              {
                from: [{ namespaceSelector: { matchLabels: { "hubfleet.io/monitoring": "true" } } }],
                ports: [{ port: "http" }],
              },
            ],
            "cluster.addOns.prometheus",
          ),
        ]
      : []),
  ];
}

function secretValues(dask: boolean, metrics: boolean): ChartValue[] {
  return chartSecrets({ dask, metrics }).map((secret) => ({
    path: secret.path,
    value: placeholderAt(secret),
    origin: { kind: "hubfleet", because: "a secret, made once and kept in the cluster; this is a placeholder" },
  }));
}

function podValues({ hub, nodeGroups }: HubValuesProps): ChartValue[] {
  const { pods = {} } = hub;
  const group = pods.nodeGroup === undefined ? undefined : nodeGroups.get(pods.nodeGroup);
  const place = group === undefined ? undefined : placeOn(group);
  const placed = ["hub", "proxy.chp", "proxy.traefik"].flatMap((path) =>
    place === undefined
      ? []
      : [
          fromSetting(`${path}.nodeSelector`, place.nodeSelector, "pods.nodeGroup"),
          fromSetting(`${path}.tolerations`, someTolerations(place.tolerations), "pods.nodeGroup"),
        ],
  );
  const sized = (path: string, key: "hub" | "proxy", usual: PodSize): ChartValue[] => {
    const written = pods[key];
    const [setting, why] = [`pods.${key}`, "enough for some hundred users, so that the scheduler knows of it"];
    const resources = podResources(written ?? usual);
    return [written === undefined ? decided(path, resources, why) : fromSetting(path, resources, setting)];
  };
  return [
    ...placed,
    ...sized("hub.resources", "hub", { cpuGuarantee: 0.1, memoryGuaranteeBytes: 256 * 1024 ** 2 }),
    ...sized("proxy.chp.resources", "proxy", { cpuGuarantee: 0.05, memoryGuaranteeBytes: 64 * 1024 ** 2 }),
  ];
}

function cullingValues({ culling }: Hub): ChartValue[] {
  return [
    fromSetting("cull.enabled", culling.enabled, "culling.enabled"),
    fromSetting("cull.timeout", culling.idleSeconds, "culling.idle"),
    fromSetting("cull.every", culling.everySeconds, "culling.every"),
    fromSetting("cull.maxAge", culling.maxAgeSeconds, "culling.maxAge"),
  ];
}
