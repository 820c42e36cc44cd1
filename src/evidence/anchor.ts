import { z } from "zod";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ReadRecords } from "./read-records.ts";
import { appendRecords } from "./read-records.ts";
import type { RecordDraft } from "./record.ts";
import { digest, moment } from "./record-bodies.ts";
import { stateLayout } from "./state-layout.ts";

type Files = ReadonlyMap<string, string>;

/**
 * What the evidence was at a moment: the heads, whose names hang on every byte before them, and how many records there
 * were. Kept where those who can write the evidence cannot, it tells whether anything of it was changed or taken away.
 */
export interface Anchor {
  /** Names of the records that no other followed, sorted. */
  readonly heads: readonly string[];
  readonly records: number;
}

/** What people keep elsewhere says more than what is on the branch. */
const exportedShape = z.strictObject({
  version: z.literal(1),
  heads: z.array(digest),
  records: z.int().nonnegative(),
  fleet: z.uuid().optional(),
  /** The commit of hubfleet/state. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .optional(),
  at: moment.optional(),
  /** Whose key signed it: an id of fleet.yaml. */
  by: z.string().min(1).optional(),
  /** As of records: of the canonical JSON of all keys but this one, and a line break. */
  signature: z.string().startsWith("-----BEGIN SSH SIGNATURE-----\n").max(10_000).optional(),
});

export type ExportedAnchor = z.infer<typeof exportedShape>;

/**
 * The anchor of what is there. Pure, and the same whatever order things came in. `parentsOf`: those of files that were read
 * already, by path, which saves reading them once more.
 */
export function anchorOf(files: Files, parentsOf?: (path: string) => readonly string[] | undefined): Anchor {
  const names = new Set<string>();
  const followed = new Set<string>();
  for (const [path, text] of files) {
    if (!path.startsWith(stateLayout.evidence)) continue;
    names.add(path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/, ""));
    for (const parent of parentsOf?.(path) ?? parentsIn(text)) followed.add(parent);
  }
  return { heads: [...names].filter((name) => !followed.has(name)).sort(), records: names.size };
}

/** The file of it on the branch. The same evidence is the same bytes. */
export function anchorText({ heads, records }: Anchor): string {
  return `${canonicalJson({ version: 1, heads, records })}\n`;
}

/** What a signature of an anchor is of. */
export function signedAnchorText({ signature: _signature, ...anchor }: ExportedAnchor): string {
  return `${canonicalJson(JSON.parse(JSON.stringify(anchor)))}\n`;
}

/** An anchor that somebody kept elsewhere. @throws HubfleetError ANCHOR_INVALID; `place`: where it was read */
export function parseExportedAnchor(text: string, place: string): ExportedAnchor {
  const result = exportedShape.safeParse(parseJson(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HubfleetError("ANCHOR_INVALID", {
    message: `"${place}" is no anchor: ${[issue?.path.join("."), issue?.message].filter(Boolean).join(": ")}`,
    hint: "`hubfleet evidence anchor > anchor.json` makes one",
  });
}

/** Files of new records that follow what is there, with the anchor of all of them; nothing for none. Pure. */
export function recordFiles(
  { heads, records }: Pick<ReadRecords, "heads" | "records">,
  drafts: readonly RecordDraft[],
): Files {
  const written = appendRecords(heads, drafts).filter(({ name }) => !records.has(name));
  const last = written.at(-1);
  if (last === undefined) return new Map();
  const anchor = anchorText({ heads: [last.name], records: records.size + written.length });
  return new Map([...written.map(({ path, text }) => [path, text] as const), [stateLayout.anchor, anchor]]);
}

function parentsIn(text: string): readonly string[] {
  const { parents } = Object(parseJson(text)) as { readonly parents?: unknown }; // whatever is in the file
  return Array.isArray(parents) ? parents.filter((parent) => typeof parent === "string") : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
