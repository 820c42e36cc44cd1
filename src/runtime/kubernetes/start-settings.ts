import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { HubSettingsFile } from "./hub-files.ts";

/** What the hub's own code reads once, at its start, in the shape that the local runtime's has. */
export function startSettings(fleet: Pick<Fleet, "uuid" | "name">, hub: Hub, look: readonly string[]): HubSettingsFile {
  const logo = look.find((path) => /^logo\.[^/]+$/.test(path));
  return {
    version: 1,
    fleet: fleet.uuid,
    fleetName: fleet.name,
    hub: hub.name,
    title: hub.title,
    basePath: hub.basePath,
    login: hub.access.login,
    logo: logo === undefined ? null : `/usr/local/share/hubfleet/look/${logo}`,
    templates: look.some((path) => path.startsWith("templates/")) ? "/usr/local/share/hubfleet/look/templates" : null,
    homes: hub.storage.nfs === undefined ? "disk" : "nfs",
    dask: { enabled: hub.dask.enabled },
  };
}
