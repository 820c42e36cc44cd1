import type { HubfleetError } from "../errors/hubfleet-error.ts";
import type { CheckedVerdict } from "../image/check/image-check-report.ts";

/** A container as its tag names it. */
export interface ContainerFacts {
  readonly tag: string;
  /** "sha256:…" of everything it is made from. */
  readonly inputs: string;
  /** The commit that changed its inputs last; null without Git, or where they are not committed. */
  readonly revision: string | null;
  /** "registry.example.org/fleet/lab"; null where the fleet has no registry. */
  readonly repository: string | null;
  /** "registry.example.org/fleet/lab:TAG@sha256:…", for whoever pulls it; null for what was not pushed. */
  readonly reference: string | null;
  readonly digest: string | null;
  readonly platforms: readonly string[];
}

/** What became of one image's container. A failed one never stops the others. */
export type ContainerOutcome =
  /** The registry has it, made from the same inputs; no builder was asked. */
  | {
      readonly target: string;
      readonly kind: "unchanged";
      readonly container: ContainerFacts;
      readonly note: string;
      readonly mirrors: readonly string[];
    }
  /** It can be built and passes its checks; nothing of it is kept. */
  | {
      readonly target: string;
      readonly kind: "built";
      readonly container: ContainerFacts;
      readonly note: string;
      readonly checks: readonly CheckedVerdict[];
    }
  | {
      readonly target: string;
      readonly kind: "pushed";
      readonly container: ContainerFacts;
      readonly note: string;
      readonly checks: readonly CheckedVerdict[];
      /** References in the registries that clusters pull from. */
      readonly mirrors: readonly string[];
    }
  | {
      readonly target: string;
      readonly kind: "failed";
      readonly errors: readonly HubfleetError[];
      readonly checks: readonly CheckedVerdict[];
    };
