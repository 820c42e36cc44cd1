import type { PinSource } from "../diff/image-contents.ts";
import { withoutLogin } from "../diff/without-login.ts";
import { normalizePackageName } from "../lock/parse-lock.ts";

/** What one file of an image says about what the image holds. */
export type FileFact =
  | { readonly kind: "python-package"; readonly name: string; readonly version: string }
  /** Where a Python package came from, when that was no index. */
  | { readonly kind: "source"; readonly source: PinSource }
  | { readonly kind: "installer"; readonly name: string }
  /** Somebody asked for the Python package by name. */
  | { readonly kind: "requested" }
  | {
      readonly kind: "conda-package";
      readonly name: string;
      readonly version: string;
      readonly build: string;
      readonly channel: string;
      readonly sha256: string | undefined;
      readonly isRequested: boolean;
    }
  | { readonly kind: "debian-packages"; readonly packages: readonly DebianPackage[] }
  | { readonly kind: "virtual-environment"; readonly python: string }
  | { readonly kind: "distribution"; readonly name: string };

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** What to read of a file: nothing, its beginning, or all of it. */
export function bytesWanted(path: string): number {
  return readers.find(({ pattern }) => pattern.test(path))?.bytes ?? 0;
}

/** What a file says; undefined where it says nothing, or nonsense. `path` has no slash at its beginning. */
export function readFact(path: string, text: string): FileFact | undefined {
  return readers.find(({ pattern }) => pattern.test(path))?.read(text);
}

interface Reader {
  readonly pattern: RegExp;
  readonly bytes: number;
  readonly read: (text: string) => FileFact | undefined;
}

const kilobyte = 1024;
/** Only what lies in a directory of packages itself: packages carry copies of others inside of them. */
const packages = String.raw`(?:^|/)(?:site|dist)-packages/[^/]+`;

const readers: readonly Reader[] = [
  // prettier-ignore
  { pattern: new RegExp(String.raw`${packages}\.(?:dist-info/METADATA|egg-info/PKG-INFO|egg-info)$`), bytes: 64 * kilobyte, read: readMetadata },
  {
    pattern: new RegExp(String.raw`${packages}\.dist-info/direct_url\.json$`),
    bytes: 64 * kilobyte,
    read: readDirectUrl,
  },
  { pattern: new RegExp(String.raw`${packages}\.dist-info/INSTALLER$`), bytes: kilobyte, read: readInstaller },
  {
    pattern: new RegExp(String.raw`${packages}\.dist-info/REQUESTED$`),
    bytes: kilobyte,
    read: () => ({ kind: "requested" }),
  },
  { pattern: /(?:^|\/)conda-meta\/[^/]+\.json$/, bytes: 32 * kilobyte * kilobyte, read: readCondaMeta },
  // Images without a package manager keep a file for each package.
  { pattern: /^var\/lib\/dpkg\/status(?:\.d\/[^/.]+)?$/, bytes: 32 * kilobyte * kilobyte, read: readDpkgStatus },
  { pattern: /(?:^|\/)pyvenv\.cfg$/, bytes: 4 * kilobyte, read: readVirtualEnvironment },
  { pattern: /^(?:etc|usr\/lib)\/os-release$/, bytes: 4 * kilobyte, read: readDistribution },
];

function readMetadata(text: string): FileFact | undefined {
  const [head = ""] = text.split(/\r?\n\r?\n/, 1);
  const [name, version] = [field(head, "Name"), field(head, "Version")];
  if (name === undefined || version === undefined) return undefined;
  return { kind: "python-package", name: normalizePackageName(name), version };
}

/** https://packaging.python.org/en/latest/specifications/direct-url/ */
function readDirectUrl(text: string): FileFact | undefined {
  const value = parseJson(text);
  const { url, vcs_info: vcs, dir_info: directory } = value;
  if (typeof url !== "string") return undefined;
  if (directory !== undefined) return { kind: "source", source: { kind: "directory" } };
  const { commit_id: commit, vcs: system } = Object(vcs) as Record<string, unknown>;
  const plain = withoutLogin(url);
  if (typeof commit !== "string") return { kind: "source", source: { kind: "url", url: plain } };
  const address = system === "git" ? plain : `${String(system)}+${plain}`;
  return { kind: "source", source: { kind: "git", url: address, commit } };
}

function readInstaller(text: string): FileFact {
  return { kind: "installer", name: text.trim() };
}

function readCondaMeta(text: string): FileFact | undefined {
  const { name, version, build, channel, url, sha256, requested_spec: spec, requested_specs: specs } = parseJson(text);
  if (typeof name !== "string" || typeof version !== "string" || typeof build !== "string") return undefined;
  const from =
    typeof url === "string" && url !== ""
      ? url.replace(/\/[^/]+\/[^/]+$/, "")
      : typeof channel === "string"
        ? channel
        : "";
  return {
    kind: "conda-package",
    name: normalizePackageName(name),
    version,
    build,
    channel: withoutLogin(from),
    sha256: typeof sha256 === "string" && sha256 !== "" ? sha256 : undefined,
    isRequested:
      (typeof spec === "string" && spec !== "" && spec !== "None") || (Array.isArray(specs) && specs.length > 0),
  };
}

function readDpkgStatus(text: string): FileFact {
  const found = text.split(/\n\n+/).flatMap((entry) => {
    const [name, version] = [field(entry, "Package"), field(entry, "Version")];
    const status = field(entry, "Status") ?? "install ok installed";
    if (name === undefined || version === undefined || !status.endsWith(" installed")) return [];
    return [{ name, version, architecture: field(entry, "Architecture") ?? "" }];
  });
  return { kind: "debian-packages", packages: found };
}

function readVirtualEnvironment(text: string): FileFact | undefined {
  const python = /^version(?:_info)?\s*=\s*(3\.\d+(?:\.\d+)?)/m.exec(text)?.[1];
  return python === undefined ? undefined : { kind: "virtual-environment", python };
}

function readDistribution(text: string): FileFact | undefined {
  const name = /^PRETTY_NAME=["']?([^"'\n]*)/m.exec(text)?.[1];
  return name === undefined || name === "" ? undefined : { kind: "distribution", name };
}

function field(head: string, name: string): string | undefined {
  return new RegExp(String.raw`^${name}:[ \t]*(\S.*?)[ \t\r]*$`, "m").exec(head)?.[1];
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>; // every key is looked at before it is used
  } catch {
    return {};
  }
}
