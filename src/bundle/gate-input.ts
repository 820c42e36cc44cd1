import type { StagePolicy } from "../fleet/stage-policy.ts";
import type { PartName, Parts } from "./gate-evidence.ts";
import type { Hold } from "./hold.ts";
import type { EvidenceIndex } from "./index-evidence.ts";

/** All that a gate is decided from. The same input gives the same verdict, years later too. */
export interface GateInput {
  readonly bundle: GateBundle;
  /** The stage that the bundle would enter. */
  readonly stage: GateStage;
  /** Those before it, in order: the stages of today and of the commit before the bundle. */
  readonly earlier: readonly GateStage[];
  readonly evidence: EvidenceIndex;
  /** People who committed what the stage would newly get. */
  readonly authors: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The date of the newest record on the state ref, of whatever kind; undefined: there is none. */
  readonly newestRecordAt: number | undefined;
}

/** What a gate needs to know of a bundle. */
export interface GateBundle {
  readonly id: string;
  /** Of its bytes as written. */
  readonly digest: string;
  readonly madeAt: number;
  readonly parts: Parts;
  /** The parts that `bundle patch` replaced; empty for a bundle made in full. */
  readonly patched: readonly PartName[];
  /** Checks that parts must have passed by themselves, before any stage. */
  readonly partChecks: readonly PartCheck[];
  /** Images that have no container yet, which Kubernetes hubs need. */
  readonly withoutContainer: readonly PartName[];
}

export interface PartCheck {
  /** "image/lab", "pair/lab/worker" */
  readonly check: string;
  readonly parts: readonly PartName[];
}

export interface GateStage {
  readonly name: string;
  readonly policy: StagePolicy;
  /** What it asked at the commit before the bundle; undefined: the stage was not there. */
  readonly before: StagePolicy | undefined;
  /** It is there no more: the bundle's own commit, or a later one, took it out. */
  readonly isRemoved: boolean;
  readonly hubs: readonly GateHub[];
  /** The parts that the stage runs now; undefined: it has no bundle yet. */
  readonly running: Parts | undefined;
  /** Of the stage as a whole. */
  readonly holds: readonly Hold[];
}

export interface GateHub {
  readonly name: string;
  /** The parts that it runs of a bundle: the images that it uses, settings, renderer, charts on Kubernetes. */
  readonly parts: readonly PartName[];
  readonly needsContainers: boolean;
}
