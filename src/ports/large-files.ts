/** Files that are too large to hold, such as images: read and written piece by piece. Paths are absolute. */
export interface LargeFiles {
  /** Bytes; undefined where there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** The bytes from `start` up to but not including `end`, or as far as the file goes. @throws where there is no file */
  read(path: string, range: { readonly start: number; readonly end?: number }): AsyncIterable<Uint8Array>;
  /**
   * Writes a file (mode 0600) and the directories above it; answers its size. Where the content ends in an error, that
   * is thrown and nothing is left of the file.
   */
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<number>;
  /** Fine when absent. */
  remove(path: string): Promise<void>;
}
