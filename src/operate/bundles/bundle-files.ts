import { bundlePath } from "../../bundle/read-bundles.ts";
import type { Bundle } from "../../bundle/bundle.ts";
import { HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { recordFiles } from "../../evidence/anchor.ts";
import { readRecords } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import { stateLayout } from "../../evidence/state-layout.ts";
import type { PartCheck } from "../../bundle/gate-input.ts";
import type { PartVerdict } from "../../image/check/part-verdicts.ts";

export interface BundleFilesProps {
  /** The state that they are added to. */
  readonly files: ReadonlyMap<string, string>;
  /** Texts of locks. */
  readonly locks: readonly string[];
  readonly checks: readonly PartCheck[];
  readonly verdicts: readonly PartVerdict[];
  readonly origin: Pick<RecordDraft, "at" | "who" | "fleet">;
  readonly sha256: (text: string) => string;
}

/** A new bundle on the state ref: its document, its locks, and a record of each check that was run for it. Pure. */
export function bundleFiles(bundle: Bundle, props: BundleFilesProps): ReadonlyMap<string, string> {
  const { files, locks, checks, verdicts, origin, sha256 } = props;
  const evidence = readRecords(files);
  if (evidence.problems.length > 0) throw new HubfleetErrors(evidence.problems);
  const drafts = verdicts.flatMap(({ check, verdict }): readonly RecordDraft[] => {
    const asked = checks.find((one) => one.check === check);
    if (asked === undefined || verdict === "interrupted") return [];
    const parts = Object.fromEntries(asked.parts.map((part) => [part, bundle.parts[part] ?? ""]));
    return [{ kind: "check", ...origin, subject: { bundle: bundle.digest, parts }, body: { check, verdict } }];
  });
  return new Map([
    [bundlePath(bundle.id), bundle.text],
    ...locks.map((text) => [`${stateLayout.locks}${sha256(text)}`, text] as const),
    ...recordFiles(evidence, drafts),
  ]);
}
