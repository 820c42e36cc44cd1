import type { Health, HubStatus } from "../../operate/status.ts";
import type { Paint } from "./paint.ts";
import { renderTable } from "./table.ts";

const colors = {
  healthy: "green",
  degraded: "red",
  stopped: "red",
  absent: "dim",
  unknown: "dim",
} as const satisfies Record<Health, string>;

/** A line for each hub, those that need somebody first. */
export function renderStatus(
  hubs: readonly HubStatus[],
  { paint, wide }: { readonly paint: Paint; readonly wide: boolean },
): string {
  const header = [
    "HUB",
    "STAGE",
    "HEALTH",
    "RUNS",
    "USERS",
    "SERVERS",
    "DASK",
    "ADDRESS",
    ...(wide ? ["JUPYTERHUB", "SINCE"] : []),
  ];
  const rows = byUrgency(hubs).map((hub) => [
    hub.hub,
    hub.stage,
    paint(colors[hub.health], hub.health),
    hub.runs,
    showCount(hub.users),
    servers(hub),
    String(hub.daskClusters),
    hub.url,
    ...(wide ? [hub.jupyterhub, hub.since ?? ""] : []),
  ]);
  const reasons = byUrgency(hubs)
    .filter(({ reason }) => reason !== "")
    .map(({ hub, reason }) => `hub/${hub}: ${reason}\n`);
  return `${renderTable(header, rows)}${reasons.join("")}`;
}

export function renderStatusMarkdown(hubs: readonly HubStatus[]): string {
  const rows = byUrgency(hubs).map(
    (hub) =>
      `| ${hub.hub} | ${hub.stage} | ${hub.health}${hub.reason === "" ? "" : `: ${hub.reason}`} | ${servers(hub)} | ${hub.url} |`,
  );
  return `| hub | stage | health | servers | address |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

function servers({ servers: running, olderServers }: HubStatus): string {
  return olderServers === 0 ? showCount(running) : `${running} (${olderServers} on an older image)`;
}

/** What nobody could ask is not zero. */
function showCount(count: number | null): string {
  return count === null ? "-" : String(count);
}

const urgency: readonly Health[] = ["degraded", "stopped", "unknown", "absent", "healthy"];

function byUrgency(hubs: readonly HubStatus[]): readonly HubStatus[] {
  return [...hubs].sort(
    (one, other) => urgency.indexOf(one.health) - urgency.indexOf(other.health) || (one.hub < other.hub ? -1 : 1),
  );
}
