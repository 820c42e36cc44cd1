import { type CondaPackage, type LockedPackage, normalizePackageName, parseLock } from "../lock/parse-lock.ts";
import type { ImageContents, ImageSize, Pin, PinSource } from "./image-contents.ts";
import { withoutLogin } from "./without-login.ts";

export interface LockContentsProps {
  /** How people asked for it. */
  readonly name: string;
  readonly size: ImageSize;
  /** Conda packages that people asked for by name, which the lock itself does not say. */
  readonly asked?: ReadonlySet<string>;
}

/** What an image holds according to its lock. @throws HubfleetError LOCK_UNREADABLE */
export function lockContents(text: string, { name, size, asked }: LockContentsProps): ImageContents {
  const lock = parseLock(text);
  const reasons = readReasons(lock.pipText);
  const conda = condaPins(lock.conda, asked);
  const python = conda.find((pin) => pin.name === "python")?.version ?? pythonMinor(lock.header);
  const packages = [...conda, ...lock.packages.map((locked) => toPin(locked, reasons))];
  return {
    name,
    from: "lock",
    environments: [{ prefix: undefined, python, packages }],
    system: undefined,
    settings: undefined,
    size,
    platform: undefined,
    platforms: [],
    remarks: [],
  };
}

function pythonMinor(header: readonly string[]): string | undefined {
  return header.map((line) => /\bpython (3\.\d+)\b/.exec(line)?.[1]).find((minor) => minor !== undefined);
}

function toPin({ name, version, source, markers, hashes }: LockedPackage, reasons: Reasons): Pin {
  const because = reasons.get(name) ?? [];
  return {
    name,
    version,
    source: safeSource(source),
    marker: markers,
    hashes,
    isDirect: reasons.size === 0 ? undefined : because.some(isFile),
    requiredBy: because.filter((reason) => !isFile(reason)),
  };
}

function safeSource(source: LockedPackage["source"]): PinSource {
  return source.kind === "index" ? source : { ...source, url: withoutLogin(source.url) };
}

/** Package → what asked for it: "-r requirements.txt", or packages. Empty for a lock without such notes. */
type Reasons = ReadonlyMap<string, readonly string[]>;

/** The resolver notes below each pin who asked for it: "# via scipy", or one below the other. */
function readReasons(pipText: string): Reasons {
  const reasons = new Map<string, string[]>();
  let name = "";
  let isNoting = false;
  for (const line of pipText.split("\n")) {
    const pinned = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?:==|@)/.exec(line)?.[1];
    if (pinned !== undefined) name = normalizePackageName(pinned);
    const note = pinned === undefined ? /^\s+#\s*(.*)$/.exec(line)?.[1] : undefined;
    isNoting = note !== undefined && (isNoting || /^via\b/.test(note));
    const reason = note?.replace(/^via\b/, "").trim() ?? "";
    if (isNoting && reason !== "") reasons.set(name, [...(reasons.get(name) ?? []), reason]);
  }
  return reasons;
}

/** "-r requirements.txt", "-c constraints.txt", or a project's file. */
function isFile(reason: string): boolean {
  return reason.startsWith("-r ") || /\.(?:txt|in|toml)\b/.test(reason);
}

/** A package that is the same on all platforms is one pin; one that is not is a pin for each. */
function condaPins(packages: readonly CondaPackage[], asked: ReadonlySet<string> | undefined): readonly Pin[] {
  const subdirs = new Set(packages.map(({ subdir }) => subdir));
  return [...Map.groupBy(packages, ({ name }) => name).values()].flatMap((group) => {
    const kinds = new Set(group.map(({ version, build, url }) => `${version} ${build} ${channelOf(url)}`));
    const sorted = group.toSorted((one, other) => (one.subdir < other.subdir ? -1 : 1));
    const [first] = sorted;
    const isEverywhere = kinds.size === 1 && group.length === subdirs.size;
    if (isEverywhere && first !== undefined) return [condaPin(first, undefined, asked)];
    return sorted.map((one) => condaPin(one, one.subdir, asked));
  });
}

function condaPin(
  { name, version, build, url, sha256 }: CondaPackage,
  marker: string | undefined,
  asked: ReadonlySet<string> | undefined,
): Pin {
  const source = { kind: "conda", channel: channelOf(url), build } as const;
  const isDirect = asked?.has(name);
  return { name, version, source, marker, hashes: [`sha256:${sha256}`], isDirect, requiredBy: [] };
}

/** The address without platform and file: "https://conda.anaconda.org/conda-forge". */
function channelOf(url: string): string {
  return withoutLogin(url).replace(/\/[^/]+\/[^/]+$/, "");
}
