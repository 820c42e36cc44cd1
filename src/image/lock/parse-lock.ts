import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { logicalLines } from "./pip-lines.ts";

/** What a lock says, part by part; `renderLock` is the way back. */
export interface Lock {
  /** Comment lines before everything else, each with its "#". */
  readonly header: readonly string[];
  /** Variables of environment.yml, which an activated conda environment sets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Packages of conda channels, for all platforms of the image; none for an image of pip packages alone. */
  readonly conda: readonly CondaPackage[];
  readonly packages: readonly LockedPackage[];
  /** The part that `packages` was read from, as its resolver wrote it. */
  readonly pipText: string;
}

export interface CondaPackage {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  /** The platform that the package is for, as conda names it: "linux-64". A `noarch` package stands once for each. */
  readonly subdir: string;
  readonly url: string;
  readonly sha256: string;
}

/** A pin of the pip part. A package that is pinned differently by platform or patch stands there several times. */
export interface LockedPackage {
  /** As PEP 503 normalises it: "typing-extensions". */
  readonly name: string;
  /** Undefined where the source decides it. */
  readonly version: string | undefined;
  readonly source: LockedSource;
  /** "python_version < '3.12'"; undefined where the pin holds everywhere. */
  readonly markers: string | undefined;
  readonly hashes: readonly string[];
}

export type LockedSource =
  | { readonly kind: "index" }
  | { readonly kind: "git"; readonly url: string; readonly commit: string }
  | { readonly kind: "url"; readonly url: string };

/**
 * Reads a lock of any age. Lines that are no pin (options, what people put there by hand) stay in `pipText` only.
 * @throws HubfleetError LOCK_UNREADABLE for a line that begins as ours and is not
 */
export function parseLock(text: string): Lock {
  const lines = text.split(/\r?\n/);
  const bodyStart = lines.findIndex((line) => !line.startsWith("#"));
  const header = lines.slice(0, bodyStart === -1 ? lines.length : bodyStart).filter((line) => line !== "");
  const body = lines.slice(bodyStart === -1 ? lines.length : bodyStart);
  const isOurs = (line: string): boolean => line.startsWith("@");
  const pipText = body.filter((line) => !isOurs(line)).join("\n");
  const ours = body.filter(isOurs);
  return {
    header,
    variables: Object.fromEntries(ours.filter((line) => !line.startsWith("@conda ")).map(parseVariable)),
    conda: ours.filter((line) => line.startsWith("@conda ")).map(parseCondaLine),
    packages: logicalLines(pipText).flatMap(parsePin),
    pipText,
  };
}

/** A package's name as PEP 503 writes it, so that two spellings of one package compare equal. */
export function normalizePackageName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** Name, version and build of the package at a channel's address: ".../linux-64/numpy-2.3.5-py311h_0.conda". */
export function parseCondaLine(line: string): CondaPackage {
  const [, subdir = "", url = "", sha256 = ""] = /^@conda (\S+) (\S+) sha256:([0-9a-f]{64})$/.exec(line.trim()) ?? [];
  const file = /([^/]+?)\.(?:conda|tar\.bz2)$/.exec(url)?.[1] ?? "";
  const [, name, version, build] = /^(.+)-([^-]+)-([^-]+)$/.exec(file) ?? [];
  if (name === undefined || version === undefined || build === undefined) throw unreadable(line);
  return { name, version: decodeURIComponent(version), build, subdir, url, sha256 };
}

function parseVariable(line: string): readonly [string, string] {
  const [, name, json] = /^@variable ([A-Za-z_][A-Za-z0-9_]*)=(".*")$/.exec(line.trim()) ?? [];
  if (name === undefined || json === undefined) throw unreadable(line);
  try {
    return [name, JSON.parse(json) as string]; // a JSON text in quotes is a string
  } catch {
    throw unreadable(line);
  }
}

function parsePin(line: string): readonly LockedPackage[] {
  const hashes = [...line.matchAll(/(?:^|\s)--hash[=\s](\S+)/g)].map((match) => match[1] ?? "");
  const requirement = line.replace(/\s--hash[=\s].*$/, "").trim();
  const [, name, rest] =
    /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(==.+|@.+)$/.exec(requirement) ?? [];
  if (name === undefined || rest === undefined) return [];
  const isDirect = rest.startsWith("@");
  // An address may contain a semicolon; before a marker there is a space.
  const [, target = "", markers] =
    (isDirect ? /^@\s*(\S+)(?:\s+;\s*(.+))?$/ : /^==\s*([^\s;]+)\s*(?:;\s*(.+))?$/).exec(rest) ?? [];
  if (target === "") return [];
  return [
    {
      name: normalizePackageName(name),
      version: isDirect ? undefined : target,
      source: isDirect ? directSource(target) : { kind: "index" },
      markers: markers?.trim(),
      hashes,
    },
  ];
}

function directSource(address: string): LockedSource {
  const [, url, commit] = /^git\+(.+)@([0-9a-f]{40})(?:#.*)?$/.exec(address) ?? [];
  return url === undefined || commit === undefined ? { kind: "url", url: address } : { kind: "git", url, commit };
}

function unreadable(line: string): HubfleetError {
  return new HubfleetError("LOCK_UNREADABLE", {
    message: `the lock has a line that cannot be read: ${JSON.stringify(line.slice(0, 200))}`,
    hint: "take the lock from Git as it was, or delete it and run `hubfleet up`, which writes it anew",
  });
}
