import type { ContextFile } from "../image/tag/container-inputs.ts";

/** Files that containers are made from, to the byte. Paths are relative to a directory; nothing is written. */
export interface ContextFiles {
  /** Every file and link below the paths, sorted; links are not followed, and what Git keeps for itself is left out. */
  list(directory: string, paths: readonly string[]): Promise<readonly string[]>;
  /**
   * What the files hold now, in the order of the paths; a path where nothing is (any more) is left out.
   * @throws HubfleetError FILE_UNREADABLE
   */
  read(directory: string, paths: readonly string[]): Promise<readonly ContextFile[]>;
}
