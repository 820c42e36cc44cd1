import { versionStep } from "../version/version-step.ts";

/** What an installer chooses by. */
export interface InstallTarget {
  /** "3.11"; undefined where that is not known. */
  readonly pythonMinor: string | undefined;
  /** "linux/amd64" */
  readonly platform: string;
}

interface Named {
  readonly filename: string;
}

/** The files of a project that belong to a version. */
export function filesOfVersion<File extends Named>(files: readonly File[], version: string): readonly File[] {
  return files.filter(({ filename }) => {
    const found = versionInName(filename);
    return found !== undefined && versionStep(found, version) === undefined;
  });
}

/** The file that an installer takes: the wheel closest to the target, else the source archive. */
export function chooseFile<File extends Named>(files: readonly File[], target: InstallTarget): File | undefined {
  const rated = files
    .map((file) => ({ file, rating: rate(file.filename, target) }))
    .filter(({ rating }) => rating > 0)
    .sort((one, other) => other.rating - one.rating);
  return rated[0]?.file;
}

function versionInName(filename: string): string | undefined {
  if (filename.endsWith(".whl")) return filename.split("-")[1];
  return /^.+-(\d[^-]*?)\.(?:tar\.\w+|tgz|zip)$/.exec(filename)?.[1];
}

/** 0 where it does not fit. */
function rate(filename: string, { pythonMinor, platform }: InstallTarget): number {
  if (!filename.endsWith(".whl")) return versionInName(filename) === undefined ? 0 : 1;
  const [platforms = "", abi = "", pythons = ""] = filename.slice(0, -".whl".length).split("-").reverse();
  const place = Math.max(...platforms.split(".").map((tag) => ratePlatform(tag, platform)));
  const python = Math.max(...pythons.split(".").map((tag) => ratePython(tag, abi, pythonMinor)));
  return place === 0 || python === 0 ? 0 : 1 + python * 10 + place;
}

const machines: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64" };

function ratePlatform(tag: string, platform: string): number {
  if (tag === "any") return 1;
  const machine = machines[platform.split("/")[1] ?? ""];
  return machine !== undefined && /^(?:many)?linux/.test(tag) && tag.endsWith(`_${machine}`) ? 2 : 0;
}

function ratePython(tag: string, abi: string, pythonMinor: string | undefined): number {
  const wanted = Number(pythonMinor?.split(".")[1] ?? Number.NaN);
  const [, kind, minor] = /^(cp|py)3(\d+)?$/.exec(tag) ?? [];
  if (kind === "py" && abi === "none") return minor === undefined || Number(minor) <= wanted ? 1 : 0;
  if (kind !== "cp" || minor === undefined) return 0;
  if (abi === "abi3") return Number(minor) <= wanted ? 2 : 0;
  return Number(minor) === wanted ? 3 : 0;
}
