import pMap from "p-map";

import { fromUnknown } from "../errors/from-unknown.ts";
import type { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import { disagreements } from "../image/pair/disagreements.ts";
import { type DesiredWithCopies, describeMachine, desireFromTree } from "../operate/desired-hubs.ts";
import { readDraft, recordDraft, storeLock } from "../operate/draft-store.ts";
import { missingPackages } from "../plan/required-packages.ts";
import { findOldName } from "../operate/renames.ts";
import { noteStateRoot } from "../operate/housekeeping/use-notes.ts";
import { tidyUp } from "../operate/housekeeping/tidy-up.ts";
import { planHubs } from "../operate/plan-hubs.ts";
import { imagesOf, resolveImage } from "../operate/resolve-images.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import type { DraftHub, DraftImage } from "../runtime/local/draft.ts";
import { applyWithNotice, type EndingPolicy } from "./apply-with-notice.ts";
import { ensureComesBack } from "./comes-back.ts";
import { ensureEnvironment, ensureLock } from "./ensure-images.ts";
import { withLease } from "./lease.ts";
import type { Outcome } from "./outcome.ts";
import { ensurePythonPackage, ensureHubUids } from "./prepare-machine.ts";
import { refusals } from "./refuse-early.ts";
import type { Steps } from "./steps.ts";

export interface UpProps {
  readonly fleet: Fleet;
  /** Absolute path of the working tree. */
  readonly directory: string;
  readonly hubs: readonly Hub[];
  /** Hubs that take no draft, with the reason; asked when no other command of this machine can give them a bundle. */
  readonly closed: () => Promise<ReadonlyMap<string, string>>;
  /** On what terms users' servers may end; undefined: at once. */
  readonly ending?: EndingPolicy | undefined;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Brings hubs up as the working tree has them: locks and builds their images, records the draft, applies it.
 * An image that fails keeps the hubs that use it as they are; the others go on.
 * @throws HubfleetError LEASE_HELD
 */
export async function up({ hubs, closed, ...rest }: UpProps): Promise<readonly Outcome[]> {
  const { fleet, world, report } = rest;
  return withLease({ fleetUuid: fleet.uuid, command: "up", world, report }, async (steps) => {
    const why = await closed();
    const kept = hubs.flatMap(({ name }): readonly Outcome[] => {
      const words = why.get(name);
      return words === undefined ? [] : [{ target: `hub/${name}`, kind: "held", why: words, isBlocked: true }];
    });
    const open = hubs.filter(({ name }) => !why.has(name));
    return open.length === 0 ? kept : [...kept, ...(await upOpen({ ...rest, hubs: open }, steps))];
  });
}

async function upOpen(props: Omit<UpProps, "closed">, steps: Steps): Promise<readonly Outcome[]> {
  const { fleet, world } = props;
  const machine = await describeMachine(world);
  await ensurePythonPackage(machine, world);
  await noteStateRoot(world);
  const failed: Outcome[] = [];
  const accepted: Hub[] = [];
  for (const hub of props.hubs) {
    const errors = await refusals(hub, props);
    if (errors.length === 0) accepted.push(hub);
    else failed.push({ target: `hub/${hub.name}`, kind: "failed", errors });
  }
  const [images, uidBlocks] = await Promise.all([
    buildImages({ ...props, hubs: accepted }, steps),
    ensureHubUids(fleet.uuid, props.hubs, { machine, world }),
  ]);

  const ready: DesiredWithCopies[] = [];
  for (const hub of accepted) {
    const built = imagesOfHub(hub, images);
    const lacking = built.kind === "failed" ? [] : unfit(hub, images, fleet);
    if (lacking.length > 0) failed.push({ target: `hub/${hub.name}`, kind: "failed", errors: lacking });
    else if (built.kind === "failed") failed.push({ target: `hub/${hub.name}`, kind: "failed", errors: built.errors });
    else {
      const desired = await desireFromTree(hub, built.images, { ...props, machine, uidBlocks });
      const draft = await readDraft(fleet.uuid, world);
      ready.push({ ...desired, oldName: await findOldName(hub, { fleetUuid: fleet.uuid, draft, uidBlocks, world }) });
    }
  }

  await recordDraft(fleet.uuid, draftOf(ready, world), world);
  const plan = await planHubs({ fleet, hubs: ready, world });
  const outcomes = await applyWithNotice({
    ...props,
    ending: props.ending,
    hubs: ready,
    changes: plan.changes,
    steps,
  });
  if (ready.length > 0) await ensureComesBack(props);
  if ([...failed, ...outcomes].every(({ kind }) => kind !== "failed")) await tidyUp(props);
  return [...failed, ...outcomes];
}

/** Why the hub's images, each of which is fine by itself, would not do what the hub says. */
function unfit(hub: Hub, built: ReadonlyMap<string, BuildResult>, fleet: Fleet): readonly HubfleetError[] {
  const lacking = missingPackages(hub, (image) => lockOf(built.get(image)));
  if (lacking.length > 0) return lacking;
  return disagreements(hub, (name) => {
    const [lock, image] = [lockOf(built.get(name)), fleet.images.get(name)];
    if (lock === undefined || image === undefined) return undefined;
    return { name, python: image.python, lock, path: image.lock };
  });
}

type BuildResult =
  | { kind: "ready"; image: DraftImage; lock: string }
  | { kind: "failed"; errors: readonly HubfleetError[] };

function lockOf(result: BuildResult | undefined): string | undefined {
  return result?.kind === "ready" ? result.lock : undefined;
}

function imagesOfHub(
  hub: Hub,
  built: ReadonlyMap<string, BuildResult>,
): { kind: "ready"; images: Record<string, DraftImage> } | { kind: "failed"; errors: readonly HubfleetError[] } {
  const images: Record<string, DraftImage> = {};
  for (const name of imagesOf(hub)) {
    const result = built.get(name);
    if (result?.kind === "failed") return result;
    if (result !== undefined) images[name] = result.image;
  }
  return { kind: "ready", images };
}

/** Each image once, however many hubs use it. uv works in parallel by itself; two at once keep it fed. */
async function buildImages(props: Omit<UpProps, "closed">, steps: Steps): Promise<ReadonlyMap<string, BuildResult>> {
  const names = [...new Set(props.hubs.flatMap(imagesOf))];
  for (const name of names) props.report({ target: `image/${name}`, text: "", state: "queued" });
  const results = await pMap(names, async (name) => [name, await buildImage(name, props, steps)] as const, {
    concurrency: 2,
  });
  return new Map(results);
}

async function buildImage(name: string, props: Omit<UpProps, "closed">, steps: Steps): Promise<BuildResult> {
  const { fleet, directory, world, signal, report } = props;
  const build = { world, steps, signal };
  const target = `image/${name}`;
  try {
    const image = fleet.images.get(name);
    if (image === undefined) throw new TypeError(`no image "${name}"`); // validation knows all names
    const resolved = await ensureLock(await resolveImage(image, directory, world), directory, build);
    await ensureEnvironment(resolved, directory, build);
    if (resolved.draft === undefined || resolved.lock === undefined) throw new TypeError("a fresh lock has a text");
    await storeLock(fleet.uuid, resolved.draft.lockDigest, resolved.lock, world);
    report({ target, text: "", state: "settled" });
    return { kind: "ready", image: resolved.draft, lock: resolved.lock };
  } catch (thrown) {
    const errors = fromUnknown(thrown);
    report({ target, text: errors[0]?.message.split("\n")[0] ?? "failed", state: "settled" });
    return { kind: "failed", errors };
  }
}

function draftOf(hubs: readonly DesiredWithCopies[], { clock }: LocalWorld): Readonly<Record<string, DraftHub>> {
  const since = clock.now().toISOString();
  return Object.fromEntries(
    hubs.map(({ desired: { name, hub, cluster, images, look } }) => [name, { since, hub, cluster, images, look }]),
  );
}
