import type { HubPointer } from "./deployed.ts";

/** What this machine holds a hub to until now. */
export interface AssignedNow {
  /** Undefined: a working tree. */
  readonly bundle?: { readonly digest: string };
  /** ISO 8601. */
  readonly since: string;
  /** The draft that the bundle replaced, if there was one. */
  readonly before?: { readonly since: string };
}

export interface AssignmentProps {
  /** What `deployed.yaml` says of the hub. */
  readonly pointer: HubPointer | undefined;
  readonly now: AssignedNow | undefined;
  readonly isHeld: boolean;
  /** Drafts may be tried on the hubs of its stage. */
  readonly isIterating: boolean;
}

/**
 * What a hub is held to from now on.
 *
 * | pointer | held to until now | |
 * | ------- | ----------------- | - |
 * | none | a bundle that replaced a draft | draft |
 * | none | anything else, or nothing | keep |
 * | a bundle | a draft that is newer, where the stage iterates, or the hub is on hold | keep |
 * | a bundle | another one that replaced such a draft, where the stage iterates | draft |
 * | a bundle | the same, and the hub is on hold: its own gated settings wait, too | keep |
 * | a bundle | anything else | bundle |
 */
export function decideAssignment({ pointer, now, isHeld, isIterating }: AssignmentProps): "keep" | "draft" | "bundle" {
  if (pointer === undefined) return now?.bundle !== undefined && now.before !== undefined ? "draft" : "keep";
  if (now === undefined) return "bundle";
  const isNewer = (draft: { readonly since: string } | undefined): boolean =>
    draft !== undefined && draft.since > pointer.since;
  if (now.bundle === undefined) return (isIterating || isHeld) && isNewer(now) ? "keep" : "bundle";
  if (now.bundle.digest === pointer.digest) return isHeld ? "keep" : "bundle";
  return isIterating && isNewer(now.before) ? "draft" : "bundle";
}
