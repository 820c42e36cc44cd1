import type { Hub, LocalCluster } from "../../src/fleet/fleet.ts";
import { type DesiredHub, desiredHub, type DesiredHubProps } from "../../src/runtime/local/desired-hub.ts";
import type { DraftImage } from "../../src/runtime/local/draft.ts";
import { isLocal } from "../../src/runtime/local/draft.ts";
import { aFleet } from "./a-fleet.ts";

/** Hub "alpha" of the small fleet, with what a test changes in its canonical form. */
export function aLocalHub(changes: Partial<Hub> = {}): Hub {
  const hub = aFleet().build().hubs.get("alpha");
  if (hub === undefined) throw new Error("the small fleet has a hub alpha");
  return { ...hub, ...changes };
}

/** What `desiredHub` renders it from. */
export function desiredHubProps(changes: Partial<DesiredHubProps> = {}): DesiredHubProps {
  const { name, uuid, clusters } = aFleet().build();
  const cluster = clusters.get("here");
  if (!isLocal(cluster)) throw new Error("the small fleet has a local cluster here");
  return {
    fleet: { name, uuid },
    hub: aLocalHub(),
    cluster: cluster satisfies LocalCluster,
    images: { hub: anImage("hub"), lab: anImage("lab") },
    uids: undefined,
    machine: {
      stateRoot: "/state",
      environments: "/state/environments",
      isRoot: false,
      node: "/usr/bin/node",
      proxyProgram: "/proxy/bin/configurable-http-proxy",
      proxyVersion: "5.3.0",
      boundLog: "/bound-log.cjs",
      pythonPath: "/state/runtime/0123456789abcdef",
    },
    look: {},
    ...changes,
  };
}

/** Renders hub "alpha" with changes of its canonical form. */
export function desiredAlpha(changes: Partial<Hub> = {}, props: Partial<DesiredHubProps> = {}): DesiredHub {
  return desiredHub(desiredHubProps({ hub: aLocalHub(changes), ...props }));
}

export function anImage(name: string, lock = "1"): DraftImage {
  return { lockDigest: `${name}-${lock}`, pythonMinor: "3.11", environment: `/state/environments/${name}-${lock}` };
}
