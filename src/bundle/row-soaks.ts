import type { Exposure } from "../fleet/stage-policy.ts";
import { coverage } from "./coverage.ts";
import { addUse, noUse, useSeen } from "./exposure.ts";
import { emptyLog } from "./part-logs.ts";
import type { StageRow } from "./stage-table.ts";
import { failuresOf, type PartObservations, sortLog, type VouchingProps } from "./vouching.ts";

/** How far one part has soaked on one hub. */
export interface CellSoak {
  readonly seen: PartObservations;
  /** How many looks vouch for it. */
  readonly passes: number;
  readonly milliseconds: number;
  /** Undefined: not counted yet. */
  use: Exposure | undefined;
}

/** How far a part has soaked on the hubs of a stage, worked out once for all bundles that have it in this version. */
export interface RowSoaks {
  /** By the hubs' places; undefined: not worked out yet, or not the same for all bundles. */
  readonly cells: (CellSoak | undefined)[];
  /** Of hubs with failures, which may count against one bundle and not against another: as it was for the latest. */
  readonly latest: (CellSoak | undefined)[];
  /** Use on the hubs without failures; undefined: not counted yet. */
  use: Exposure | undefined;
  /** What it was worked out for. */
  readonly now: number;
  readonly observeEverySeconds: number;
}

export interface RowSoaksProps extends VouchingProps {
  readonly observeEverySeconds: number;
}

/** A row with its soaks, among those of the bundle's other parts. */
export interface SoakingRow {
  readonly row: StageRow;
  readonly soaks: RowSoaks;
}

export function soakingRow(row: StageRow, { now, observeEverySeconds }: RowSoaksProps): SoakingRow {
  if (row.soaks?.now !== now || row.soaks.observeEverySeconds !== observeEverySeconds) {
    const cells = row.logs.map(() => undefined);
    row.soaks = { cells, latest: [...cells], use: undefined, now, observeEverySeconds };
  }
  return { row, soaks: row.soaks };
}

/** The cell of a hub; worked out where that was not done for a bundle before. */
export function cellOf(
  { row, soaks }: SoakingRow,
  index: number,
  props: RowSoaksProps & { readonly parts: readonly (SoakingRow | undefined)[] },
): CellSoak {
  const known = soaks.cells[index];
  if (known !== undefined) return known;
  const log = row.logs[index] ?? emptyLog;
  const failures = failuresOf(log, row.part, props);
  const before = soaks.latest[index];
  if (before !== undefined && isSame(before.seen.failures, failures)) return before;
  const seen = sortLog(log, failures, props);
  if (log.failed.length > 0) {
    const cell = newCell(seen, props);
    soaks.latest[index] = cell;
    return cell;
  }
  // Parts that came and went together have soaked alike.
  const twin = props.parts.find((other) => {
    const cell = other?.soaks.cells[index];
    return cell !== undefined && isSame(cell.seen.passes, seen.passes);
  });
  const cell = twin?.soaks.cells[index] ?? newCell(seen, props);
  soaks.cells[index] = cell;
  return cell;
}

/** How much a part was used on all hubs that run it. */
export function rowUse(row: SoakingRow, props: Parameters<typeof cellOf>[2]): Exposure {
  const useOn = (total: Exposure, index: number): Exposure => {
    const cell = cellOf(row, index, props);
    cell.use ??= useSeen(cell.seen);
    return addUse(total, cell.use);
  };
  row.soaks.use ??= row.row.wellOn.reduce(useOn, noUse);
  return row.row.failedOn.reduce(useOn, row.soaks.use);
}

function newCell(seen: PartObservations, { observeEverySeconds }: RowSoaksProps): CellSoak {
  return { seen, passes: seen.passes.length, milliseconds: coverage(seen, observeEverySeconds), use: undefined };
}

function isSame<Item>(ones: readonly Item[], others: readonly Item[]): boolean {
  return ones.length === others.length && ones.every((one, index) => one === others[index]);
}
