import type { Hub } from "../../fleet/fleet.ts";

/** Labels of every object that hubfleet makes, by which it finds them again. Values are short: Kubernetes takes 63 characters. */
export function ownLabels(hub: Pick<Hub, "name" | "stage">, fleet: { readonly uuid: string }): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "hubfleet",
    "hubfleet.io/fleet": fleet.uuid,
    "hubfleet.io/hub": hub.name,
    "hubfleet.io/stage": hub.stage,
  };
}

/** What measurements are grouped by: on the pods of users and of the hub. */
export function monitoringLabels(hub: Pick<Hub, "name" | "stage">): Record<string, string> {
  return { "hubfleet.io/hub": hub.name, "hubfleet.io/stage": hub.stage };
}
