import { decideAssignment } from "../../bundle/decide-assignment.ts";
import { holdsIn, type HubPointer, pointerOf } from "../../bundle/deployed.ts";
import { holdsOf } from "../../bundle/hold.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { type HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { Adoption } from "../../plan/adoption/plan-adoption.ts";
import { planRemoteHub } from "../../plan/plan-remote-hub.ts";
import type { Change } from "../../plan/plan.ts";
import type { Clusters } from "../../ports/clusters.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { sha256, stableJson } from "../../runtime/local/digest.ts";
import { openBundles } from "../bundles/open-bundles.ts";
import type { WantedState } from "../bundles/read-intent.ts";
import { desireKept, type DesiredRemote, desireRemote } from "./desired-remote.ts";
import { type ObservedRemote, observeRemotes } from "./observe-remote.ts";
import { adoptionErrors, readAdoption, type ReadAdoptionProps } from "./read-adoption.ts";
import { openRemoteHubs, type RemoteHub } from "./remote-hubs.ts";
import { renderWritten } from "./render-written.ts";

export interface PlanRemotesProps {
  readonly fleet: Fleet;
  readonly reading: FleetReading;
  /** Of which those on Kubernetes are looked at. */
  readonly hubs: readonly Hub[];
  /** What the state says that hubs are to run. */
  readonly intent: WantedState;
  readonly directory: string;
  readonly sources: () => Promise<ImageSources>;
  readonly clusters: Clusters;
  readonly world: LocalWorld;
  readonly signal: AbortSignal;
}

/** A hub that can be brought to what it should be. */
export interface PlannedRemote {
  readonly kind: "planned";
  readonly remote: RemoteHub;
  readonly desired: DesiredRemote;
  readonly observed: ObservedRemote;
  readonly changes: readonly Change[];
  /** Of what was wanted and what was seen: a saved plan holds while it is the same. */
  readonly fingerprint: string;
  /** What taking over somebody else's releases means; undefined: there are none. */
  readonly adoption?: Adoption | undefined;
  /** What is wrong with what it was given, so that it stays with what it has. */
  readonly problems?: readonly HubfleetError[];
}

export type RemotePlan =
  | PlannedRemote
  /** Nobody gave it a bundle yet. */
  | {
      readonly kind: "not-given";
      readonly remote: RemoteHub;
      /** It runs already, installed by somebody else, and this is what its first bundle is going to meet. */
      readonly adoption?: Adoption | undefined;
    }
  | { readonly kind: "failed"; readonly remote: RemoteHub; readonly errors: readonly HubfleetError[] };

/** What hubs on Kubernetes are to be, what they are, and what differs. Changes nothing; never throws for a hub or a cluster. */
export async function planRemotes(props: PlanRemotesProps): Promise<readonly RemotePlan[]> {
  const { fleet, hubs, clusters, signal } = props;
  const remotes = openRemoteHubs(fleet, hubs, clusters);
  const sights = await observeRemotes(fleet.uuid, remotes, signal);
  const open =
    props.intent.kind === "read" ? openBundles({ reading: props.reading, files: props.intent.files }) : undefined;
  return Promise.all(
    remotes.map(async (remote): Promise<RemotePlan> => {
      const sight = sights.get(remote.hub.name);
      if (sight?.kind !== "seen") return { kind: "failed", remote, errors: sight?.errors ?? [] };
      try {
        const { observed } = sight;
        const wanted = await desire(remote, observed, { ...props, open });
        return wanted === undefined
          ? await planNotGiven(remote, observed, props)
          : await planOne(remote, observed, { ...wanted, fleet, signal });
      } catch (thrown) {
        signal.throwIfAborted();
        return { kind: "failed", remote, errors: fromUnknown(thrown) };
      }
    }),
  );
}

type DesireAllProps = PlanRemotesProps & { readonly open: ReturnType<typeof openBundles> | undefined };

interface Wanted {
  readonly desired: DesiredRemote;
  readonly problems?: readonly HubfleetError[];
}

async function desire(remote: RemoteHub, observed: ObservedRemote, props: DesireAllProps): Promise<Wanted | undefined> {
  const { fleet, directory, sources, world, intent, open } = props;
  const applied = once(observed.whole);
  const context = { fleet, directory, sources, world, applied };
  const keep = async (problems?: readonly HubfleetError[]): Promise<Wanted | undefined> => {
    const kept = observed.applied === undefined ? undefined : await applied();
    if (kept === undefined) return undefined;
    return { desired: await desireKept(remote, kept, context), ...(problems === undefined ? {} : { problems }) };
  };
  if (intent.kind === "unknown" || open === undefined) return keep();
  const { hub } = remote;
  const pointer: HubPointer | undefined = pointerOf(intent.deployed, hub);
  const isHeld = holdsOf(hub, holdsIn(intent.deployed), world.clock.now().getTime()).length > 0;
  const now =
    observed.applied === undefined ? undefined : { bundle: observed.applied.bundle, since: observed.applied.since };
  if (pointer === undefined) return keep();
  if (decideAssignment({ pointer, now, isHeld, isIterating: false }) !== "bundle") return keep();
  try {
    return { desired: await desireRemote(remote, pointer, open(pointer.id), context) };
  } catch (thrown) {
    const errors = fromUnknown(thrown);
    // Who lost access has lost it, whatever is wrong with the bundle.
    const kept = await keep(errors);
    if (kept === undefined) throw thrown;
    return kept;
  }
}

/** Nothing is rendered for it, unless it runs already. */
async function planNotGiven(remote: RemoteHub, observed: ObservedRemote, props: PlanRemotesProps): Promise<RemotePlan> {
  const { jupyterhub } = remote.names.releases;
  if (!observed.releases.some(({ name }) => name === jupyterhub)) return { kind: "not-given", remote };
  const { hub: rendered } = await renderWritten({ ...props, target: remote.hub.name });
  const adoption = await soundAdoption({ ...props, remote, observed, hub: remote.hub, rendered });
  return { kind: "not-given", remote, adoption };
}

/** @throws HubfleetErrors where it cannot be taken over: before anything is done */
async function soundAdoption(props: ReadAdoptionProps): Promise<Adoption | undefined> {
  const adoption = await readAdoption(props);
  if (adoption !== undefined && adoption.problems.length > 0) throw new HubfleetErrors(adoptionErrors(adoption, props));
  return adoption;
}

async function planOne(
  remote: RemoteHub,
  observed: ObservedRemote,
  { desired, problems, fleet, signal }: Wanted & Pick<PlanRemotesProps, "fleet" | "signal">,
): Promise<PlannedRemote> {
  const { applied: before, releases, missing } = observed;
  const adoption = await soundAdoption({ ...desired, observed, fleet, signal });
  const wanted = { ...desired, cluster: remote.cluster, releases: desired.rendered.releases };
  const plain = { desired: wanted, before, releases, missing, adoption, origins: fleet.origins };
  const rough = planRemoteHub({ ...plain, applied: undefined });
  // Words cost a request: only for hubs of which something differs.
  const changes =
    rough.length === 0 || before === undefined ? rough : planRemoteHub({ ...plain, applied: await observed.whole() });
  const { parts, bundle } = desired;
  const fingerprint = sha256(stableJson({ parts, bundle, before, releases, missing })).slice(0, 32);
  return {
    ...{ kind: "planned", remote, desired, observed, changes, fingerprint },
    ...(adoption === undefined ? {} : { adoption }),
    ...(problems === undefined ? {} : { problems }),
  };
}

function once<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let asked: Promise<Result> | undefined;
  return () => (asked ??= ask());
}
