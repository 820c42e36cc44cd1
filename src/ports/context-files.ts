import type { ContextFile } from "../image/tag/container-inputs.ts";

/** Files that containers are made from, to the byte. Paths are relative to a directory. */
export interface ContextFiles {
  /** Every file and link below the paths, sorted; links are not followed, and what Git keeps for itself is left out. */
  list(directory: string, paths: readonly string[]): Promise<readonly string[]>;
  /**
   * What the files hold now, in the order of the paths; a path where nothing is (any more) is left out.
   * @throws HubfleetError FILE_UNREADABLE
   */
  read(directory: string, paths: readonly string[]): Promise<readonly ContextFile[]>;
  /**
   * Puts files where a builder is sent them from: the same bytes, executable bits and links, all dated alike, whatever
   * dates and umask this machine has.
   * @throws HubfleetError INPUTS_CHANGED where one is not any more what was read
   */
  place(request: PlaceRequest): Promise<void>;
}

export interface PlaceRequest {
  /** Absolute paths; `to` does not exist yet. */
  readonly from: string;
  readonly to: string;
  readonly files: readonly ContextFile[];
  /** Seconds since 1970. */
  readonly sourceDateEpoch: number;
}
