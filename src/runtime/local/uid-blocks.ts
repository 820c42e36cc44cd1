/**
 * User ids for the users of every hub on this machine. They start above what systemd hands out dynamically and below
 * 2^31 (systemd's UIDS-GIDS document leaves 1879048192 to 2147352575 free), in one block a hub that is never given
 * to another one, so that a file left behind never changes its owner.
 */
export interface UidBlocks {
  readonly version: 1;
  /** "<fleet uuid>/<hub>" → index of its block. */
  readonly blocks: Readonly<Record<string, number>>;
}

export interface UidBlock {
  readonly firstUid: number;
  readonly count: number;
}

const lowestUid = 1_900_000_000;
export const uidsPerHub = 10_000;

export const noUidBlocks: UidBlocks = { version: 1, blocks: {} };

export function hubKey(fleetUuid: string, hub: string): string {
  return `${fleetUuid}/${hub}`;
}

/**
 * The registry with a hub's block under its new name: files keep their owners. A block that the new name had is given to
 * nobody else. Doing it again changes nothing.
 */
export function renameBlock(registry: UidBlocks, from: string, to: string): UidBlocks {
  const { [from]: block, [to]: own, ...others } = registry.blocks;
  if (block === undefined) return registry;
  const retired = own === undefined ? {} : { [`${to} (until renamed from ${from})`]: own };
  return { version: 1, blocks: { ...others, ...retired, [to]: block } };
}

/** The hub's block, and the registry with it. Asking again gives the same block. */
export function assignUidBlock(registry: UidBlocks, hub: string): { registry: UidBlocks; block: UidBlock } {
  const present = registry.blocks[hub];
  const index = present ?? Math.max(-1, ...Object.values(registry.blocks)) + 1;
  return {
    registry: present === undefined ? { version: 1, blocks: { ...registry.blocks, [hub]: index } } : registry,
    block: { firstUid: lowestUid + index * uidsPerHub, count: uidsPerHub },
  };
}
