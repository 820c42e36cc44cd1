import type { RegistryRetention } from "../../fleet/fleet.ts";

/** What a registry keeps under one digest: an image, or a list of the same for several platforms. */
export interface StoredManifest {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Digests that a list names. */
  readonly children: readonly string[];
  /** When the commit was made that it was built of; undefined where it does not say, or says the beginning of time. */
  readonly createdAt: Date | undefined;
  /** Whether hubfleet built it of a commit of this repository: "unknown-commit" came from elsewhere, or from a branch that nobody here has. */
  readonly maker: "hubfleet" | "unknown-commit" | "somebody-else";
}

export type KeptBecause =
  | "not hubfleet's"
  | "of a commit that is not known here"
  | "named by the fleet"
  | "the current one"
  | "one of the last"
  | "young"
  | "of unknown age"
  | "part of one that stays"
  | "holds one that stays";

export interface KeptManifest extends StoredManifest {
  readonly because: readonly KeptBecause[];
}

export interface RetentionPlan {
  /** Lists before what they list. */
  readonly remove: readonly StoredManifest[];
  readonly keep: readonly KeptManifest[];
}

export interface RetentionFacts {
  readonly keep: RegistryRetention;
  readonly now: Date;
  /** Tags and digests that any state of the fleet names, or any branch. */
  readonly named: ReadonlySet<string>;
  /** Tags that a build of today would have. */
  readonly current: ReadonlySet<string>;
}

const dayMilliseconds = 86_400_000;

/**
 * What of one repository may go. A manifest stays for any reason of its own, because a list that stays names it, or
 * because it is a list of something that stays for a reason of its own: some registries remove both together.
 */
export function planRetention(manifests: readonly StoredManifest[], facts: RetentionFacts): RetentionPlan {
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const reasons = new Map(
    manifests.map((manifest) => [manifest.digest, new Set(ownReasons(manifest, manifests, facts))]),
  );
  const own = manifests.filter(({ digest }) => isKept(reasons, digest));
  for (const manifest of manifests) {
    const below = descendants(manifest, byDigest);
    if (own.some(({ digest }) => below.has(digest))) reasons.get(manifest.digest)?.add("holds one that stays");
  }
  for (const manifest of manifests) {
    if (!isKept(reasons, manifest.digest)) continue;
    for (const digest of descendants(manifest, byDigest)) reasons.get(digest)?.add("part of one that stays");
  }
  const removed = manifests.filter(({ digest }) => !isKept(reasons, digest));
  return {
    remove: removed.toSorted((one, other) => depthOf(other, byDigest) - depthOf(one, byDigest)),
    keep: manifests
      .filter(({ digest }) => isKept(reasons, digest))
      .map((manifest) => ({ ...manifest, because: [...(reasons.get(manifest.digest) ?? [])] })),
  };
}

function ownReasons(manifest: StoredManifest, all: readonly StoredManifest[], facts: RetentionFacts): KeptBecause[] {
  const { digest, tags, createdAt, maker } = manifest;
  const isNamed = [digest, ...tags].some((word) => facts.named.has(word));
  const reasons: (KeptBecause | false)[] = [
    maker === "somebody-else" && "not hubfleet's",
    maker === "unknown-commit" && "of a commit that is not known here",
    isNamed && "named by the fleet",
    tags.some((tag) => facts.current.has(tag)) && "the current one",
  ];
  // What has no tag goes and stays with the list that names it; of what is not ours no more needs to be said.
  if (tags.length > 0 && maker === "hubfleet") {
    const newer = all.filter(
      (other) => other.tags.length > 0 && other.maker === "hubfleet" && isNewer(other, manifest),
    );
    reasons.push(
      newer.length < facts.keep.last && "one of the last",
      createdAt === undefined && "of unknown age",
      createdAt !== undefined &&
        facts.now.getTime() - createdAt.getTime() < facts.keep.days * dayMilliseconds &&
        "young",
    );
  }
  return reasons.filter((reason) => reason !== false);
}

/** Of two made of the same commit neither is newer. */
function isNewer(one: StoredManifest, other: StoredManifest): boolean {
  if (one.createdAt === undefined || other.createdAt === undefined) return false;
  return one.createdAt.getTime() > other.createdAt.getTime();
}

function isKept(reasons: ReadonlyMap<string, ReadonlySet<KeptBecause>>, digest: string): boolean {
  return (reasons.get(digest)?.size ?? 0) > 0;
}

function descendants(manifest: StoredManifest, byDigest: ReadonlyMap<string, StoredManifest>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...manifest.children];
  for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
    if (found.has(digest)) continue;
    found.add(digest);
    open.push(...(byDigest.get(digest)?.children ?? []));
  }
  return found;
}

function depthOf(manifest: StoredManifest, byDigest: ReadonlyMap<string, StoredManifest>): number {
  return descendants(manifest, byDigest).size;
}
