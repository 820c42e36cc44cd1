import type { Hub } from "../../fleet/fleet.ts";
import type { Entry, Https } from "../../fleet/kubernetes-settings.ts";
import { type ChartValue, decided, fromSetting } from "./chart-values.ts";

/** How people come in: the service of the proxy, HTTPS, ingress or route. */
export function entryValues(hub: Hub): readonly ChartValue[] {
  const { entry, https } = hub.network ?? {
    entry: { kind: "load-balancer", annotations: {} },
    https: { kind: "off" },
  };
  return [...serviceValues(entry), ...routeValues(hub, entry, https), ...httpsValues(hub, entry, https)];
}

function serviceValues(entry: Entry): ChartValue[] {
  const setting = "network.entry";
  switch (entry.kind) {
    case "load-balancer":
      return [
        fromSetting("proxy.service.type", "LoadBalancer", `${setting}.kind`),
        fromSetting("proxy.service.annotations", entry.annotations, `${setting}.annotations`),
      ];
    case "node-port":
      return [
        fromSetting("proxy.service.type", "NodePort", `${setting}.kind`),
        fromSetting("proxy.service.nodePorts.http", entry.port, `${setting}.port`),
      ];
    case "ingress":
    case "http-route":
    case "inside":
      return [fromSetting("proxy.service.type", "ClusterIP", `${setting}.kind`)];
  }
}

function routeValues({ domain = "" }: Hub, entry: Entry, https: Https): ChartValue[] {
  if (entry.kind === "ingress") {
    const tls = https.kind === "secret" ? [{ hosts: [domain], secretName: https.name }] : undefined;
    return [
      fromSetting("ingress.enabled", true, "network.entry.kind"),
      fromSetting("ingress.hosts", [domain], "domain"),
      fromSetting("ingress.ingressClassName", entry.className, "network.entry.className"),
      fromSetting("ingress.annotations", entry.annotations, "network.entry.annotations"),
      fromSetting("ingress.tls", tls, "network.https.name"),
    ];
  }
  if (entry.kind === "http-route") {
    const { gateway, gatewayNamespace } = entry;
    const parent = { name: gateway, ...(gatewayNamespace === undefined ? {} : { namespace: gatewayNamespace }) };
    return [
      fromSetting("httpRoute.enabled", true, "network.entry.kind"),
      fromSetting("httpRoute.hostnames", [domain], "domain"),
      fromSetting("httpRoute.parentRefs", [parent], "network.entry.gateway"),
    ];
  }
  return [];
}

/** Behind an ingress or a route HTTPS ends there, and the proxy speaks HTTP. */
function httpsValues({ domain = "" }: Hub, entry: Entry, https: Https): ChartValue[] {
  if (entry.kind === "ingress" || entry.kind === "http-route") {
    return [decided("proxy.https.enabled", false, "HTTPS ends in front of the proxy: at the ingress or the Gateway")];
  }
  const enabled = fromSetting("proxy.https.enabled", https.kind !== "off", "network.https.kind");
  const hosts = fromSetting("proxy.https.hosts", [domain], "domain");
  const type = fromSetting("proxy.https.type", https.kind, "network.https.kind");
  switch (https.kind) {
    case "off":
      return [enabled];
    case "offload":
      return [enabled, type, hosts];
    case "secret":
      return [enabled, type, hosts, fromSetting("proxy.https.secret.name", https.name, "network.https.name")];
    case "letsencrypt":
      return [
        enabled,
        type,
        hosts,
        fromSetting("proxy.https.letsencrypt.contactEmail", https.email, "network.https.email"),
        fromSetting("proxy.https.letsencrypt.acmeServer", https.server, "network.https.server"),
      ];
  }
}
