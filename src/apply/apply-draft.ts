import { fromUnknown } from "../errors/from-unknown.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import { type DesiredWithCopies, describeMachine, readUidBlocks } from "../operate/desired-hubs.ts";
import { lockPath, readDraft } from "../operate/draft-store.ts";
import type { Plan } from "../plan/plan.ts";
import { tidyUp } from "../operate/housekeeping/tidy-up.ts";
import { noteStateRoot, noteUse } from "../operate/housekeeping/use-notes.ts";
import { planHubs } from "../operate/plan-hubs.ts";
import { requirePython } from "../operate/resolve-images.ts";
import { hasCondaPackages } from "../image/conda/conda-python.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import type { Machine } from "../runtime/local/desired-hub.ts";
import type { DraftHub } from "../runtime/local/draft.ts";
import { planRemovals } from "../operate/plan-removals.ts";
import { desireDraftedHub, draftOfHub } from "../operate/renames.ts";
import { applyWithNotice, type EndingPolicy } from "./apply-with-notice.ts";
import { bootEntryName } from "./boot-entry.ts";
import { ensureComesBack } from "./comes-back.ts";
import { withLease } from "./lease.ts";
import type { Outcome } from "./outcome.ts";
import { removeHubs } from "./remove-hubs.ts";
import type { Steps } from "./steps.ts";
import type { Assign } from "../operate/bundles/assign-bundles.ts";
import { takeAssignment } from "./take-assignment.ts";
import { ensurePythonPackage, ensureHubUids } from "./prepare-machine.ts";
import { exposedWithoutIsolation } from "./refuse-early.ts";

/** How far an apply may go. */
export interface ApplyOptions {
  /** Do what this plan says, as far as everything still is as it was when the plan was made. */
  readonly saved?: Plan | undefined;
  /** Take down hubs of which no file is there any more, too. With a saved plan: those that it says. */
  readonly remove?: boolean | undefined;
  /** On what terms users' servers may end; undefined: at once. */
  readonly ending?: EndingPolicy | undefined;
}

export interface ApplyDraftProps extends ApplyOptions {
  readonly fleet: Fleet;
  readonly hubs: readonly Hub[];
  /** What bundles hubs were given. */
  readonly assign: Assign;
  /** A hub that cannot have the bundle that it was given fails, instead of going on with what it has. @default false */
  readonly isStrict?: boolean;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Puts in place what hubs were given, a bundle or the draft, and what the live keys say now; mends what ended or was
 * changed by hand. Hubs that were never given anything are left out: `plan` names them.
 * @throws HubfleetError LEASE_HELD, NO_DRAFT
 */
export async function applyDraft(
  props: ApplyDraftProps & {
    /** Absolute path of the working tree. */
    readonly directory: string;
  },
): Promise<readonly Outcome[]> {
  const { fleet, world, report } = props;
  return withLease({ fleetUuid: fleet.uuid, command: "apply", world, report }, async (steps) => {
    const outcomes = await applyDraftHeld(props, steps);
    // A `promote` that was killed may have brought a first hub up without. An entry of another clone stays.
    const isUp = outcomes.some(({ kind }) => kind === "changed" || kind === "unchanged");
    if (isUp && !(await world.bootService.exists(bootEntryName(fleet.uuid)))) await ensureComesBack(props);
    if (outcomes.every(({ kind }) => kind !== "failed")) await tidyUp(props);
    return outcomes;
  });
}

/** The same for a command that holds the lease already. */
export async function applyDraftHeld(props: ApplyDraftProps, steps: Steps): Promise<readonly Outcome[]> {
  const { fleet, world } = props;
  const machine = await describeMachine(world);
  await ensurePythonPackage(machine, world);
  const misfits = await assignNow(props);
  const isFit = ({ name }: Hub): boolean => misfits.every(({ target }) => target !== `hub/${name}`);
  await noteStateRoot(world);
  await ensureHubUids(fleet.uuid, await givenHubs(props), { machine, world });
  const hubs = await desireDrafted({ ...props, hubs: props.hubs.filter(isFit) }, machine);
  const removals = await chooseRemovals(props);
  if (hubs.length + misfits.length === 0 && removals.going.length + removals.held.length === 0) {
    throw new HubfleetError("NO_DRAFT", {
      message: "none of these hubs is brought up on this machine",
      hint: "`hubfleet up`, or `hubfleet promote` where its stage takes bundles",
    });
  }
  const refused = hubs.flatMap(({ desired: { name, hub, cluster } }): Outcome[] => {
    const error = exposedWithoutIsolation(hub, cluster, props);
    return error === undefined ? [] : [{ target: `hub/${name}`, kind: "failed", errors: [error] }];
  });
  const refusedNames = new Set(refused.map(({ target }) => target));
  const allowed = hubs.filter(({ desired }) => !refusedNames.has(`hub/${desired.name}`));
  const unbuilt = await rebuildAll(allowed, props, steps);
  const built = allowed.filter(({ desired }) => unbuilt.every(({ target }) => target !== `hub/${desired.name}`));
  const plan = await planHubs({ fleet, hubs: built, world });
  const held = props.saved === undefined ? [] : hubsThatMoved(props.saved, plan);
  const heldNames = new Set(held.map(({ target }) => target));
  const going = built.filter(({ desired }) => !heldNames.has(`hub/${desired.name}`));
  const fleetUuid = fleet.uuid;
  const removed = await removeHubs({ fleetUuid, hubs: removals.going, world, steps });
  const ending = agreedByPlan(props);
  const applied = await applyWithNotice({ ...props, ending, hubs: going, changes: plan.changes, steps });
  return [...misfits, ...refused, ...unbuilt, ...held, ...removals.held, ...removed, ...applied];
}

/**
 * Holds hubs to the bundles that they were given meanwhile. One whose bundle does not go with what is written now stays with
 * what it has, and its live settings go on; it fails only where it has nothing.
 */
async function assignNow({
  fleet,
  hubs,
  assign,
  isStrict,
  world,
  report,
}: ApplyDraftProps): Promise<readonly Outcome[]> {
  const draft = await readDraft(fleet.uuid, world);
  const assignment = await assign(hubs, draft);
  await takeAssignment(fleet.uuid, assignment, world);
  if (assignment.remark !== undefined) {
    report({ target: `fleet/${fleet.name}`, text: assignment.remark, state: "note" });
  }
  return [...assignment.problems].flatMap(([hub, errors]): readonly Outcome[] => {
    if (isStrict === true || draft.hubs[hub] === undefined) return [{ target: `hub/${hub}`, kind: "failed", errors }];
    const text = `stays with what it runs: ${errors[0]?.message ?? ""}`;
    report({ target: `hub/${hub}`, text, state: "note" });
    return [];
  });
}

/** Those that `up` or a bundle put on this machine: no other gets user ids of it. */
async function givenHubs({ fleet, hubs, world }: ApplyDraftProps): Promise<readonly Hub[]> {
  const draft = await readDraft(fleet.uuid, world);
  return hubs.filter((hub) => draftOfHub(hub, draft) !== undefined);
}

type Held = Extract<Outcome, { kind: "held" }>;

/** Which hubs without a file are taken down: those asked for that are as a saved plan saw them. */
async function chooseRemovals({
  fleet,
  saved,
  remove,
  world,
}: ApplyDraftProps): Promise<{ readonly going: readonly string[]; readonly held: readonly Held[] }> {
  const asked = saved?.changes.filter(({ part, action }) => part === "hub" && action === "delete");
  if (remove !== true && (asked === undefined || asked.length === 0)) return { going: [], held: [] };
  const { changes, fingerprints } = await planRemovals(fleet, world);
  if (saved === undefined) return { going: changes.map(({ target }) => target.replace("hub/", "")), held: [] };
  const names = (asked ?? []).map(({ target }) => target.replace("hub/", ""));
  const going = names.filter((name) => saved.fingerprints[name] === fingerprints[name]);
  const why = "what is written or what runs has changed since the plan was made";
  const held = names.filter((name) => !going.includes(name));
  return { going, held: held.map((name) => ({ target: `hub/${name}`, kind: "held", why })) };
}

/** Whoever has a saved plan applied has read what it says of servers that end. */
function agreedByPlan({ ending, saved }: ApplyDraftProps): EndingPolicy | undefined {
  return ending === undefined || saved === undefined ? ending : { ...ending, consent: "all" };
}

/** Hubs for which the saved plan does not hold any more: something was written or happened since. */
export function hubsThatMoved(saved: Plan, now: Plan): readonly Extract<Outcome, { kind: "held" }>[] {
  return now.hubs.flatMap((name) => {
    if (saved.fingerprints[name] === now.fingerprints[name]) return [];
    const why =
      saved.fingerprints[name] === undefined
        ? "the plan does not cover it"
        : "what is written or what runs has changed since the plan was made";
    return [{ target: `hub/${name}`, kind: "held", why } as const];
  });
}

/** The chosen hubs that are in the draft, as `apply` wants them. */
export async function desireDrafted(
  { fleet, hubs, world }: Pick<ApplyDraftProps, "fleet" | "hubs" | "world">,
  machine: Machine,
): Promise<readonly DesiredWithCopies[]> {
  const [draft, uidBlocks] = await Promise.all([readDraft(fleet.uuid, world), readUidBlocks(world)]);
  const desired = hubs.flatMap((hub) => {
    const drafted = draftOfHub(hub, draft);
    if (drafted === undefined) return [];
    return [desireDraftedHub(hub, drafted, { fleet, directory: "", draft, machine, uidBlocks, world })];
  });
  return Promise.all(desired);
}

/** Environments of all hubs; one that cannot be built stops its hubs, and no others. */
async function rebuildAll(
  hubs: readonly DesiredWithCopies[],
  props: ApplyDraftProps,
  steps: Steps,
): Promise<readonly Outcome[]> {
  const unbuilt: Outcome[] = [];
  for (const { desired } of hubs) {
    try {
      await rebuildMissing(desired.images, props, steps);
    } catch (thrown) {
      if (props.signal.aborted) throw thrown;
      unbuilt.push({ target: `hub/${desired.name}`, kind: "failed", errors: fromUnknown(thrown) });
    }
  }
  return unbuilt;
}

/** Environments are a cache: one that was removed is built again from the lock that the draft kept. */
async function rebuildMissing(
  images: DraftHub["images"],
  { fleet, world, signal }: ApplyDraftProps,
  steps: Steps,
): Promise<void> {
  for (const [name, { environment, lockDigest, pythonMinor }] of Object.entries(images)) {
    await noteUse(environment, world);
    if (await world.environments.isComplete(environment)) continue;
    const lock = lockPath(fleet.uuid, lockDigest, world);
    const isConda = hasCondaPackages((await world.files.read(lock)) ?? "");
    const python = await requirePython({ name, python: pythonMinor }, world, isConda ? "any" : "minor");
    await steps.run(`image/${name}`, "build environment", () =>
      world.environments.ensure({ directory: environment, lock, python }, signal),
    );
  }
}
