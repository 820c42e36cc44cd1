import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { EvidenceRecord } from "../../evidence/record.ts";

/** How often something was done, and by whom. */
export interface DeedCount {
  readonly deed: string;
  readonly count: number;
  /** By who did it. */
  readonly by: Readonly<Record<string, number>>;
}

/** In the order in which they are shown. */
const order = [
  "let a bundle into a stage",
  "broke the glass",
  "went back to a bundle",
  "gave a hub its bundle",
  "found that a hub did not do well with its bundle",
  "checked something",
  "said yes",
  "said no",
  "took a word back",
  "ticked an item off",
  "asked people",
  "held a hub or stage",
  "ended a hold",
  "changed what stages ask",
  "said what is to count for nothing",
  "took a hub down",
  "removed old outputs",
  "wrote down what it took",
] as const;

type Deed = (typeof order)[number];

/** Looking at hubs is what a timer does, all day long. */
export function isDeed({ record }: PlacedRecord): boolean {
  return deedOf(record) !== undefined;
}

/** Those that were done at all. */
export function countDeeds(records: readonly PlacedRecord[]): readonly DeedCount[] {
  const done = Map.groupBy(records, ({ record }) => deedOf(record));
  return order.flatMap((deed) => {
    const some = done.get(deed) ?? [];
    if (some.length === 0) return [];
    const by = Object.groupBy(some, ({ record }) => record.who.id);
    const counts = Object.entries(by).map(([id, own = []]) => [id, own.length] as const);
    return [{ deed, count: some.length, by: Object.fromEntries(counts) }];
  });
}

function deedOf(record: EvidenceRecord): Deed | undefined {
  switch (record.kind) {
    case "observation":
      return undefined;
    case "promotion":
      return record.body.how === "rollback" ? "went back to a bundle" : "let a bundle into a stage";
    case "apply":
      return record.body.result === "done"
        ? "gave a hub its bundle"
        : "found that a hub did not do well with its bundle";
    case "rollback":
      return "went back to a bundle";
    case "break-glass":
      return "broke the glass";
    case "check":
      return "checked something";
    case "sign-off":
      return "said yes";
    case "objection":
      return "said no";
    case "withdrawal":
      return "took a word back";
    case "tick":
      return "ticked an item off";
    case "asked":
      return "asked people";
    case "hold":
      return "held a hub or stage";
    case "resume":
      return "ended a hold";
    case "policy":
      return "changed what stages ask";
    case "mark":
      return "said what is to count for nothing";
    case "destroy":
      return "took a hub down";
    case "prune":
      return "removed old outputs";
    case "spent":
      return "wrote down what it took";
  }
}
