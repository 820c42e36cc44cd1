import type { KubernetesNames } from "./kubernetes-names.ts";

type Labels = Readonly<Record<string, string>>;

/** What a hub on Kubernetes is made of, under the names that `logs` and `restart` have for it. */
export interface HubComponent {
  readonly name: string;
  /** Of its pods. */
  readonly labels: Labels;
  readonly deployment: string;
}

/** By the labels and names that the charts give. */
export function hubComponents(
  { releases, gatewayFullname }: Pick<KubernetesNames, "releases" | "gatewayFullname">,
  has: { readonly dask: boolean },
): readonly HubComponent[] {
  const own = (name: "hub" | "proxy"): HubComponent => ({ name, labels: { component: name }, deployment: name });
  const dask = (name: string, component: string, prefix = component): HubComponent => ({
    name,
    labels: { "app.kubernetes.io/instance": releases.daskGateway, "app.kubernetes.io/component": component },
    deployment: `${prefix}-${gatewayFullname}`,
  });
  return [
    own("hub"),
    own("proxy"),
    ...(has.dask
      ? [dask("gateway", "gateway", "api"), dask("gateway-controller", "controller"), dask("gateway-proxy", "traefik")]
      : []),
  ];
}

/** A user's server, by its pod. */
export const serverLabels: Labels = { component: "singleuser-server" };

/** "grace", or "grace--second" for a server with a name of its own; undefined: the pod is nobody's. */
export function serverOf(annotations: Labels | undefined): string | undefined {
  const user = annotations?.["hub.jupyter.org/username"];
  const server = annotations?.["hub.jupyter.org/servername"] ?? "";
  return user === undefined || server === "" ? user : `${user}--${server}`;
}
