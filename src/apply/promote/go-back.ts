import { isLocal } from "../../runtime/local/draft.ts";
import type { Place } from "../../bundle/hub-trial.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { readDraft } from "../../operate/draft-store.ts";
import type { EndingPolicy } from "../apply-with-notice.ts";
import type { Outcome } from "../outcome.ts";
import type { Steps } from "../steps.ts";
import { takeAssignment } from "../take-assignment.ts";
import type { PromoteWorld } from "./promote-world.ts";

export interface GoBackProps extends PromoteWorld {
  /** Of the state, where it is intent already, so that a kill from here on is mended by `apply`. */
  readonly files: ReadonlyMap<string, string>;
  readonly ending: EndingPolicy | undefined;
  readonly steps: Steps;
}

export interface Leaving {
  readonly hub: Hub;
  readonly to: Place;
}

export interface WentBack {
  /** In a word; undefined: it could not. */
  readonly backTo: string | undefined;
  readonly errors: readonly HubfleetError[];
}

/** Brings hubs back to what they ran, ending servers where that takes it: those that run now got what is bad. */
export async function goBack(leaving: readonly Leaving[], props: GoBackProps): Promise<ReadonlyMap<string, WentBack>> {
  if (leaving.length === 0) return new Map();
  for (const { hub, to } of leaving) {
    props.report({ target: `hub/${hub.name}`, text: `goes back to ${placeWords(to)}`, state: "note" });
  }
  const hubs = leaving.map(({ hub }) => hub);
  const ending =
    props.ending === undefined ? undefined : { ...props.ending, consent: "all" as const, waitMilliseconds: 0 };
  const { files, steps } = props;
  const outcomes = await props
    .applyHubs(hubs, { files, ending, steps })
    .catch((thrown: unknown): readonly Outcome[] =>
      hubs.map(({ name }) => ({ target: `hub/${name}`, kind: "failed", errors: fromUnknown(thrown) })),
    );
  return new Map(
    leaving.map(({ hub: { name }, to }): [string, WentBack] => {
      const outcome = outcomes.find(({ target }) => target === `hub/${name}`);
      const words = placeWords(to);
      if (outcome !== undefined && outcome.kind !== "failed") return [name, { backTo: words, errors: [] }];
      return [name, { backTo: undefined, errors: [didNotGoBack(name, words), ...(outcome?.errors ?? [])] }];
    }),
  );
}

/** Hubs that were not changed are held to what they run again, so that nothing that starts them gives them anything else. */
export async function stay(hubs: readonly Hub[], { fleet, world, files, assignFrom }: GoBackProps): Promise<void> {
  const here = hubs.filter(({ cluster }) => isLocal(fleet.clusters.get(cluster)));
  if (here.length === 0) return;
  const assignment = await assignFrom(files)(here, await readDraft(fleet.uuid, world));
  await takeAssignment(fleet.uuid, assignment, world);
}

/** What a hub goes back to, in a word. */
export function placeWords(place: Place): string;
export function placeWords(place: Place | undefined): string | undefined;
export function placeWords(place: Place | undefined): string | undefined {
  return place?.kind === "bundle" ? place.pointer.id : place && "the draft of `up`";
}

function didNotGoBack(hub: string, to: string): HubfleetError {
  return new HubfleetError("HUB_DID_NOT_GO_BACK", {
    message: `hub "${hub}" could not be brought back to ${to}`,
    hint: `hubfleet why hub/${hub}; then hubfleet apply hub/${hub}`,
    retry: "later",
  });
}
