export const storedKinds = [
  "environment",
  "half-built environment",
  "code",
  "cache",
  "lock",
  "leftover",
  "server log",
] as const;
export type StoredKind = (typeof storedKinds)[number];

/** Something that hubfleet keeps on a machine and could make again, or needs no more. */
export interface Stored {
  readonly kind: StoredKind;
  readonly path: string;
  /** A draft, a hub's notes or a process names it. */
  readonly isReferenced: boolean;
  /** When it was last seen in use; undefined: nobody has looked yet. */
  readonly usedAt: Date | undefined;
}

/** How long things stay that nothing refers to any more. */
export interface Retention {
  readonly environmentsSeconds: number;
  readonly logsSeconds: number;
}

export interface Waiting {
  readonly stored: Stored;
  readonly until: Date;
}

export interface Collection {
  readonly remove: readonly Stored[];
  /** Unused, and kept for a while yet. */
  readonly waiting: readonly Waiting[];
  /** To be noted as in use now. */
  readonly note: readonly Stored[];
}

export const defaultRetention: Retention = { environmentsSeconds: 14 * 86_400, logsSeconds: 30 * 86_400 };

/** What a command may take from finding an environment to noting that a hub needs it. */
export const shortestSeconds = 3_600;
/** A note of use is not written anew while it is younger. */
export const noteAgainSeconds = 600;

/**
 * What of the things kept may go. Pure: the caller supplies the time.
 *
 * | referenced | last seen in use        | decision |
 * | ---------- | ----------------------- | -------- |
 * | yes        | within ten minutes      | nothing  |
 * | yes        | before that, or unknown | note     |
 * | no         | unknown                 | note: the time it is kept for begins now |
 * | no         | within its time         | waiting  |
 * | no         | before that             | remove   |
 */
export function planCollection(stored: readonly Stored[], retention: Retention, now: Date): Collection {
  const remove: Stored[] = [];
  const waiting: Waiting[] = [];
  const note: Stored[] = [];
  for (const one of stored) {
    const { usedAt, isReferenced, kind } = one;
    const seconds = usedAt === undefined ? Infinity : (now.getTime() - usedAt.getTime()) / 1_000;
    const kept = keptSeconds(kind, retention);
    if (isReferenced) {
      if (seconds >= noteAgainSeconds) note.push(one);
    } else if (usedAt === undefined) note.push(one);
    else if (seconds >= kept) remove.push(one);
    else waiting.push({ stored: one, until: new Date(usedAt.getTime() + kept * 1_000) });
  }
  return { remove, waiting, note };
}

/** Locks go at once: whoever looks at them holds the fleet's lease, so that nobody is about to need one. */
function keptSeconds(kind: StoredKind, { environmentsSeconds, logsSeconds }: Retention): number {
  switch (kind) {
    case "environment":
    case "code":
    case "cache":
      return Math.max(shortestSeconds, environmentsSeconds);
    case "half-built environment":
    case "leftover":
      return shortestSeconds;
    case "server log":
      return logsSeconds;
    case "lock":
      return 0;
  }
}
