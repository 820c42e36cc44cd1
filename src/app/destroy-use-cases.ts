import { destroyRemote, requireKept } from "../apply/kubernetes/destroy-remote.ts";
import { withLease } from "../apply/lease.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import { forgetPointers } from "../operate/bundles/forget-pointers.ts";
import { recordOrigin } from "../operate/bundles/record-origin.ts";
import { destroyFleetRest } from "../operate/destroy-fleet-rest.ts";
import { destroyHub, isDown } from "../operate/destroy-hub.ts";
import { forgetDrafts } from "../operate/draft-store.ts";
import { findPresent } from "../operate/find-present.ts";
import { chooseUnwritten } from "../operate/kubernetes/find-unwritten.ts";
import { observeRemotes } from "../operate/kubernetes/observe-remote.ts";
import { forgetRehearsals } from "../operate/rehearsals.ts";
import { selectAnywhere, selectClusters } from "../operate/select-hubs.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateRef } from "../ports/state-ref.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { Remotes } from "./remotes.ts";
import type { App } from "./use-cases.ts";

export interface DestroyUseCasesProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly sources: () => Promise<ImageSources>;
  readonly state: () => Promise<StateRef>;
  readonly remotes: Pick<Remotes, "open" | "unwritten">;
  readonly fleet: () => Promise<Fleet>;
  readonly written: () => Promise<Fleet>;
  readonly isRehearsal: boolean;
}

export type DestroyUseCases = Pick<App, "present" | "running" | "destroy">;

/** Taking hubs down, wherever they are. */
export function createDestroyUseCases(props: DestroyUseCasesProps): DestroyUseCases {
  const { directory, local, sources, state, remotes, fleet, written, isRehearsal } = props;
  const isAway = (now: Fleet, hub: Hub): boolean => !isLocal(now.clusters.get(hub.cluster));
  /** Those of these names that are on Kubernetes clusters, written or not. Clusters are asked for the others only. */
  const away = async (now: Fleet, names: readonly string[]): Promise<readonly Hub[]> => {
    const described = names.flatMap((name) => {
      const hub = now.hubs.get(name);
      return hub !== undefined && isAway(now, hub) ? [hub] : [];
    });
    const here = await findPresent(now, [], local);
    const strange = names.filter((name) => !now.hubs.has(name) && !here.includes(name));
    if (strange.length === 0 || isRehearsal) return described;
    const { hubs } = await remotes.unwritten(now, new AbortController().signal);
    return [
      ...described,
      ...hubs.flatMap(({ name, hub }) => (hub !== undefined && strange.includes(name) ? [hub] : [])),
    ];
  };
  /** Those whose file is gone, by their names or by their cluster. @throws HubfleetError UNKNOWN_TARGET */
  const findGone = async (
    now: Fleet,
    { strange, clusters }: { readonly strange: readonly string[]; readonly clusters: readonly string[] },
  ): Promise<readonly string[]> => {
    const unwritten = await remotes.unwritten(now, new AbortController().signal);
    return chooseUnwritten(now, unwritten, { targets: strange, clusters });
  };
  return {
    async present(targets) {
      const now = await fleet();
      const here = await findPresent(now, [], local);
      if (targets.length === 0) return here;
      const isWritten = (target: string): boolean =>
        now.hubs.has(target.replace(/^hub\//, "")) || /^(?:stage|cluster)\//.test(target);
      const known = targets.filter(isWritten);
      const chosen = known.length === 0 ? [] : selectAnywhere(now, known);
      const far = chosen.filter((hub) => isAway(now, hub)).map(({ name }) => name);
      const isHere = (target: string): boolean => here.includes(target.replace(/^hub\//, ""));
      const strange = targets.filter((target) => !isWritten(target) && !isHere(target));
      const whole = targets.some((target) => target.startsWith("cluster/")) ? selectClusters(now, targets) : [];
      const isAsked = !isRehearsal && strange.length + whole.length > 0;
      const gone = isAsked ? await findGone(now, { strange, clusters: whole }) : [];
      if (far.length + gone.length === 0) return findPresent(now, targets, local);
      const near = chosen.filter((hub) => !isAway(now, hub) && here.includes(hub.name)).map(({ name }) => name);
      const unwritten = targets.filter((target) => !isWritten(target) && isHere(target));
      const names = unwritten.length === 0 ? [] : await findPresent(now, unwritten, local);
      return [...new Set([...names, ...near, ...far, ...gone])];
    },
    async running(hubs) {
      const now = await fleet();
      const far = await away(now, hubs);
      const opened = await remotes.open(now, far);
      const sights = await observeRemotes(now.uuid, opened, new AbortController().signal);
      const down = await Promise.all(
        hubs.map(async (hub) => {
          if (!far.some(({ name }) => name === hub)) return isDown({ fleetUuid: now.uuid, hub, world: local });
          const sight = sights.get(hub);
          return sight?.kind === "seen" && sight.observed.applied === undefined;
        }),
      );
      return hubs.filter((_, index) => down[index] === false);
    },
    async destroy(hubs, options, { report, signal }) {
      const now = await fleet();
      const { uuid } = now;
      const { deleteHomes } = options;
      const far = new Map(
        (await remotes.open(now, await away(now, hubs))).map((remote) => [remote.hub.name, remote] as const),
      );
      return withLease({ fleetUuid: uuid, command: "destroy", world: local, report }, async (steps) => {
        // A cluster that does not answer, or a disk that would go, leaves everything as it is.
        for (const remote of far.values()) await requireKept({ fleetUuid: uuid, remote, deleteHomes, signal });
        const origin = async (): ReturnType<typeof recordOrigin> =>
          recordOrigin(now, local, await (await sources()).signer.identity(directory));
        const homes = deleteHomes ? "deleted" : "kept";
        // First of all, so that a kill from here on is finished by destroy and not undone by apply.
        const kept = isRehearsal ? undefined : await forgetPointers(state, hubs, { homes, origin });
        for (const hub of kept === undefined ? [] : hubs)
          report({ target: `hub/${hub}`, text: kept ?? "", state: "note" });
        await forgetDrafts(uuid, hubs, local);
        const ends = await Promise.allSettled(
          hubs.map((hub) => {
            const remote = far.get(hub);
            const about = { fleetUuid: uuid, deleteHomes, world: local, steps };
            return remote === undefined
              ? destroyHub({ ...about, hub })
              : destroyRemote({ ...about, remote, report, signal });
          }),
        );
        const reasons = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
        if (reasons.length === 1) throw reasons[0];
        if (reasons.length > 1) throw new HubfleetErrors(reasons.flatMap((reason) => fromUnknown(reason)));
        const remains = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
        if (hubs.length > 0 && far.size === hubs.length) return { hubs: remains, rest: undefined };
        // Not a step of the journal, which goes with the rest.
        report({ target: "fleet", text: "look for leftovers", state: "started" });
        const rest = await destroyFleetRest(uuid, options, local);
        if (isRehearsal) await forgetRehearsals(await written(), hubs, local);
        report({ target: "fleet", text: "look for leftovers", state: "done" });
        return { hubs: remains, rest };
      });
    },
  };
}
