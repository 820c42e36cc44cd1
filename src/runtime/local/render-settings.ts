import type { DesiredHubProps } from "./desired-hub.ts";
import type { HubPaths } from "./paths.ts";
import { type HubPorts, signOffPort } from "./ports.ts";

type SettingsProps = DesiredHubProps & { readonly paths: HubPaths; readonly ports: HubPorts };

/** What the hub's process reads once, at its start: a change in it means that the hub restarts. */
export function hubSettings(props: SettingsProps): unknown {
  const { hub, cluster, look, paths } = props;
  return {
    ...gatewaySettings(props),
    title: hub.title,
    address: cluster.address,
    https: cluster.https ?? null,
    login: hub.access.login,
    logo: look.logo === undefined ? null : `${paths.look}/${look.logo}`,
    templates: look.templates === undefined ? null : `${paths.look}/${look.templates}`,
    hubConfig: hub.hubConfig,
    // Left out where there is none, so that hubs without it stay as they are.
    ...(hub.signOffPage === true
      ? { signOffPage: { sheet: paths.signOffSheet, outbox: paths.outbox, port: signOffPort(props.ports) } }
      : {}),
  };
}

/** The part of it that the Dask Gateway needs too, so that a new title leaves the gateway alone. */
export function gatewaySettings({ fleet, hub, paths, ports, uids }: SettingsProps): Record<string, unknown> {
  return {
    version: 1,
    fleet: fleet.uuid,
    fleetName: fleet.name,
    hub: hub.name,
    dataDirectory: paths.data,
    runDirectory: paths.run,
    basePath: hub.basePath,
    ports,
    isolation: uids === undefined ? { kind: "one-user" } : { kind: "per-user", ...uids },
    dask: { enabled: hub.dask.enabled },
    cgroup: uids === undefined ? null : `hubfleet/${fleet.uuid}/${hub.name}`,
  };
}
