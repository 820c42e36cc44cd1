/**
 * Files of the state directory. Paths are absolute. Writers are atomic: a reader sees the old content or the new one,
 * never a part, and nothing is left behind by a kill but a dot-file that the next `ensureFile` of the path replaces.
 */
export interface StateFiles {
  /** The text, or undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** The same, to the byte, for what may not be text. */
  readBytes(path: string): Promise<Uint8Array | undefined>;
  /**
   * A file that a process with fewer rights put there. What is no plain file with one name, of at most that many bytes, is
   * refused, in words: no link is followed, nothing that blocks is opened.
   */
  readForeign(path: string, mostBytes: number): Promise<Uint8Array | { readonly refused: string } | undefined>;
  /** Writes when the content or the mode differs; answers whether it did. Makes missing parents with mode 0711. */
  ensureFile(path: string, content: string | Uint8Array, mode: number): Promise<boolean>;
  /**
   * Adds a line to a file (made with mode 0600) and returns when it is on the disk. It is a line of its own also after
   * one that a kill tore.
   */
  append(path: string, line: string): Promise<void>;
  /** Makes the directory and its parents (parents 0711), and sets its mode. */
  ensureDirectory(path: string, mode: number): Promise<void>;
  /** Copies a file or tree of regular files; what is there already under `to` is replaced. Symbolic links are refused. */
  copy(from: string, to: string): Promise<void>;
  /** Moves a file or tree in one step, on one file system. Throws where `from` is absent, or where `to` is something. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file or tree; fine when absent. Never follows symbolic links. */
  remove(path: string): Promise<void>;
  /** Names in a directory, sorted; empty where there is none. */
  list(path: string): Promise<readonly string[]>;
  /** SHA-256 over the relative names and the bytes of a file or tree, `__pycache__` left out; undefined when absent. */
  digest(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
  /** Bytes taken by a file or tree; 0 when absent. */
  size(path: string): Promise<number>;
  /**
   * The last `lines` lines of a text file, without reading the rest; empty when absent. A log that is cut while it is
   * written has its earlier part in `<path>.older`, and is read on there.
   */
  tail(path: string, lines: number): Promise<readonly string[]>;
  /** Moves a file that has grown beyond `bytes` to `<path>.1`, and its earlier part, where it has one, along with it. */
  rotate(path: string, bytes: number): Promise<void>;
}
