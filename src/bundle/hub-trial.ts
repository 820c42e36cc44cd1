import type { Hub } from "../fleet/fleet.ts";
import { type BundlePointer, type Deployed, deploymentOf, pointerOf, withAttempt, withHub } from "./deployed.ts";

/** Where a hub goes: "forward" to what it is to prove itself with, or "back" to what it did well with. */
export type Direction = "forward" | "back";

export interface TrialProps {
  readonly stage: string;
  readonly hub: Pick<Hub, "name" | "renamedFrom">;
  readonly to: BundlePointer;
  readonly direction: Direction;
  /** When the draft of `up` that this machine keeps for the hub was put there; undefined: there is none. */
  readonly draftSince: string | undefined;
}

/**
 * A hub is to run a bundle from now on, and whether it does well with it is not known yet.
 *
 * | the hub | its deployment | it goes back to |
 * | ------- | -------------- | --------------- |
 * | runs this bundle, and that is known to go well | stays the one that it is | nothing: it stays |
 * | was given this bundle by a command that ended before its end | stays the one that it is | what it was then |
 * | was given another one by such a command | is new | what it was then: nobody knows how that other one does |
 * | else | is new | what it runs |
 *
 * The deployment is newer than any draft of the hub, whatever the clock says: it replaces it.
 */
export function beginTrial(deployed: Deployed, { stage, hub, to, direction, draftSince }: TrialProps): Deployed {
  const now = pointerOf(deployed, hub);
  const isCovered = now !== undefined && draftSince !== undefined && draftSince > now.since;
  const isStages = deployed.stages[stage]?.digest === to.digest;
  const pointer =
    now?.digest === to.digest && !isCovered
      ? now.trial === undefined || now.trial === direction
        ? now
        : { ...plain(now), trial: direction }
      : {
          ...to,
          since: draftSince !== undefined && draftSince > to.since ? draftSince : to.since,
          trial: direction,
          ...beforeOf(now, direction),
        };
  const { renamedFrom } = hub;
  const one = withHub(deployed, hub.name, pointer);
  const named =
    renamedFrom === undefined ? one : withAttempt(withHub(one, renamedFrom, undefined), stage, renamedFrom, undefined);
  return withAttempt(named, stage, hub.name, isStages ? "changing" : undefined);
}

/** What a hub goes back to. */
export type Place =
  | { readonly kind: "bundle"; readonly pointer: BundlePointer }
  /** Of `up`. */
  | { readonly kind: "draft" };

/** What a hub on trial goes back to when it does not do well; undefined: it stays. */
export function placeBefore(
  { hubs }: Deployed,
  hub: string,
  { draftSince, isIterating }: Pick<TrialProps, "draftSince"> & { readonly isIterating: boolean },
): Place | undefined {
  const { trial, before } = hubs[hub] ?? {};
  if (trial !== "forward") return undefined;
  if (before === undefined) return draftSince === undefined ? undefined : { kind: "draft" };
  const isCovered = isIterating && draftSince !== undefined && draftSince > before.since;
  return isCovered ? { kind: "draft" } : { kind: "bundle", pointer: before };
}

export interface TrialEnd {
  readonly stage: string;
  readonly hub: string;
  /** "held": it was not tried. */
  readonly kind: "done" | "failed" | "held";
  /** As it was when the trial began. */
  readonly begun: BundlePointer;
  /** What it goes back to. */
  readonly place: Place | undefined;
}

/** What is known when a trial is over. What somebody else has decided of the hub meanwhile counts. */
export function endTrial(deployed: Deployed, { stage, hub, kind, begun, place }: TrialEnd): Deployed {
  const now = deployed.hubs[hub];
  if (now === undefined || deploymentOf(now) !== deploymentOf(begun)) return deployed;
  const isTried = deployed.stages[stage]?.hubs?.[hub] === "changing";
  const attempted = isTried ? withAttempt(deployed, stage, hub, kind === "held" ? undefined : kind) : deployed;
  // It goes back by another command, which has to know that it is under way.
  if (kind === "held" && now.trial === "back") return attempted;
  const isLeaving = now.trial === "forward" && (kind === "held" || (kind === "failed" && place !== undefined));
  return withHub(attempted, hub, isLeaving ? now.before : plain(now));
}

function beforeOf(
  now: Deployed["hubs"][string] | undefined,
  direction: Direction,
): { readonly before?: BundlePointer } {
  const before = direction === "forward" && now?.trial === "forward" ? now.before : now && plain(now);
  return before === undefined ? {} : { before };
}

function plain({ id, digest, since }: BundlePointer): BundlePointer {
  return { id, digest, since };
}
