import type { EndingPolicy } from "../apply-with-notice.ts";
import type { Outcome } from "../outcome.ts";
import type { Steps } from "../steps.ts";
import type { Bundle } from "../../bundle/bundle.ts";
import type { Deployed } from "../../bundle/deployed.ts";
import type { GitIdentity } from "../../bundle/match-person.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { Assign } from "../../operate/bundles/assign-bundles.ts";
import type { StateNow, StateWish } from "../../operate/bundles/commit-change.ts";
import type { AskAuthors } from "../../operate/bundles/judge-bundle.ts";
import type { CheckReport } from "../../operate/check/check-report.ts";
import type { DeferredPart } from "../../operate/check/deferred.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import type { StateSnapshot } from "../../ports/state-ref.ts";

/** What moving bundles takes beyond the hubs themselves. */
export interface PromoteWorld {
  readonly fleet: Fleet;
  /** As it is written now. */
  readonly reading: FleetReading;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly read: () => Promise<StateSnapshot>;
  /** Writes to the state; `decide` may be asked again. Answers what the state is then. */
  readonly commit: (
    decide: (now: StateNow) => StateWish | "nothing" | Promise<StateWish | "nothing">,
    message: string,
  ) => Promise<CommittedState>;
  /** Brings hubs, wherever they are, to what the state says they were given, or says of each why not. */
  readonly applyHubs: (
    hubs: readonly Hub[],
    how: {
      readonly files: ReadonlyMap<string, string>;
      readonly ending: EndingPolicy | undefined;
      readonly steps: Steps;
    },
  ) => Promise<readonly Outcome[]>;
  /** Sees to it that hubs away from this machine would get what is committed. @throws HubfleetError CLONE_DIRTY */
  readonly requireCommitted: (hubs: readonly Hub[]) => Promise<void>;
  /** What the state means for hubs of this machine. */
  readonly assignFrom: (files: ReadonlyMap<string, string>) => Assign;
  /** The fleet as a commit has it; undefined: this clone does not have the commit. */
  readonly fleetAt: (commit: string) => Promise<FleetReading | undefined>;
  /** Who wrote what changes. */
  readonly authors: AskAuthors;
  /** Whom Git takes the person for who does it; undefined: it happens by itself. */
  readonly identity: GitIdentity | undefined;
  /** The commit that is checked out; undefined: none. */
  readonly head: () => Promise<string | undefined>;
  /** Whether this machine can make hubs of a bundle as the hubfleet did that made it. */
  readonly canRender: (renderer: string) => Promise<boolean>;
  /** What makes a hub of the bundle that it was given. */
  readonly rendererOn: (hub: Hub, bundle: Bundle) => Promise<string>;
  /** `only`: names of steps; undefined: all. */
  readonly check: (hub: Hub, fleet: Fleet, only?: readonly string[]) => Promise<CheckReport>;
  /** Parts of a hub's checks that wait for their time. */
  readonly deferred: (hub: Hub) => Promise<readonly DeferredPart[]>;
}

export interface CommittedState extends StateSnapshot {
  readonly deployed: Deployed;
}
