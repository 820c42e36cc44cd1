import type { SourcePosition } from "../../errors/hubfleet-error.ts";
import type { Origins } from "../../fleet/fleet.ts";
import { isMap } from "../../fleet/merge-settings.ts";
import type { OriginatedValue } from "../../runtime/kubernetes/chart-values.ts";
import { overDefaults } from "../../runtime/kubernetes/check-release-values.ts";
import type { FoundRelease } from "./plan-adoption.ts";

type Values = Readonly<Record<string, unknown>>;

export interface CompareProps {
  readonly hub: string;
  readonly origins: Origins;
}

/** Where hubfleet says otherwise what a value of the charts said. The longest path counts. */
const settingOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  jupyterhub: {
    cull: "culling",
    "hub.activeServerLimit": "limits.runningServers",
    "hub.allowNamedServers": "hubConfig.JupyterHub.allow_named_servers",
    "hub.baseUrl": "basePath",
    "hub.concurrentSpawnLimit": "limits.concurrentSpawns",
    "hub.config": "hubConfig",
    "hub.config.JupyterHub.authenticator_class": "access.login",
    "hub.image": "images.hub",
    ingress: "network",
    prePuller: "images",
    "proxy.https": "network.https",
    "proxy.service": "network.entry",
    "singleuser.cmd": "images.notebook",
    "singleuser.cpu": "limits, profiles",
    "singleuser.defaultUrl": "hubConfig.Spawner.default_url",
    "singleuser.extraEnv": "environment",
    "singleuser.image": "images.notebook, profiles",
    "singleuser.memory": "limits, profiles",
    "singleuser.profileList": "profiles",
    "singleuser.storage": "storage",
  },
  "dask-gateway": {
    "gateway.auth": "dask.enabled",
    "gateway.backend.image": "images.worker",
    "gateway.backend.worker": "dask.workerCores, dask.workerMemory",
    "gateway.prefix": "basePath",
  },
};

/** Random values that a release keeps when it is taken over. */
const kept: ReadonlySet<string> = new Set([
  "proxy.secretToken",
  "hub.cookieSecret",
  "hub.config.CryptKeeper.keys",
  "hub.config.JupyterHub.cookie_secret",
  "hub.config.ConfigurableHTTPProxy.auth_token",
]);

const secretWords = /secret|token|password|passwd|credential|private|(?:^|[._-])keys?(?:[._-]|$)|apikey/i;
const longestList = 40;

/**
 * What a release that runs says otherwise than it will, value by value, with the lines that cause it. Values that nobody
 * had set before and no file of the fleet sets now are counted, not listed.
 */
export function compareValues(
  { release, record }: FoundRelease,
  { hub, origins }: CompareProps,
): { readonly because: readonly string[]; readonly at: readonly SourcePosition[] } {
  const theirs = overDefaults(record.values, record.defaults);
  const ours = overDefaults(release.values, record.defaults);
  const written = new Map(release.origins.map((one) => [one.path.join("."), one]));
  const paths = [...new Set([...leafPaths(record.values), ...leafPaths(release.values)])].sort();
  const differing = paths.filter((path) => !isSame(at(theirs, path), at(ours, path)) && !kept.has(path));
  const positions: SourcePosition[] = [];
  const own: string[] = [];
  const words: string[] = [];
  for (const path of differing) {
    const origin = originAt(path, written);
    const wasSet = at(record.values, path) !== undefined;
    const position =
      origin === undefined || origin.kind === "hubfleet" ? undefined : origins.at(`hubs.${hub}.${origin.setting}`);
    if (!wasSet && position === undefined) {
      own.push(path);
      continue;
    }
    const isNew = !positions.some((one) => one.path === position?.path && one.line === position.line);
    if (position !== undefined && isNew) positions.push(position);
    words.push(describe(path, { before: at(theirs, path), after: at(ours, path), origin, position, release, wasSet }));
  }
  const { version } = record.chart;
  return {
    because: [
      ...(version === release.version ? [] : [`chart ${release.chart} ${version} → ${release.version}`]),
      ...words.slice(0, longestList),
      ...(words.length > longestList ? [`and ${words.length - longestList} more values`] : []),
      ...(own.length === 0
        ? []
        : [
            `and ${own.length} ${own.length === 1 ? "value" : "values"} that hubfleet sets itself: hubfleet render hub/${hub}`,
          ]),
    ],
    at: positions,
  };
}

interface Described {
  readonly before: unknown;
  readonly after: unknown;
  readonly origin: OriginatedValue["origin"] | undefined;
  readonly position: SourcePosition | undefined;
  readonly release: FoundRelease["release"];
  readonly wasSet: boolean;
}

function describe(path: string, { before, after, origin, position, release, wasSet }: Described): string {
  const show = (value: unknown): string => (isSecret(path) ? "(not shown)" : shown(value));
  const [from, to] = [wasSet ? show(before) : `${show(before)} (the chart's own)`, show(after)];
  if (origin?.kind === "hubfleet") return `${path}: ${from} → ${to} (${origin.because})`;
  if (origin !== undefined) {
    const line = position === undefined ? "" : ` (${position.path}:${position.line})`;
    return `${path}: ${from} → ${to}, by ${origin.setting}${line}`;
  }
  const setting = settingOfTrait(path) ?? longest(path, settingOf[release.chart] ?? {});
  const where = setting === undefined ? `keep it with chartValues.${release.chart}.${path}` : `here by ${setting}`;
  return `${path}: ${from} → not set; ${where}`;
}

/** Traits of whatever authenticator the hub has. */
function settingOfTrait(path: string): string | undefined {
  const [, trait = ""] = /^hub\.config\.[A-Za-z]*Authenticator\.([a-z_]+)/.exec(path) ?? [];
  return {
    allowed_users: "access.users",
    admin_users: "access.admins",
    client_id: "access.login",
    client_secret: "access.login",
  }[trait];
}

/** Of the value itself or of what it is part of. */
function originAt(path: string, written: ReadonlyMap<string, OriginatedValue>): OriginatedValue["origin"] | undefined {
  const exact = written.get(path);
  if (exact !== undefined) return exact.origin;
  for (const [key, { origin }] of written) if (path.startsWith(`${key}.`) || key.startsWith(`${path}.`)) return origin;
  return undefined;
}

function longest(path: string, table: Readonly<Record<string, string>>): string | undefined {
  for (let prefix = path; prefix !== ""; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf(".")))) {
    if (table[prefix] !== undefined) return table[prefix];
  }
  return undefined;
}

/** Maps key by key, lists and texts as wholes. A key with a dot in it is told with it. */
function leafPaths(values: unknown, path = ""): string[] {
  if (!isMap(values) || Object.keys(values).length === 0) return path === "" ? [] : [path];
  return Object.entries(values).flatMap(([key, value]) => leafPaths(value, path === "" ? key : `${path}.${key}`));
}

function at(values: Values, path: string): unknown {
  const find = (map: unknown, rest: string): unknown => {
    if (rest === "") return map;
    if (!isMap(map)) return undefined;
    for (const [key, value] of Object.entries(map)) {
      if (rest === key) return value;
      if (rest.startsWith(`${key}.`)) {
        const found = find(value, rest.slice(key.length + 1));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  return find(values, path);
}

/** Whether what a value is called, or the place where it stands, says that it may be nobody else's business. */
function isSecret(path: string): boolean {
  return secretWords.test(path) || /(?:^|\.)(?:extraEnv|environment|extraConfig|extraFiles)\./.test(path);
}

function isSame(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): string =>
    JSON.stringify(
      isMap(value) && Object.keys(value).length === 0 ? null : value || (value === false ? false : null),
    ) ?? "null";
  return plain(one) === plain(other);
}

/** A list or map may have secrets in it: of those only their size is told. */
function shown(value: unknown): string {
  if (Array.isArray(value)) {
    const isPlain = value.every((one) => typeof one === "string" || typeof one === "number");
    const text = JSON.stringify(value);
    return isPlain && text.length <= 100 ? text : `a list of ${value.length}`;
  }
  if (isMap(value)) return Object.keys(value).length === 0 ? "{}" : "a map";
  const text = JSON.stringify(value ?? null);
  if (/:\/\/[^/"]*@/.test(text)) return "(not shown)";
  if (typeof value === "string" && (value.includes("\n") || text.length > 100))
    return `a text of ${value.length} characters`;
  return text;
}
