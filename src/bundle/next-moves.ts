/** A bundle and where it would go next. */
export interface NextMove {
  readonly bundle: string;
  /** Where it comes from; undefined: it was made, and the first stage is to get it. */
  readonly from: string | undefined;
  readonly to: string;
}

export interface MovingBundle {
  readonly id: string;
  readonly digest: string;
  readonly madeAt: number;
}

/**
 * Which bundle would enter each stage next: that of the stage before it; for the first one that which was made last. A stage
 * that has it, or one that was made later, waits for nothing.
 */
export function nextMoves(
  stages: readonly { readonly name: string; readonly bundle: MovingBundle | undefined }[],
  latest: MovingBundle | undefined,
): readonly NextMove[] {
  return stages.flatMap(({ name, bundle }, index) => {
    const before = stages[index - 1];
    const coming = index === 0 ? latest : before?.bundle;
    if (coming === undefined || coming.digest === bundle?.digest) return [];
    if (bundle !== undefined && coming.madeAt < bundle.madeAt) return [];
    return [{ bundle: coming.id, from: before?.name, to: name }];
  });
}
