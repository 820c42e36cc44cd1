import pMap from "p-map";

import { chooseFile, filesOfVersion, type InstallTarget } from "../../image/diff/choose-file.ts";
import type { Pin } from "../../image/diff/image-contents.ts";
import type { EnvironmentDifference, ImageDifference } from "../../image/diff/image-difference.ts";
import type { IndexFacts, PackageChange } from "../../image/diff/package-change.ts";
import type { IndexFile, PackageIndex, ProjectAnswer } from "../../ports/package-index.ts";

const projectsAtOnce = 8;

/** Adds what the package index says of what changed. Where it cannot be asked, the reason, and nothing is taken for "no". */
export async function askIndex(
  difference: ImageDifference,
  index: PackageIndex,
  signal: AbortSignal,
): Promise<ImageDifference> {
  const changes = difference.environments.flatMap(({ kind, packages }) => (isTold(kind) ? packages : []));
  const names = [...new Set(changes.filter(isFromIndex).map(({ name }) => name))];
  const ask = async (name: string): Promise<readonly [string, ProjectAnswer]> => [
    name,
    await index.project(name, signal),
  ];
  const answers = new Map(await pMap(names, ask, { concurrency: projectsAtOnce, signal }));
  const refusal = [...answers.values()].find(({ kind }) => kind === "not-asked");
  const { platform } = difference.after;
  const environments = difference.environments.map((environment) => ({
    ...environment,
    packages: environment.packages.map((change) =>
      withFacts(change, answers.get(change.name), targetsOf(environment, platform)),
    ),
  }));
  const asked = refusal?.kind === "not-asked" ? refusal : ({ kind: "asked" } as const);
  return { ...difference, environments, index: asked };
}

/** An environment that is new as a whole is counted, not listed. */
function isTold(kind: EnvironmentDifference["kind"]): boolean {
  return kind === "changed" || kind === "moved";
}

interface Targets {
  readonly before: InstallTarget;
  readonly after: InstallTarget;
}

function targetsOf({ python }: EnvironmentDifference, platform = "linux/amd64"): Targets {
  const target = (version: string | undefined): InstallTarget => ({
    pythonMinor: version?.split(".").slice(0, 2).join("."),
    platform,
  });
  return { before: target(python.from), after: target(python.to) };
}

function isFromIndex({ from, to }: PackageChange): boolean {
  return [from, to].some((pin) => pin?.source.kind === "index");
}

function withFacts(change: PackageChange, answer: ProjectAnswer | undefined, targets: Targets): PackageChange {
  if (answer?.kind !== "project" || !isFromIndex(change)) return change;
  const before = installable(change.from, answer.files);
  const after = installable(change.to, answer.files);
  const index: IndexFacts = {
    yankedBefore: yanked(before),
    yankedAfter: yanked(after),
    downloadBefore: chooseFile(before ?? [], targets.before)?.size,
    downloadAfter: chooseFile(after ?? [], targets.after)?.size,
  };
  return { ...change, index };
}

/** The files that a pin allows; undefined where it takes none from this index. */
function installable(pin: Pin | undefined, files: readonly IndexFile[]): readonly IndexFile[] | undefined {
  if (pin?.version === undefined || pin.source.kind !== "index") return undefined;
  const ofVersion = filesOfVersion(files, pin.version);
  const locked = ofVersion.filter(({ hashes }) => hashes.some((hash) => pin.hashes.includes(hash)));
  return locked.length > 0 ? locked : ofVersion;
}

/** A version is taken back when all of its files are. */
function yanked(files: readonly IndexFile[] | undefined): string | null | undefined {
  if (files === undefined || files.length === 0) return undefined;
  const reasons = files.map((file) => file.yanked);
  if (reasons.includes(undefined)) return null;
  return reasons.find((reason) => reason !== "") ?? "";
}
