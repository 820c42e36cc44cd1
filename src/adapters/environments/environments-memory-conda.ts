import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { condaPlatforms, platformOfSubdir, subdirOf } from "../../image/conda/conda-platform.ts";
import { pipNameOf } from "../../image/conda/pip-names.ts";
import { type CondaPackage, parseLock } from "../../image/lock/parse-lock.ts";
import type { CondaRequest, LockRequest } from "../../ports/environments.ts";
import { sha256 } from "../../runtime/local/digest.ts";

/** A conda package that the pretended channels offer, for every platform. */
export interface PretendedPackage {
  readonly name: string;
  readonly version: string;
  /** Names of further packages that come with it. */
  readonly depends?: readonly string[];
}

/** Channels as data, and what of them was fetched to this machine. */
export interface PretendedChannels {
  offer(channel: string, packages: readonly PretendedPackage[]): void;
  remove(channel: string): void;
  solve(request: LockRequest, conda: CondaRequest, present: string | undefined): readonly CondaPackage[];
  install(lock: string, pythonPlatform: string): void;
}

export function createPretendedChannels(): PretendedChannels {
  const channels = new Map<string, readonly PretendedPackage[]>();
  const cached = new Set<string>();

  function solveOn(
    subdir: string,
    request: LockRequest,
    conda: CondaRequest,
    kept: ReadonlySet<string>,
  ): CondaPackage[] {
    const chosen = new Map<string, CondaPackage>();
    const open = [...conda.dependencies, `python=${request.pythonMinor}`];
    for (let spec = open.shift(); spec !== undefined; spec = open.shift()) {
      const { name, version } = parseSpec(spec);
      const channel = conda.channels.find((one) => channels.get(one)?.some((offered) => offered.name === name));
      const candidates = (channels.get(channel ?? "") ?? []).filter(
        (offered) =>
          offered.name === name && (version === undefined || `${offered.version}.`.startsWith(`${version}.`)),
      );
      const described = candidates.map((offered) => ({ offered, locked: describe(channel ?? "", subdir, offered) }));
      const found = described.find(({ locked }) => kept.has(locked.url)) ?? described.at(-1);
      if (found === undefined) throw unsatisfiable(subdir, spec);
      if (!chosen.has(name)) open.push(...(found.offered.depends ?? []));
      chosen.set(name, found.locked);
    }
    return [...chosen.values()];
  }

  return {
    offer: (channel, packages) => void channels.set(channel, packages),
    remove: (channel) => void channels.delete(channel),
    solve(request, conda, present) {
      const missing = conda.channels.find((channel) => !channels.has(channel));
      if (missing !== undefined) throw failure("LOCK_FAILED", `a channel could not be read: ${missing}`);
      const { upgrade = [] } = request;
      const locked = upgrade === "all" ? [] : parseLock(present ?? "").conda;
      const kept = new Set(locked.flatMap(({ name, url }) => (upgrade.includes(name) ? [] : [url])));
      return condaPlatforms(conda.platforms).flatMap(({ subdir }) => solveOn(subdir, request, conda, kept));
    },
    install(lock, pythonPlatform) {
      const packages = parseLock(lock).conda.filter(({ subdir }) => subdir === subdirOf(pythonPlatform));
      if (packages.length === 0) throw failure("ENVIRONMENT_FAILED", `no conda packages for ${pythonPlatform}`);
      for (const { url, sha256: digest, name, version } of packages) {
        const channel = url.slice(0, url.lastIndexOf("/", url.lastIndexOf("/") - 1));
        if (!cached.has(url) && !channels.has(channel))
          throw failure("ENVIRONMENT_FAILED", `${url} could not be fetched`);
        if (digest !== digestOf(name, version)) throw failure("ENVIRONMENT_FAILED", `the hash of ${url} differs`);
        cached.add(url);
      }
    },
  };
}

/** Requirements that are left to pip: those that no conda package provides. */
export function leftToPip(requirements: readonly string[], packages: readonly CondaPackage[]): readonly string[] {
  const provided = new Set(packages.map(({ name }) => pipNameOf(name)));
  return requirements.filter((requirement) => !provided.has(requirement.split("==")[0] ?? ""));
}

function parseSpec(spec: string): { readonly name: string; readonly version: string | undefined } {
  const [name = "", version] = spec.split(/\s*=+/);
  return { name, version };
}

function describe(channel: string, subdir: string, { name, version }: PretendedPackage): CondaPackage {
  const url = `${channel}/${subdir}/${name}-${version}-0.conda`;
  return { name, version, build: "0", subdir, url, sha256: digestOf(name, version) };
}

function digestOf(name: string, version: string): string {
  return sha256(`${name}-${version}`);
}

function unsatisfiable(subdir: string, spec: string): HubfleetError {
  return failure("LOCK_FAILED", `cannot be satisfied on ${platformOfSubdir(subdir)}: no candidates for ${spec}`);
}

function failure(code: "LOCK_FAILED" | "ENVIRONMENT_FAILED", message: string): HubfleetError {
  return new HubfleetError(code, { message, retry: "later" });
}
