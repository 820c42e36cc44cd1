import pMap from "p-map";

import { type Deployed, holdsIn, pointTo } from "../../bundle/deployed.ts";
import { holdsOf, holdWords } from "../../bundle/hold.ts";
import { noticesFor } from "../../bundle/notices.ts";
import { beginTrial, type Direction, endTrial, type Place, placeBefore } from "../../bundle/hub-trial.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { OpenedBundle } from "../../operate/bundles/assign-bundles.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import type { EndingPolicy } from "../apply-with-notice.ts";
import type { Steps } from "../steps.ts";
import { goBack, type Leaving, placeWords, stay } from "./go-back.ts";
import { hubRecords, type Tried } from "./hub-records.ts";
import { keptDrafts } from "./kept-drafts.ts";
import type { PromoteWorld } from "./promote-world.ts";
import { settledNotices } from "./settled-notices.ts";
import { tryHub } from "./try-hub.ts";

/** What became of one hub that was to run a bundle. */
export type HubResult =
  | { readonly hub: string; readonly kind: "done"; readonly milliseconds: number }
  /** It is as it was: the bundle was not tried on it. */
  | { readonly hub: string; readonly kind: "held"; readonly why: string }
  | {
      readonly hub: string;
      readonly kind: "failed";
      readonly errors: readonly HubfleetError[];
      /** What it runs now: an id, "the draft"; undefined: it was left as it is. */
      readonly backTo: string | undefined;
    }
  /** A person interrupted; the next command goes on with it. */
  | { readonly hub: string; readonly kind: "interrupted" };

export interface ChangeHubsProps extends PromoteWorld {
  readonly stage: string;
  readonly opened: OpenedBundle;
  readonly hubs: readonly Hub[];
  /** Back: to something that was good there, so that there is nothing to go back to when it fails. */
  readonly direction: Direction;
  readonly ending: EndingPolicy | undefined;
  readonly steps: Steps;
}

/**
 * Gives hubs a bundle, all at the same time: intent first, then apply, then check, then records. One that does not do well
 * goes back to what it ran, before anything else happens to it. Killed anywhere, the same call again brings it to an end.
 * Hubs that somebody held, or whose stage was given something else, since the caller looked are left alone.
 */
export async function changeHubs(props: ChangeHubsProps): Promise<readonly HubResult[]> {
  const { opened, stage, direction, signal } = props;
  const { bundle } = opened;
  const drafts = await keptDrafts(props.hubs, props);
  const to = pointTo(bundle, props.world.clock.now());
  let closed: ReadonlyMap<string, string> = new Map();
  const begun = await props.commit(
    ({ deployed }) => {
      closed = closedHubs(deployed, props);
      const going = props.hubs.filter(({ name }) => !closed.has(name));
      if (going.length === 0) return "nothing";
      const begin = (all: Deployed, hub: Hub): Deployed =>
        beginTrial(all, { stage, hub, to, direction, draftSince: drafts.get(hub.name) });
      return { deployed: going.reduce(begin, deployed) };
    },
    `${bundle.id} on ${props.hubs.map(({ name }) => name).join(", ")}`,
  );
  const left = props.hubs.flatMap(({ name }): readonly HubResult[] => {
    const why = closed.get(name);
    return why === undefined ? [] : [{ hub: name, kind: "held", why }];
  });
  const hubs = props.hubs.filter(({ name }) => !closed.has(name));
  if (hubs.length === 0) return left;

  const { ending, steps } = props;
  const applied = await props.applyHubs(hubs, { files: begun.files, ending, steps });
  const tried = await pMap(
    hubs,
    (hub) =>
      tryHub(
        hub,
        applied.find(({ target }) => target === `hub/${hub.name}`),
        props,
      ),
    { concurrency: 2 },
  );
  if (signal.aborted) return [...left, ...hubs.map(({ name }): HubResult => ({ hub: name, kind: "interrupted" }))];

  const isIterating = props.fleet.stages.find(({ name }) => name === stage)?.policy.iterate ?? false;
  const placeOf = ({ name }: Hub): Place | undefined =>
    placeBefore(begun.deployed, name, { draftSince: drafts.get(name), isIterating });
  const records = await Promise.all(
    tried.map((one) => hubRecords(one, { ...props, deployed: begun.deployed, place: placeOf(one.hub) })),
  );
  const origin = await recordOrigin(props.fleet, props.world);
  const settled = await props.commit(
    ({ deployed, files }) => {
      const after = tried.reduce<Deployed>((all, { hub, kind }) => {
        const pointer = begun.deployed.hubs[hub.name] ?? to;
        return endTrial(all, { stage, hub: hub.name, kind, begun: pointer, place: placeOf(hub) });
      }, deployed);
      const at = props.world.clock.now().getTime();
      const failed = tried.flatMap((one) =>
        one.kind === "failed" ? [{ hub: one.hub.name, errors: one.errors, back: placeWords(placeOf(one.hub)) }] : [],
      );
      const notices =
        direction === "back"
          ? []
          : settledNotices({ ...props, bundle: bundle.id, deployed: after, failed, by: origin.who.id, at });
      const documents = noticesFor(files, notices, { recipients: props.fleet.recipients ?? [], now: at });
      return { deployed: after, records: records.flat(), documents };
    },
    `${bundle.id} on ${hubs.map(({ name }) => name).join(", ")}: ${tried.map(({ kind }) => kind).join(", ")}`,
  );
  const leaving = tried.flatMap(({ hub, kind }): readonly Leaving[] => {
    const place = placeOf(hub);
    return kind === "failed" && place !== undefined ? [{ hub, to: place }] : [];
  });
  const back = { ...props, files: settled.files };
  const returned = await goBack(leaving, back);
  await stay(
    tried.flatMap(({ hub, kind }) => (kind === "held" ? [hub] : [])),
    back,
  );
  return [...left, ...tried.map((one) => resultOf(one, returned.get(one.hub.name)))];
}

/** Hubs that are not to be changed any more, with the reason. What was begun is brought to an end, on hold or not. */
function closedHubs(
  deployed: Deployed,
  { hubs, stage, opened, direction, world }: ChangeHubsProps,
): ReadonlyMap<string, string> {
  if (direction === "back") return new Map();
  const given = deployed.stages[stage];
  const holds = holdsIn(deployed);
  const now = world.clock.now().getTime();
  return new Map(
    hubs.flatMap((hub): (readonly [string, string])[] => {
      if (given?.digest !== opened.bundle.digest) {
        return [[hub.name, `stage ${stage} was given ${given?.id ?? "nothing"} meanwhile`]];
      }
      const [hold] = holdsOf(hub, holds, now);
      return hold === undefined || given.hubs?.[hub.name] === "changing" ? [] : [[hub.name, holdWords(hold)]];
    }),
  );
}

function resultOf(
  one: Tried,
  { backTo, errors = [] }: { readonly backTo?: string | undefined; readonly errors?: readonly HubfleetError[] } = {},
): HubResult {
  const hub = one.hub.name;
  if (one.kind === "done") return { hub, kind: "done", milliseconds: one.milliseconds };
  if (one.kind === "held") return { hub, kind: "held", why: one.why };
  return { hub, kind: "failed", errors: [...one.errors, ...errors], backTo };
}
