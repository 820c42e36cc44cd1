import { extname } from "node:path";

import type { Cluster, Fleet, Hub, LocalCluster } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { type DesiredHub, desiredHub, type Look, type Machine } from "../runtime/local/desired-hub.ts";
import { sha256 } from "../runtime/local/digest.ts";
import { type DraftHub, type DraftImage, isLocal, mergeSpeeds } from "../runtime/local/draft.ts";
import { hubPaths, machinePaths } from "../runtime/local/paths.ts";
import { assignUidBlock, hubKey, noUidBlocks, type UidBlocks } from "../runtime/local/uid-blocks.ts";
import { readLoginSecret } from "./login-secret.ts";

export type DesireWorld = Pick<LocalWorld, "files" | "machine" | "pythonSource" | "variable" | "secretFiles">;

/** A desired hub, and where the files that it shows its users are copied from. */
export interface DesiredWithCopies {
  readonly desired: DesiredHub;
  /** The name that its things on this machine have until now, where that is another one. */
  readonly oldName?: string | undefined;
  readonly copies: ReadonlyMap<string, string>;
}

/** The machine with the Python package under the name that its content gives it. Nothing is copied yet. */
export async function describeMachine({
  files,
  machine,
  pythonSource,
}: Pick<DesireWorld, "files" | "machine" | "pythonSource">): Promise<Machine> {
  const digest = (await files.digest(pythonSource)) ?? "missing";
  return { ...machine, pythonPath: `${machinePaths(machine.stateRoot).runtime}/${digest.slice(0, 16)}` };
}

/** Ids given to hubs on this machine, as they are or as they would be. */
export async function readUidBlocks({ files, machine }: Pick<DesireWorld, "files" | "machine">): Promise<UidBlocks> {
  const text = await files.read(machinePaths(machine.stateRoot).uids);
  return text === undefined ? noUidBlocks : (JSON.parse(text) as UidBlocks); // written by ensureUidBlocks
}

export interface DesireProps {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly machine: Machine;
  readonly uidBlocks: UidBlocks;
  readonly world: DesireWorld;
}

/** A hub as the working tree has it. */
export async function desireFromTree(
  hub: Hub,
  images: Readonly<Record<string, DraftImage>>,
  props: DesireProps,
): Promise<DesiredWithCopies> {
  const { fleet, directory, machine, world } = props;
  const cluster = requireLocal(fleet.clusters.get(hub.cluster), hub);
  const { look, copies } = await readLook(hub, directory, { uuid: fleet.uuid, world });
  const uids = uidBlock(hub, props);
  const secret = await loginSecretDigest(hub, props);
  return { desired: desiredHub({ fleet, hub, cluster, images, uids, machine, look, ...secret }), copies };
}

/** A hub as `apply` wants it: the gated part from the draft, the live one as it is written now. */
export async function desireFromDraft(draft: DraftHub, written: Hub, props: DesireProps): Promise<DesiredWithCopies> {
  const { fleet } = props;
  const hub = mergeSpeeds(draft.hub, written);
  const { cluster, images, look, bundle, code } = draft;
  const machine = code === undefined ? props.machine : { ...props.machine, pythonPath: code };
  const uids = uidBlock(hub, props);
  const secret = await loginSecretDigest(hub, props);
  const of = bundle === undefined ? {} : { bundle };
  const desired = desiredHub({ fleet, hub, cluster, images, uids, machine, look, ...secret, ...of });
  return { desired, copies: new Map() };
}

/** The hub reads its GitHub app's secret at its start, so a new one has to change what the hub is started with. */
async function loginSecretDigest(
  hub: Hub,
  { fleet, world }: DesireProps,
): Promise<{ readonly loginSecretDigest?: string }> {
  const { secrets } = hubPaths(world.machine.stateRoot, fleet.uuid, hub.name);
  const secret = await readLoginSecret(hub, secrets, world);
  return secret === undefined ? {} : { loginSecretDigest: sha256(`${fleet.uuid}/${hub.name}/${secret}`) };
}

/** A renamed hub has the block of its old name, also before that was moved. */
function uidBlock({ name, renamedFrom }: Hub, { fleet, machine, uidBlocks }: DesireProps): DesiredHub["uids"] {
  if (!machine.isRoot) return undefined;
  const before = renamedFrom === undefined ? undefined : hubKey(fleet.uuid, renamedFrom);
  const isMoved = before === undefined || uidBlocks.blocks[before] === undefined;
  return assignUidBlock(uidBlocks, isMoved ? hubKey(fleet.uuid, name) : before).block;
}

function requireLocal(cluster: Cluster | undefined, hub: Hub): LocalCluster {
  if (!isLocal(cluster)) throw new TypeError(`hub "${hub.name}" is not on a local cluster`); // targets were chosen so
  return cluster;
}

/** Copies are named by content, so that a new logo is a new setting and the running hub keeps the old file. */
async function readLook(
  hub: Hub,
  directory: string,
  { uuid, world }: { uuid: string; world: DesireWorld },
): Promise<{ look: Look; copies: ReadonlyMap<string, string> }> {
  const copies = new Map<string, string>();
  const nameOf = async (path: string | undefined): Promise<string | undefined> => {
    if (path === undefined) return undefined;
    const source = `${directory}/${path}`;
    const digest = await world.files.digest(source);
    if (digest === undefined) return undefined;
    const name = `${digest.slice(0, 16)}${extname(path)}`;
    copies.set(`${hubPaths(world.machine.stateRoot, uuid, hub.name).look}/${name}`, source);
    return name;
  };
  const [logo, templates] = await Promise.all([nameOf(hub.appearance.logo), nameOf(hub.appearance.templates)]);
  const look = { ...(logo === undefined ? {} : { logo }), ...(templates === undefined ? {} : { templates }) };
  return { look, copies };
}
