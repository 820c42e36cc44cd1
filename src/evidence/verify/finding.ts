/**
 * What can be wrong with evidence. assets/verify/verify-evidence.mjs finds the first group by itself.
 *
 * | kind | is so |
 * | ---- | ----- |
 * | not-its-name | a record's bytes are not those that it is named for: edited, or put under another name |
 * | no-record | a file among the records is none, or not written the one way that hubfleet writes them |
 * | foreign | a record of another fleet |
 * | missing | a record that another follows is gone |
 * | replayed | a record says what another says, to the millisecond, at another place in the line |
 * | own-anchor | the branch's own anchor says other heads, or another count |
 * | lost | a head of an anchor is gone: the end was cut off, or written anew |
 * | miscounted | an anchor counts other records before its heads than there are |
 * | unrelated | records that follow nothing that an anchor knew: another history was put beside it |
 * | bundle-changed, lock-changed, gate-changed, output-changed | a bundle, a lock, what a gate was asked, or an attachment is not what its name says |
 * | bundle-missing, gate-missing, lock-missing | a record names one, or a bundle a lock, that is not there |
 * | output-missing | an attachment that a record names is gone, and no record says that it was removed |
 * | ------- | by Git's history of the branch |
 * | rewritten | a commit that was there before does not lead to this one |
 * | taken-away, changed-since | a file that is never rewritten was removed or rewritten |
 * | dropped | a merge left out what one side had |
 * | begins-anew | a second first commit |
 * | no-file | a link or submodule where records are |
 * | anchor-skipped | a commit added records and did not say so in the anchor |
 * | ------- | by this hubfleet |
 * | unreadable | a record that is whole, and says what this hubfleet does not understand |
 * | decision-differs | a gate's decision does not follow from what was recorded before it |
 * | bad-signature | a record is signed, and its signature is not one of these bytes |
 */
export interface Finding {
  readonly kind: FindingKind;
  /** A path on the branch, the name of a record, or a commit. */
  readonly at: string;
  /** What is so, in a sentence without an end. */
  readonly words: string;
}

export type FileFindingKind =
  | "not-its-name"
  | "no-record"
  | "foreign"
  | "missing"
  | "replayed"
  | "own-anchor"
  | "lost"
  | "miscounted"
  | "unrelated"
  | "bundle-changed"
  | "bundle-missing"
  | "lock-changed"
  | "lock-missing"
  | "gate-changed"
  | "gate-missing"
  | "output-changed"
  | "output-missing";

export type HistoryFindingKind =
  | "rewritten"
  | "taken-away"
  | "changed-since"
  | "dropped"
  | "begins-anew"
  | "no-file"
  | "anchor-skipped";

export type FindingKind = FileFindingKind | HistoryFindingKind | "unreadable" | "bad-signature" | "decision-differs";

export function shortName(name: string): string {
  return name.slice(0, 12);
}
