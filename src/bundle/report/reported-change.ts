import type { EvidenceRecord } from "../../evidence/record.ts";

/** Something that somebody changed. */
export interface ReportedChange {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** A person of fleet.yaml or CI; of a commit whose address is nobody's there, that address. */
  readonly who: string;
  /** By what it is known that they did it. "commit": Git's history says so, which anybody can write. */
  readonly known: EvidenceRecord["who"]["known"] | "commit";
  /** "stage/production", "hub/research", "platform.yaml" */
  readonly target: string;
  readonly what: string;
  readonly details: readonly string[];
  /** The name of the record that says so. */
  readonly record?: string;
  /** The commit that did it. */
  readonly commit?: string;
}
