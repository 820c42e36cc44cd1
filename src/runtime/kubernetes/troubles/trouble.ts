/** What keeps pods from doing their work, the deepest first: an ill node explains a pod that waits, never the other way round. */
export const troubleKinds = [
  "node-not-ready",
  "namespace-quota",
  "admission-refused",
  "image-invalid",
  "image-not-found",
  "image-login",
  "registry-unreachable",
  "claim-pending",
  "volume-elsewhere",
  "volume-not-mounted",
  "configuration-missing",
  "evicted",
  "unschedulable",
  "out-of-memory",
  "crash-loop",
  "probe-failing",
  "container-refused",
] as const;

export type TroubleKind = (typeof troubleKinds)[number];

/** One thing that keeps a pod, or what makes pods, from its work; told in words. */
export interface PodTrouble {
  readonly kind: TroubleKind;
  /** What it is about, as people call it: `deployment hub`, `the server of ada`, `pod x`. */
  readonly about: string;
  readonly pod?: string | undefined;
  /** Why, with names and numbers and the cluster's own words. */
  readonly words: string;
  /** What to do about it. */
  readonly hint: string;
  readonly since?: Date | undefined;
  /** Whose log tells more. */
  readonly log?: { readonly container: string; readonly isPrevious: boolean } | undefined;
}

/** Troubles that waiting does not mend: somebody has to change a value. */
export const lastingTroubles: ReadonlySet<TroubleKind> = new Set([
  "admission-refused",
  "image-invalid",
  "image-not-found",
  "image-login",
]);

/** Deepest first, then by name. */
export function sortTroubles(troubles: readonly PodTrouble[]): readonly PodTrouble[] {
  const rank = ({ kind }: PodTrouble): number => troubleKinds.indexOf(kind);
  return [...troubles].sort((left, right) => rank(left) - rank(right) || (left.about < right.about ? -1 : 1));
}
