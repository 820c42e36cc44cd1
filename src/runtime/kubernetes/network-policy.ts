import type { Hub } from "../../fleet/fleet.ts";
import type { KubernetesNames } from "./kubernetes-names.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"];

/**
 * What Dask's pods may speak with. Their chart has no policy, and code of users runs in them as in their servers: so they
 * reach each other, the gateway, names and the internet, and neither the hub nor the cloud's metadata.
 */
export function daskPolicy(
  { network }: Pick<Hub, "network">,
  { names, labels }: { readonly names: KubernetesNames; readonly labels: Readonly<Record<string, string>> },
): KubernetesObject {
  const instance = { "gateway.dask.org/instance": names.releases.daskGateway };
  const dask = { matchExpressions: [{ key: "gateway.dask.org/cluster", operator: "Exists" }], matchLabels: instance };
  const internet = {
    cidr: "0.0.0.0/0",
    except: network?.privateAddresses === true ? ["169.254.0.0/16"] : privateRanges,
  };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: names.daskPolicy, namespace: names.namespace, labels },
    spec: {
      podSelector: dask,
      policyTypes: ["Ingress", "Egress"],
      // The gateway's own pods have the instance's label too.
      ingress: [{ from: [{ podSelector: { matchLabels: instance } }] }],
      egress: [
        { to: [{ podSelector: { matchLabels: instance } }] },
        {
          ports: [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
          ],
        },
        { to: [{ ipBlock: internet }] },
      ],
    },
  };
}
