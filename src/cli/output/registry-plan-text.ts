import type { RegistryPlan } from "../../operate/containers/retention/plan-registry.ts";
import type { RemovedManifests } from "../../operate/containers/retention/remove-manifests.ts";
import { problemDocument } from "./problem-document.ts";

/** What would go from a registry, and why the rest stays; parts of lists go and stay with them and are only counted. */
export function renderRegistryPlan({ registry, address, keep, repositories, skipped }: RegistryPlan): string {
  const lines = [`${registry} (${address}) keeps the last ${keep.last} of each image and ${keep.days} days\n`];
  for (const { image, place, remove, keep: kept } of repositories) {
    if (remove.length + kept.length === 0) continue;
    lines.push(`\nimage/${image}  ${place.registry}/${place.repository}\n`);
    for (const one of remove.filter(({ tags }) => tags.length > 0)) lines.push(row("goes", one, ""));
    for (const one of kept.filter(({ tags }) => tags.length > 0)) lines.push(row("stays", one, one.because.join(", ")));
  }
  for (const { image, because } of skipped) lines.push(`\nimage/${image} was left alone: ${because}\n`);
  const [tags, manifests] = countRemovals({ repositories });
  lines.push(
    manifests === 0
      ? "\nnothing to remove\n"
      : `\n${tags} ${tags === 1 ? "tag" : "tags"} would go, ${manifests} ${manifests === 1 ? "manifest" : "manifests"} in all\n`,
  );
  return lines.join("");
}

/** For programs: digests, with why each stays. */
export function registryPlanDocument(plan: RegistryPlan, result: RemovedManifests | undefined): object {
  const { registry, address, keep, repositories, skipped } = plan;
  return {
    version: 1,
    registry,
    address,
    keep,
    images: repositories.map(({ image, place, remove, keep: kept }) => ({
      image,
      repository: `${place.registry}/${place.repository}`,
      remove: remove.map(({ digest, tags, createdAt }) => ({
        digest,
        tags,
        createdAt: createdAt?.toISOString() ?? null,
      })),
      keep: kept.map(({ digest, tags, createdAt, because }) => ({
        digest,
        tags,
        createdAt: createdAt?.toISOString() ?? null,
        because,
      })),
    })),
    skipped,
    removed: result?.removed ?? [],
    moved: result?.moved ?? [],
    problems: (result?.stopped ?? []).map(problemDocument),
  };
}

/** Tags, and manifests with those that lists name. */
export function countRemovals({ repositories }: Pick<RegistryPlan, "repositories">): readonly [number, number] {
  const all = repositories.flatMap(({ remove }) => remove);
  return [all.reduce((sum, { tags }) => sum + tags.length, 0), all.length];
}

function row(
  verdict: string,
  { tags, digest, createdAt }: RegistryPlan["repositories"][number]["remove"][number],
  why: string,
): string {
  const day = createdAt?.toISOString().slice(0, 10) ?? "no date   ";
  const tail = why === "" ? "" : `  ${why}`;
  return `  ${verdict.padEnd(5)}  ${tags.join(", ").padEnd(24)}  ${digest.slice(0, 19)}…  ${day}${tail}\n`;
}
