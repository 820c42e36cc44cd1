import type { Bundle } from "../../bundle/bundle.ts";
import { decideAssignment } from "../../bundle/decide-assignment.ts";
import { holdsIn, type HubPointer, pointerOf, readDeployed } from "../../bundle/deployed.ts";
import { holdsOf } from "../../bundle/hold.ts";
import { hasCondaPackages } from "../../image/conda/conda-python.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { stateLayout } from "../../evidence/state-layout.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { type Draft, type DraftHub, type DraftImage, isLocal } from "../../runtime/local/draft.ts";
import { draftImage, imagesOf, requirePython } from "../resolve-images.ts";
import { draftOfHub } from "../renames.ts";
import { keptCode } from "./kept-code.ts";
import { bundleLook, type HubLook } from "./bundle-look.ts";
import { openBundles, type OpenBundle } from "./open-bundles.ts";

export { openBundles, type OpenedBundle } from "./open-bundles.ts";

export interface AssignProps {
  readonly reading: FleetReading;
  /** The hubs to look at. */
  readonly hubs: readonly Hub[];
  readonly draft: Draft;
  /** Of the state. */
  readonly files: ReadonlyMap<string, string>;
  /** The fleet's. */
  readonly directory: string;
  readonly sources: () => Promise<Pick<ImageSources, "git">>;
  readonly world: Pick<LocalWorld, "files" | "environments" | "machine" | "clock" | "pythonSource">;
}

/** What this machine is to hold hubs to from now on, where that is something else than until now. */
export interface Assignment {
  readonly entries: Readonly<Record<string, DraftHub>>;
  /** Texts of the locks that they name, by SHA-256. */
  readonly locks: ReadonlyMap<string, string>;
  /** Files that their pages show: where to, and where from. */
  readonly copies: ReadonlyMap<string, string>;
  /** Hubs whose bundle does not go with what is written now; they stay as they are. */
  readonly problems: ReadonlyMap<string, readonly HubfleetError[]>;
  /** Why the state could not be read, and everything stays as it is, in a line. */
  readonly remark?: string;
}

/** What the state means for hubs of this machine, given what it holds them to until now. */
export type Assign = (hubs: readonly Hub[], draft: Draft) => Promise<Assignment>;

export const nothingAssigned: Assignment = { entries: {}, locks: new Map(), copies: new Map(), problems: new Map() };

/**
 * Works out what `deployed.yaml` means for hubs of this machine. Changes nothing but copies of a bundle's files; asking
 * again gives the same.
 * @throws HubfleetError DEPLOYED_INVALID, DEPLOYED_TOO_NEW
 */
export async function assignBundles(props: AssignProps): Promise<Assignment> {
  const { reading, hubs, draft, world } = props;
  const deployed = readDeployed(props.files);
  const holds = holdsIn(deployed);
  const now = world.clock.now().getTime();
  const entries: Record<string, DraftHub> = {};
  const problems = new Map<string, readonly HubfleetError[]>();
  const locks = new Map<string, string>();
  const copies = new Map<string, string>();
  const open = openBundles(props);
  for (const hub of hubs) {
    const pointer = pointerOf(deployed, hub);
    const entry = draftOfHub(hub, draft);
    const isIterating = reading.fleet?.stages.find(({ name }) => name === hub.stage)?.policy.iterate ?? false;
    const isHeld = holdsOf(hub, holds, now).length > 0;
    const decided = decideAssignment({ pointer, now: entry, isHeld, isIterating });
    if (decided === "draft" && entry?.before !== undefined) entries[hub.name] = entry.before;
    if (decided !== "bundle" || pointer === undefined) continue;
    try {
      const made = await bundleEntry(hub, pointer, { ...props, open });
      const before = entry?.bundle === undefined ? entry : entry.before;
      entries[hub.name] = { ...made.entry, ...(before === undefined ? {} : { before }) };
      for (const [digest, text] of made.locks) locks.set(digest, text);
      for (const [to, from] of made.copies) copies.set(to, from);
    } catch (thrown) {
      problems.set(hub.name, fromUnknown(thrown));
    }
  }
  return { entries, locks, copies, problems };
}

interface MadeEntry {
  readonly entry: DraftHub;
  readonly locks: ReadonlyMap<string, string>;
  readonly copies: ReadonlyMap<string, string>;
}

async function bundleEntry(
  { name }: Hub,
  { id, digest, since }: HubPointer,
  props: AssignProps & { readonly open: OpenBundle },
): Promise<MadeEntry> {
  const { bundle, fleet, misfits } = props.open(id);
  const problems = misfits.get(name);
  if (problems !== undefined) throw new HubfleetErrors(problems);
  const hub = fleet.hubs.get(name);
  const cluster = fleet.clusters.get(hub?.cluster ?? "");
  if (hub === undefined || !isLocal(cluster)) throw new TypeError(`hub "${name}" is not on this machine`); // chosen so
  const locks = new Map<string, string>();
  const images: Record<string, DraftImage> = {};
  for (const image of imagesOf(hub)) {
    const { text, made } = await imageOf(image, bundle, props);
    locks.set(made.lockDigest, text);
    images[image] = made;
  }
  const { look, copies } = await lookOf(hub, bundle, props);
  const code = await keptCode(bundle.document.renderer, props.world);
  const of = { bundle: { id: bundle.id, digest }, ...(code === undefined ? {} : { code }) };
  return { entry: { since, hub, cluster, images, look, ...of }, locks, copies };
}

/** Git is asked only where there is something to show. */
async function lookOf(hub: Hub, bundle: Bundle, { reading, directory, sources, world }: AssignProps): Promise<HubLook> {
  const { logo, templates } = hub.appearance;
  if (logo === undefined && templates === undefined) return { look: {}, copies: new Map() };
  const uuid = reading.fleet?.uuid ?? "";
  return bundleLook(hub, bundle, { uuid, directory, git: (await sources()).git, world });
}

/** An image of a bundle as this machine runs it. */
async function imageOf(
  name: string,
  bundle: Bundle,
  { files, world }: AssignProps,
): Promise<{ readonly text: string; readonly made: DraftImage }> {
  const { lock, python = "" } = bundle.document.images[name] ?? {};
  if (lock === undefined) {
    throw new HubfleetError("IMAGE_NOT_LOCAL", {
      message: `image "${name}" has no lock in bundle ${bundle.id}, so this machine cannot run it as processes`,
      hint: `give images/${name} requirements, or put the hub on a Kubernetes cluster`,
    });
  }
  const text = files.get(`${stateLayout.locks}${lock.slice("sha256:".length)}`);
  if (text === undefined) {
    throw new HubfleetError("BUNDLE_INVALID", {
      message: `bundle ${bundle.id} names a lock of image "${name}" that the branch hubfleet/state does not have`,
    });
  }
  const needed = await requirePython({ name, python }, world, hasCondaPackages(text) ? "any" : "minor");
  return { text, made: draftImage(text, python, needed, world) };
}
