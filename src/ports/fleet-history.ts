/** What a fleet's Git repository remembers, as far as it decides what a registry must keep. */
export interface FleetHistory {
  /**
   * Looks for tags and digests in everything that the fleet may return to: every version that `hubfleet/state` ever had,
   * here and as fetched, what every branch and tag has now, and the work tree. Asks the remotes whether anything of it
   * is missing here; then, and whenever something cannot be read, the answer is "incomplete".
   */
  read(directory: string, question: HistoryQuestion, signal: AbortSignal): Promise<HistoryReading>;
}

export interface HistoryQuestion {
  /** Tags, and digests as "sha256:…". */
  readonly words: ReadonlySet<string>;
  /** Commits, with all their digits. */
  readonly commits: ReadonlySet<string>;
}

export type HistoryReading =
  | {
      readonly kind: "complete";
      /** Those of the words that something names. */
      readonly named: ReadonlySet<string>;
      /** Those of the commits that this repository has. */
      readonly commits: ReadonlySet<string>;
    }
  | { readonly kind: "incomplete"; readonly why: string; readonly hint: string };
