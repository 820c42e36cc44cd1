import type { EnvironmentContents, ImageContents, Pin, PinSource } from "../diff/image-contents.ts";
import type { FileFact } from "./file-fact.ts";

export type FoundContents = Pick<ImageContents, "environments" | "system"> & {
  readonly distribution: string | undefined;
};

type Files = ReadonlyMap<string, FileFact>;

/** Sorts what the files of a container say by environment. `variables`: those of the container's config. */
export function containerContents(files: Files, variables: Readonly<Record<string, string>>): FoundContents {
  const conda = Map.groupBy(findConda(files), ({ prefix }) => prefix);
  const python = Map.groupBy(findPython(files), ({ prefix }) => prefix);
  const prefixes = [...new Set([...conda.keys(), ...python.keys()])].sort();
  return {
    environments: prefixes.map((prefix) => ({
      prefix: `/${prefix}`,
      ...environment(prefix, { conda: conda.get(prefix) ?? [], python: python.get(prefix) ?? [], files, variables }),
    })),
    system: findSystem(files),
    distribution: (["usr/lib/os-release", "etc/os-release"] as const)
      .map((path) => files.get(path))
      .map((fact) => (fact?.kind === "distribution" ? fact.name : undefined))
      .find((name) => name !== undefined),
  };
}

interface Found {
  readonly prefix: string;
  readonly pin: Pin;
}

interface FoundPython extends Found {
  /** "3.11"; "3" where Debian keeps packages for all of them. */
  readonly minor: string;
  /** Another package manager put it there, which knows more of it. */
  readonly isConda: boolean;
  readonly isRequested: boolean;
}

interface Parts {
  readonly conda: readonly Found[];
  readonly python: readonly FoundPython[];
  readonly files: Files;
  readonly variables: Readonly<Record<string, string>>;
}

function environment(
  prefix: string,
  { conda, python, files, variables }: Parts,
): Pick<EnvironmentContents, "python" | "packages"> {
  const own = python.filter(({ isConda }) => !isConda || conda.length === 0);
  const made = files.get(prefix === "" ? "pyvenv.cfg" : `${prefix}/pyvenv.cfg`);
  const version =
    conda.find(({ pin }) => pin.name === "python")?.pin.version ??
    (made?.kind === "virtual-environment" ? made.python : undefined) ??
    (prefix === "usr/local" ? variables["PYTHON_VERSION"] : undefined);
  // Several Pythons may share a prefix; most of the packages belong to the one that is used.
  const minors = [...Map.groupBy(own, ({ minor }) => minor)].sort(([, one], [, other]) => other.length - one.length);
  const minor = minors.map(([name]) => name).find((name) => name !== "3");
  return { python: version ?? minor, packages: [...conda.map(({ pin }) => pin), ...markDirect(own)] };
}

/** Installers note what was asked for. Where that is everything, as from a lock, or nothing, it says nothing. */
function markDirect(found: readonly FoundPython[]): readonly Pin[] {
  const requested = found.filter(({ isRequested }) => isRequested).length;
  const says = requested > 0 && requested < found.length;
  return found.map(({ pin, isRequested }) => ({ ...pin, isDirect: says ? isRequested : undefined }));
}

function findConda(files: Files): readonly Found[] {
  return [...files].flatMap(([path, fact]) => {
    if (fact.kind !== "conda-package") return [];
    const { name, version, build, channel, sha256, isRequested } = fact;
    const hashes = sha256 === undefined ? [] : [`sha256:${sha256}`];
    const pin = { name, version, marker: undefined, hashes, isDirect: isRequested, requiredBy: [] };
    const prefix = path.replace(/\/?conda-meta\/[^/]+$/, "");
    return [{ prefix, pin: { ...pin, source: { kind: "conda", channel, build } } }];
  });
}

/** `<prefix>/lib/python3.11/site-packages/<package>.dist-info/METADATA` and its like. */
const placePattern =
  /^(?:(.*)\/)?lib(?:64)?\/python(3(?:\.\d+)?)\/(?:site|dist)-packages\/[^/]+\.(?:dist|egg)-info(?:\/[^/]+)?$/;

function findPython(files: Files): readonly FoundPython[] {
  return [...files].flatMap(([path, fact]) => {
    const [, prefix = "", minor] = placePattern.exec(path) ?? [];
    // conda keeps the packages it has unpacked beside the environments.
    const isStore = /(?:^|\/)pkgs\/[^/]+$/.test(prefix);
    if (fact.kind !== "python-package" || minor === undefined || isStore) return [];
    const beside = (name: string): FileFact | undefined => files.get(path.replace(/[^/]+$/, name));
    const [origin, installer] = [beside("direct_url.json"), beside("INSTALLER")];
    const source: PinSource = origin?.kind === "source" ? origin.source : { kind: "index" };
    const pin = {
      name: fact.name,
      version: fact.version,
      source,
      marker: undefined,
      hashes: [],
      isDirect: undefined,
      requiredBy: [],
    };
    const isConda = installer?.kind === "installer" && installer.name === "conda";
    return [{ prefix, minor, isConda, isRequested: beside("REQUESTED") !== undefined, pin }];
  });
}

function findSystem(files: Files): readonly Pin[] {
  return [...files].flatMap(([, fact]) => {
    if (fact.kind !== "debian-packages") return [];
    return fact.packages.map(({ name, version, architecture }): Pin => {
      const source = { kind: "debian", architecture } as const;
      return { name, version, source, marker: undefined, hashes: [], isDirect: undefined, requiredBy: [] };
    });
  });
}
