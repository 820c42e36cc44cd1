/** What people did with a hub between two moments. Users of checks are no people. */
export interface HubUse {
  /** Servers that became ready. */
  readonly spawns: number;
  /** Different people whose servers became ready, or whose Dask clusters ran. */
  readonly users: number;
  readonly daskClusters: number;
  /** Servers that did not start. */
  readonly failedSpawns: number;
  readonly failedUsers: number;
  /** Images whose servers don't start: with how many different people tried in vain after the last that did start. */
  readonly failing: readonly FailingImage[];
}

export interface FailingImage {
  /** "" where it is not known. */
  readonly image: string;
  readonly users: number;
}

/** A stretch of time. */
export interface UseWindow {
  /** It included. */
  readonly since: Date;
  /** It left out: what begins there is counted from there on. */
  readonly until: Date;
}

/** The logs that a hub writes of its use, each in parts that follow each other. */
export interface UseTexts {
  readonly servers: readonly string[];
  readonly dask: readonly string[];
}

interface UseLine {
  readonly kind: string;
  readonly user: string;
  readonly image?: string;
}

/**
 * Counts what the hub wrote down itself, whoever looked meanwhile. Exact, as far as its logs reach back: they are cut at a
 * size, and a hub that was changed to count began then. `undefined`: it does not count. Pure.
 */
export function countUse(texts: UseTexts, window: UseWindow): HubUse | undefined {
  if (texts.servers.length + texts.dask.length === 0) return undefined;
  const [since, until] = [window.since.toISOString(), window.until.toISOString()];
  const within = (parts: readonly string[]): readonly UseLine[] => parts.flatMap((text) => linesOf(text, since, until));
  const servers = within(texts.servers);
  const [ready, failed, clusters] = [of("ready", servers), of("failed", servers), of("dask", within(texts.dask))];
  return {
    spawns: ready.length,
    users: usersOf([...ready, ...clusters]),
    daskClusters: clusters.length,
    failedSpawns: failed.length,
    failedUsers: usersOf(failed),
    failing: findFailing(servers),
  };
}

function findFailing(servers: readonly UseLine[]): readonly FailingImage[] {
  const images = Map.groupBy(servers, ({ image = "" }) => image);
  const failing = [...images].map(([image, lines]) => {
    const since = lines.findLastIndex(({ kind }) => kind === "ready") + 1;
    return { image, users: usersOf(of("failed", lines.slice(since))) };
  });
  return failing.filter(({ users }) => users > 0).toSorted((one, other) => (one.image < other.image ? -1 : 1));
}

const beginning = '{"at":"';
const momentLength = "2026-11-21T12:00:00.000Z".length;

/** Lines of the time, in the order in which they were written. What a crash left of a line is none. */
function linesOf(text: string, since: string, until: string): readonly UseLine[] {
  const lines: UseLine[] = [];
  for (let [start, end] = [0, 0]; start < text.length; start = end + 1) {
    end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    // Most lines are of another time, which shows before they are parsed: moments sort as text.
    const at = start + beginning.length;
    const moment = text.slice(at, at + momentLength);
    if (moment < since || moment >= until || !text.startsWith(beginning, start)) continue;
    const line = parseLine(text.slice(start, end));
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

function parseLine(text: string): UseLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isUseLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isUseLine(value: unknown): value is UseLine {
  if (typeof value !== "object" || value === null) return false;
  const { kind, user, image = "" } = value as Record<string, unknown>; // any object can be asked for keys
  return [kind, user, image].every((one) => typeof one === "string");
}

function of(wanted: string, lines: readonly UseLine[]): readonly UseLine[] {
  return lines.filter(({ kind }) => kind === wanted);
}

function usersOf(lines: readonly UseLine[]): number {
  return new Set(lines.map(({ user }) => user)).size;
}
