import { applyDraftHeld } from "../apply/apply-draft.ts";
import type { Hub } from "../fleet/fleet.ts";
import type { Assign } from "../operate/bundles/assign-bundles.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { Remotes } from "./remotes.ts";
import { advance, type Advanced } from "../apply/advance/advance.ts";
import { ensureComesBack } from "../apply/comes-back.ts";
import type { EndingPolicy } from "../apply/apply-with-notice.ts";
import { planPromotion, promote, type Promotion } from "../apply/promote/promote.ts";
import { signOffPages } from "../apply/sign-off-pages.ts";
import type { PromoteWorld } from "../apply/promote/promote-world.ts";
import { rollback, type Rollback } from "../apply/promote/rollback.ts";
import { holdsIn, readDeployed } from "../bundle/deployed.ts";
import type { Hold } from "../bundle/hold.ts";
import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import { assignBundles } from "../operate/bundles/assign-bundles.ts";
import { commitChange } from "../operate/bundles/commit-change.ts";
import { keptCode, rendererOf } from "../operate/bundles/kept-code.ts";
import { readDraft } from "../operate/draft-store.ts";
import { draftOfHub } from "../operate/renames.ts";
import { createFleetsAt } from "../operate/bundles/fleet-at.ts";
import { endHold, holdTarget, placeHold } from "../operate/bundles/holds.ts";
import { recordOrigin } from "../operate/bundles/record-origin.ts";
import { createSignHead } from "../operate/bundles/sign-head.ts";
import { reachRunning } from "../operate/kubernetes/as-applied.ts";
import type { RemotePlan } from "../operate/kubernetes/plan-remotes.ts";
import type { WantedState } from "../operate/bundles/read-intent.ts";
import { deliverNotices, deliverySentences, type Delivery } from "../operate/notify/deliver-notices.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { StateRef, StateStanding } from "../ports/state-ref.ts";
import { checkAnywhere, deferredAnywhere } from "./check-anywhere.ts";
import type { Watch } from "./use-cases.ts";

export interface PromoteOptions {
  readonly bundle: string;
  readonly stage: string;
  /** One person opens the gate, with this reason. */
  readonly breakGlass?: string | undefined;
  readonly ending?: EndingPolicy | undefined;
}

/** Moving bundles through stages, and keeping hubs where they are. */
export interface PromotionUseCases {
  /** Moves a bundle into a stage, or goes on where the stage stands. @throws as `promote` */
  promote(options: PromoteOptions, watch: Watch): Promise<Promotion>;
  /** What `promote` would meet. Changes nothing. @throws as `promote` */
  plan(options: PromoteOptions, watch: Watch): Promise<Omit<Promotion, "results" | "stopped">>;
  /** Sends a hub or stage back to a bundle that was good there. @throws as `rollback` */
  rollback(
    options: {
      readonly target: string;
      readonly to: string | undefined;
      readonly reason: string;
      readonly until: Date;
      readonly ending?: EndingPolicy | undefined;
    },
    watch: Watch,
  ): Promise<Rollback>;
  /** Keeps a hub or stage where it is. @throws HubfleetError UNKNOWN_TARGET */
  hold(
    options: { readonly target: string; readonly reason: string; readonly until: Date },
    watch: Watch,
  ): Promise<{ readonly hold: Hold; readonly standing: StateStanding }>;
  /** One turn of what happens by itself. @throws as `advance` */
  advance(watch: Watch): Promise<AdvancedFleet>;
  /** @throws HubfleetError UNKNOWN_TARGET, NO_SUCH_HOLD */
  resume(
    options: { readonly target: string; readonly reason: string | undefined },
    watch: Watch,
  ): Promise<{ readonly hold: Hold; readonly standing: StateStanding }>;
}

export interface AdvancedFleet extends Advanced {
  readonly delivery: Delivery;
  readonly standing: StateStanding;
}

export interface PromotionUseCasesProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly sources: () => Promise<ImageSources>;
  readonly state: () => Promise<StateRef>;
  readonly notifier: () => Promise<Notifier>;
  readonly remotes: Remotes;
  readonly read: () => Promise<FleetReading>;
}

export function createPromotionUseCases(props: PromotionUseCasesProps): PromotionUseCases {
  const { directory, local, sources, state } = props;
  const holding = async (
    watch: Watch,
    message: string,
    decide: (
      deployed: ReturnType<typeof readDeployed>,
      origin: Awaited<ReturnType<typeof recordOrigin>>,
    ) => ReturnType<typeof placeHold>,
  ): Promise<{ readonly files: ReadonlyMap<string, string>; readonly standing: StateStanding }> => {
    const [{ signer }, fleet] = [await sources(), await soundFleet(props)];
    const identity = await signer.identity(directory);
    const origin = await recordOrigin(fleet, local, identity);
    const sign = createSignHead({ directory, people: fleet.people ?? [], identity, signer, ...watch });
    const { snapshot } = await commitChange(
      await state(),
      ({ deployed }) => ({ ...decide(deployed, origin), isByHand: true }),
      { message, signal: watch.signal, sign },
    );
    return snapshot;
  };
  return {
    promote: async ({ ending, breakGlass, ...options }, watch) => {
      const world = await promoteWorld(props, watch);
      return telling(props, watch, () => promote({ ...world, ...options, breakGlass, ending, again: true }));
    },
    plan: async ({ breakGlass, ...options }, watch) =>
      planPromotion({ ...(await promoteWorld(props, watch)), ...options, breakGlass, ending: undefined, again: true }),
    rollback: async ({ ending, ...options }, watch) => {
      const world = await promoteWorld(props, watch);
      return telling(props, watch, () => rollback({ ...world, ...options, ending }));
    },
    advance: async (watch) => {
      const world = await promoteWorld(props, watch);
      const { reading, fleet } = world;
      const away = [...fleet.hubs.values()].filter(({ cluster }) => !isLocal(fleet.clusters.get(cluster)));
      const planAway = async (intent: WantedState): Promise<readonly RemotePlan[]> =>
        away.length === 0 ? [] : props.remotes.plan({ ...reading, fleet }, away, intent, watch.signal);
      const advanced = await advance({ ...world, directory: props.directory, planAway, reach: reachRunning });
      const delivery = await deliver(props, watch);
      const { standing } = await (await state()).read({ signal: watch.signal });
      return { ...advanced, delivery, standing };
    },
    hold: async ({ target: text, reason, until }, watch) => {
      const target = holdTarget(text, await soundFleet(props));
      let placed: Hold | undefined;
      const { standing } = await holding(watch, `hold ${target}`, (deployed, origin) => {
        const wish = placeHold(deployed, { target, reason, until }, { origin });
        placed = holdsIn(wish.deployed).find((hold) => hold.target === target);
        return wish;
      });
      if (placed === undefined) throw new TypeError("a hold was placed"); // just now
      return { hold: placed, standing };
    },
    resume: async ({ target: text, reason }, watch) => {
      const fleet = await soundFleet(props);
      const target = holdTarget(text, fleet);
      const name = target.startsWith("hub/") ? fleet.hubs.get(target.slice("hub/".length))?.renamedFrom : undefined;
      const before = name === undefined ? undefined : (`hub/${name}` as const);
      let ended: Hold | undefined;
      const now = local.clock.now().getTime();
      const { standing } = await holding(watch, `resume ${target}`, (deployed, origin) => {
        const { hold, ...wish } = endHold(deployed, { target, before, reason }, { origin, now });
        ended = hold;
        return wish;
      });
      if (ended === undefined) throw new TypeError("a hold was ended"); // just now
      return { hold: ended, standing };
    },
  };
}

/** Does something, and tells people what became of it. Whom it does not reach is a note: what was done is done. */
async function telling<Result>(
  props: PromotionUseCasesProps,
  watch: Watch,
  work: () => Promise<Result>,
): Promise<Result> {
  const result = await work();
  await ensureComesBack({ ...props, fleet: await soundFleet(props), world: props.local, report: watch.report });
  await signOffPages(await promoteWorld(props, watch)).put();
  const { failures } = await deliver(props, watch);
  const fleet = await soundFleet(props);
  for (const text of deliverySentences({ sent: 0, failures })) {
    watch.report({ target: `fleet/${fleet.name}`, text, state: "note" });
  }
  return result;
}

async function deliver(props: PromotionUseCasesProps, { signal }: Watch): Promise<Delivery> {
  const { local, state, notifier } = props;
  const [fleet, ref, sender] = await Promise.all([soundFleet(props), state(), notifier()]);
  return deliverNotices({ fleet, state: ref, notifier: sender, clock: local.clock, signal });
}

async function soundFleet({ read }: Pick<PromotionUseCasesProps, "read">): Promise<Fleet> {
  const { fleet, problems } = await read();
  if (fleet === undefined) throw new HubfleetErrors(problems);
  return fleet;
}

/** What moving bundles takes, of this machine and this repository. */
export async function promoteWorld(props: PromotionUseCasesProps, watch: Watch): Promise<PromoteWorld> {
  const { directory, local, sources, state, read } = props;
  const [reading, fleet, ref, { git, signer }] = await Promise.all([read(), soundFleet(props), state(), sources()]);
  const { signal, report } = watch;
  const identity = await signer.identity(directory);
  const sign = createSignHead({ directory, people: fleet.people ?? [], identity, signer, ...watch });
  const assignFrom =
    (files: ReadonlyMap<string, string>): Assign =>
    (hubs, draft) =>
      assignBundles({ reading, hubs, draft, files, directory, sources, world: local });
  return {
    fleet,
    reading,
    world: local,
    ...watch,
    read: () => ref.read({ signal }),
    commit: async (decide, message) => {
      const { snapshot } = await commitChange(ref, decide, { message, signal, sign });
      return { ...snapshot, deployed: readDeployed(snapshot.files) };
    },
    applyHubs: async (hubs, { files, ending, steps }) => {
      const isHere = ({ cluster }: Hub): boolean => isLocal(fleet.clusters.get(cluster));
      const [here, away] = [hubs.filter(isHere), hubs.filter((hub) => !isHere(hub))];
      const far =
        away.length === 0
          ? []
          : props.remotes.apply({ ...reading, fleet }, away, {
              ...{ ...watch, ending, steps, command: "promote", isStrict: true },
              intent: { kind: "read", files, deployed: readDeployed(files) },
            });
      const near =
        here.length === 0
          ? []
          : applyDraftHeld(
              { fleet, hubs: here, assign: assignFrom(files), isStrict: true, ending, world: local, ...watch },
              steps,
            );
      return (await Promise.all([near, far])).flat();
    },
    requireCommitted: (hubs) => props.remotes.requireCommitted(fleet, hubs),
    assignFrom,
    fleetAt: createFleetsAt({ directory, git }),
    identity,
    authors: (range, paths) => git.authors(directory, range, paths),
    head: async () => {
      const found = await git.readAt(directory, "HEAD", "fleet.yaml");
      return "commit" in found ? found.commit : undefined;
    },
    canRender: async (renderer) => (await keptCode(renderer, local)) !== undefined,
    rendererOn: async (hub, bundle) =>
      !isLocal(fleet.clusters.get(hub.cluster))
        ? bundle.document.renderer
        : rendererOf(draftOfHub(hub, await readDraft(fleet.uuid, local)), bundle, local),
    deferred: (hub) => deferredAnywhere(hub, { fleet, local, remotes: props.remotes }),
    check: (hub, of, only) =>
      checkAnywhere(hub, { fleet: of, directory, only, local, remotes: props.remotes, report, signal }),
  };
}
