import { describeKind, describePin } from "../../../image/diff/describe-change.ts";
import type { PackageChange } from "../../../image/diff/package-change.ts";

/** A change as people see it in a table. */
export interface ChangeRow {
  readonly mark: "+" | "−" | "~";
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly what: string;
  /** Something a reviewer must not miss. */
  readonly isAlarming: boolean;
}

export interface ChangeSection {
  readonly title: string;
  readonly rows: readonly ChangeRow[];
}

/** Changes sorted for reading. What nobody asked for and nothing is wrong with stands in `rest`. */
export interface ChangeSections {
  readonly sections: readonly ChangeSection[];
  readonly rest: readonly ChangeRow[];
}

/** The order is that of `diffPackages`: the most important first. */
export function sectionsOf(changes: readonly PackageChange[]): ChangeSections {
  const isTold = (change: PackageChange): boolean => change.isDirect === true || isAlarming(change);
  const pair = changes.filter(({ isPair }) => isPair);
  const others = changes.filter(({ isPair }) => !isPair);
  // Where nobody knows who asked for what, everything is told.
  const isKnown = changes.some(({ isDirect }) => isDirect !== undefined);
  const direct = others.filter((change) => change.isDirect === true);
  const alarming = others.filter((change) => change.isDirect !== true && isAlarming(change));
  const all: readonly (readonly [string, readonly PackageChange[]])[] = isKnown
    ? [
        ["Notebook and workers should agree on", pair],
        ["Asked for by name", direct],
        ["Pulled in, worth a look", alarming],
      ]
    : [
        ["Notebook and workers should agree on", pair],
        ["Others", others],
      ];
  return {
    sections: all.filter(([, own]) => own.length > 0).map(([title, own]) => ({ title, rows: own.map(rowOf) })),
    rest: isKnown ? others.filter((change) => !isTold(change)).map(rowOf) : [],
  };
}

/** "14 changed, 3 added, 1 removed" */
export function countRows(rows: readonly ChangeRow[]): string {
  const names = { "~": "changed", "+": "added", "−": "removed" } as const;
  return (["~", "+", "−"] as const)
    .map((mark) => [rows.filter((row) => row.mark === mark).length, names[mark]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

/** A version that its makers took back, one that went backwards, one that comes from elsewhere or was built anew. */
function isAlarming({ step, aspects, index }: PackageChange): boolean {
  const isTakenBack = typeof index?.yankedAfter === "string";
  return isTakenBack || step?.direction === "down" || aspects.includes("source") || aspects.includes("rebuilt");
}

function rowOf(change: PackageChange): ChangeRow {
  const { name, from, to } = change;
  return {
    mark: from === undefined ? "+" : to === undefined ? "−" : "~",
    name,
    from: describePin(from),
    to: describePin(to),
    what: [describeKind(change), ...takenBack(change), ...pulledInBy(change), ...where(change)].join("; "),
    isAlarming: isAlarming(change),
  };
}

function takenBack({ index }: PackageChange): readonly string[] {
  const reason = (text: string): string => (text === "" ? "" : `: ${text.replaceAll(/\s+/g, " ").slice(0, 200)}`);
  if (typeof index?.yankedAfter === "string") return [`taken back by its makers (yanked)${reason(index.yankedAfter)}`];
  return typeof index?.yankedBefore === "string" ? [`the one before was yanked${reason(index.yankedBefore)}`] : [];
}

function pulledInBy({ from, to }: PackageChange): readonly string[] {
  if (from !== undefined || to === undefined || to.isDirect === true || to.requiredBy.length === 0) return [];
  const [first, second, ...more] = to.requiredBy;
  const names = [first, second].filter((name) => name !== undefined).join(", ");
  return [`for ${names}${more.length > 0 ? ` and ${more.length} more` : ""}`];
}

/** A package that is only on some platform; where that changed, the kind says it already. */
function where({ from, to, aspects }: PackageChange): readonly string[] {
  const marker = (to ?? from)?.marker;
  return marker === undefined || aspects.includes("marker") ? [] : [`only for ${marker}`];
}
