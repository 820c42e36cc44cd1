import type { Health, HubStatus } from "../../operate/status.ts";
import type { Paint } from "./paint.ts";
import { type Column, fitColumns, renderTable } from "./table.ts";

const colors = {
  healthy: "green",
  degraded: "red",
  stopped: "red",
  absent: "dim",
  removed: "dim",
  unknown: "dim",
} as const satisfies Record<Health, string>;

export interface StatusTextOptions {
  readonly paint: Paint;
  readonly wide: boolean;
  readonly columns?: number | undefined;
  /** Stages are told below: what runs is more than where it belongs. */
  readonly hasBundles?: boolean;
}

/** A line for each hub, those that need somebody first. Columns that do not fit are shortened or left out. */
export function renderStatus(
  hubs: readonly HubStatus[],
  { paint, wide, columns, hasBundles = false }: StatusTextOptions,
): string {
  const order = byUrgency(hubs);
  const isNarrow = !wide && columns !== undefined && columns < roomy;
  const table: readonly Column[] = [
    { title: "HUB", cells: order.map(({ hub }) => hub), narrowest: 12 },
    { title: "STAGE", cells: order.map(({ stage }) => stage), narrowest: 6, dropped: hasBundles ? 1 : 2 },
    { title: "HEALTH", cells: order.map(({ health }) => paint(colors[health], health)) },
    runs(order, isNarrow && hasBundles),
    { title: "USERS", cells: order.map(({ users }) => showCount(users)), dropped: 4 },
    { title: "SERVERS", cells: order.map((hub) => servers(hub, isNarrow)), dropped: 5 },
    { title: "DASK", cells: order.map(({ daskClusters }) => String(daskClusters)), dropped: 3 },
    { title: "ADDRESS", cells: order.map(({ url }) => url), narrowest: 20 },
  ];
  const more: readonly Column[] = [
    { title: "JUPYTERHUB", cells: order.map(({ jupyterhub }) => jupyterhub) },
    { title: "SINCE", cells: order.map(({ since }) => since ?? "") },
  ];
  const shown = fitColumns(wide ? [...table, ...more] : table, wide ? undefined : columns);
  const rows = order.map((_, row) => shown.map(({ cells }) => cells[row] ?? ""));
  const reasons = order.filter(({ reason }) => reason !== "").map(({ hub, reason }) => `hub/${hub}: ${reason}\n`);
  return `${renderTable(
    shown.map(({ title }) => title),
    rows,
  )}${reasons.join("")}`;
}

export function renderStatusMarkdown(hubs: readonly HubStatus[]): string {
  const rows = byUrgency(hubs).map(
    (hub) =>
      `| ${hub.hub} | ${hub.stage} | ${hub.health}${hub.reason === "" ? "" : `: ${hub.reason}`} | ${servers(hub)} | ${hub.url} |`,
  );
  return `| hub | stage | health | servers | address |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** Of several bundles, the id is what tells them apart. */
function runs(order: readonly HubStatus[], isShort: boolean): Column {
  const title = "RUNS";
  if (!isShort) return { title, cells: order.map((hub) => hub.runs), narrowest: 16, dropped: 1 };
  return { title, cells: order.map((hub) => hub.bundle ?? hub.runs.split(" ", 1)[0] ?? ""), dropped: 6 };
}

/** For a log: one hub, without what changes all the time. */
export function hubLogLine({ hub, health, reason, users, servers: running, daskClusters }: HubStatus): string {
  const why = reason === "" ? "" : ` (${reason})`;
  return `hub/${hub} ${health}${why}: ${users} users, ${running} servers, ${daskClusters} Dask clusters`;
}

/** Columns from which on words are spelt out. */
const roomy = 140;

function servers({ servers: running, olderServers }: HubStatus, isNarrow = false): string {
  if (olderServers === 0) return showCount(running);
  return isNarrow ? `${running} (${olderServers} older)` : `${running} (${olderServers} on an older image)`;
}

/** What nobody could ask is not zero. */
function showCount(count: number | null): string {
  return count === null ? "-" : String(count);
}

const urgency: readonly Health[] = ["degraded", "stopped", "unknown", "absent", "healthy", "removed"];

function byUrgency(hubs: readonly HubStatus[]): readonly HubStatus[] {
  return [...hubs].sort(
    (one, other) => urgency.indexOf(one.health) - urgency.indexOf(other.health) || (one.hub < other.hub ? -1 : 1),
  );
}
