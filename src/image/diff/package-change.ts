import { debianStep, type VersionStep, versionStep } from "../version/version-step.ts";
import type { Pin, PinSource } from "./image-contents.ts";
import { pairPackages } from "./pair-packages.ts";
import { withoutLogin } from "./without-login.ts";

/** What became of one package. */
export interface PackageChange {
  readonly name: string;
  /** Undefined: added. */
  readonly from: Pin | undefined;
  /** Undefined: removed. */
  readonly to: Pin | undefined;
  /** The version moved. */
  readonly step: VersionStep | undefined;
  readonly aspects: readonly Aspect[];
  /** Notebook and workers must or should agree on it. */
  readonly isPair: boolean;
  readonly isDirect: boolean | undefined;
  /** What the package index says; undefined where it was not asked, or did not know. */
  readonly index?: IndexFacts;
}

/** Undefined is always "not known", never "no". */
export interface IndexFacts {
  /** Its makers took the version back (PEP 592): for which reason, "" without one; null: they did not. */
  readonly yankedBefore: string | null | undefined;
  readonly yankedAfter: string | null | undefined;
  /** Bytes of the file that an installer takes. */
  readonly downloadBefore: number | undefined;
  readonly downloadAfter: number | undefined;
}

/**
 * What else differs of a package that is on both sides. "rebuilt": the same version from other files. "files": some
 * files of the version are the same ones. "build": conda's build of the same version. "commit": another commit of the
 * same repository. "source": it comes from elsewhere. "marker": it holds on other platforms. "direct": it is asked
 * for by name on one side only.
 */
export type Aspect = "rebuilt" | "files" | "build" | "commit" | "source" | "marker" | "direct";

/** What differs between two pins of one package; undefined where nothing does that matters to an installer. */
export function comparePins(name: string, from: Pin | undefined, to: Pin | undefined): PackageChange | undefined {
  const step = from?.version === undefined || to?.version === undefined ? undefined : stepBetween(from, to);
  const aspects = from === undefined || to === undefined ? [] : aspectsOf(from, to, step);
  if (from !== undefined && to !== undefined && step === undefined && aspects.length === 0) return undefined;
  return { name, from, to, step, aspects, isPair: pairPackages.has(name), isDirect: (to ?? from)?.isDirect };
}

function stepBetween(from: Pin, to: Pin): VersionStep | undefined {
  const isDebian = from.source.kind === "debian" && to.source.kind === "debian";
  return (isDebian ? debianStep : versionStep)(from.version ?? "", to.version ?? "");
}

function aspectsOf(from: Pin, to: Pin, step: VersionStep | undefined): readonly Aspect[] {
  const source = sourceAspect(from.source, to.source, step);
  const isKnownDirect = from.isDirect !== undefined && to.isDirect !== undefined;
  return [
    ...(source === undefined ? [] : [source]),
    ...(source === undefined && step === undefined ? hashAspect(from.hashes, to.hashes) : []),
    ...(from.marker === to.marker ? [] : (["marker"] as const)),
    ...(isKnownDirect && from.isDirect !== to.isDirect ? (["direct"] as const) : []),
  ];
}

function sourceAspect(from: PinSource, to: PinSource, step: VersionStep | undefined): Aspect | undefined {
  if (from.kind !== to.kind) return "source";
  switch (from.kind) {
    case "index":
      // An index that only one side names may be the same one.
      return to.kind === "index" && from.url !== undefined && to.url !== undefined && from.url !== to.url
        ? "source"
        : undefined;
    case "git":
      if (to.kind !== "git" || plainAddress(from.url) !== plainAddress(to.url)) return "source";
      return from.commit === to.commit ? undefined : "commit";
    case "url":
      return to.kind === "url" && plainAddress(from.url) !== plainAddress(to.url) ? "source" : undefined;
    case "conda":
      if (to.kind !== "conda" || from.channel !== to.channel) return "source";
      return from.build === to.build || step !== undefined ? undefined : "build";
    case "debian":
      return to.kind === "debian" && from.architecture !== to.architecture ? "source" : undefined;
    case "directory":
      return undefined;
  }
}

/** Only hashes of one algorithm can be compared; sides that have none in common say nothing about each other. */
function hashAspect(from: readonly string[], to: readonly string[]): readonly Aspect[] {
  const algorithmOf = (hash: string): string => hash.slice(0, hash.indexOf(":"));
  const common = [...new Set(from.map(algorithmOf))].filter((algorithm) =>
    to.some((hash) => algorithmOf(hash) === algorithm),
  );
  const of = (hashes: readonly string[]): ReadonlySet<string> =>
    new Set(hashes.filter((hash) => common.includes(algorithmOf(hash))).map((hash) => hash.toLowerCase()));
  const [left, right] = [of(from), of(to)];
  if (common.length === 0 || left.symmetricDifference(right).size === 0) return [];
  return left.isDisjointFrom(right) ? ["rebuilt"] : ["files"];
}

/** "https://somebody:token@host/x.git/" and "https://host/x" are one place. */
function plainAddress(url: string): string {
  return withoutLogin(url)
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
}
