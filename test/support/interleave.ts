/** Lets concurrent work go on one step at a time, in an order that a seed decides. */
export interface Interleaving {
  /** Waits for its turn. */
  readonly step: () => Promise<void>;
  /** Gives turns until the work has ended. */
  readonly run: (work: Promise<unknown>) => Promise<void>;
}

export function createInterleaving(seed: number): Interleaving {
  const waiting: (() => void)[] = [];
  let state = seed | 1;
  const draw = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  return {
    step: () => new Promise<void>((resolve) => void waiting.push(resolve)),
    async run(work) {
      const life = { isOver: false };
      const end = (): void => void (life.isOver = true);
      work.then(end, end);
      while (!life.isOver) {
        // Everybody who can go on without a turn does so first.
        await new Promise((resolve) => setImmediate(resolve));
        if (waiting.length > 0) waiting.splice(draw(waiting.length), 1)[0]?.();
      }
      await work;
    },
  };
}
