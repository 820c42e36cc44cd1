import { type Command, InvalidArgumentError } from "commander";

import type { ListOptions } from "../../app/evidence-use-cases.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import { recordBodies, type RecordKind } from "../../evidence/record-bodies.ts";
import type { GlobalOptions } from "../command.ts";
import { parseSince } from "../parse-since.ts";

/** What chooses records. */
export interface FilterOptions extends GlobalOptions {
  readonly bundle?: string;
  readonly stage?: string;
  readonly hub?: string;
  readonly kind?: readonly RecordKind[];
  readonly since?: Date;
}

export function addFilterOptions(command: Command): Command {
  return command
    .option("--bundle <bundle>", "about this bundle: its id, or the beginning of one")
    .option("--stage <stage>", "about this stage")
    .option("--hub <hub>", "about this hub")
    .option("--kind <kind[,kind]>", `of this kind: ${kinds.join(", ")}`, collectKinds)
    .option("--since <time>", "not older than 12h, 7d, 2026-11-21, 2026-11-21T18:00Z", (text) =>
      parseSince(text, new Date()),
    );
}

export function chosenFilter({ bundle, stage, hub, kind, since }: FilterOptions): ListOptions {
  return {
    ...(bundle === undefined ? {} : { bundle }),
    ...(stage === undefined ? {} : { stage: stage.replace(/^stage\//, "") }),
    ...(hub === undefined ? {} : { hub: hub.replace(/^hub\//, "") }),
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(since === undefined ? {} : { since }),
  };
}

const kinds = Object.keys(recordBodies) as readonly RecordKind[]; // the keys are the kinds

function collectKinds(words: string, before: readonly RecordKind[] = []): readonly RecordKind[] {
  const asked = words.split(",").map((word) => {
    const kind = kinds.find((one) => one === word.trim());
    if (kind === undefined)
      throw new InvalidArgumentError(`there is no kind "${word}"; ${nameHint(word, kinds) ?? ""}`);
    return kind;
  });
  return [...before, ...asked];
}
