/** Thirty megabytes, or ten thousand objects, at a time. `sizes`: how many bytes each has, as far as known. */
export function* inBatches(sizes: ReadonlyMap<string, number>): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const [id, size] of sizes) {
    if (batch.length > 0 && (bytes + size > 30_000_000 || batch.length >= 10_000)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(id);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** What `git cat-file --batch` said of these objects, each byte a character (Latin-1); without those that it has not. */
export function parseBatch(output: string, ids: readonly string[]): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  let at = 0;
  for (const id of ids) {
    const end = output.indexOf("\n", at);
    const size = / blob (\d+)$/.exec(output.slice(at, end))?.[1];
    at = end + 1;
    if (size === undefined) continue;
    found.set(id, Buffer.from(output.slice(at, at + Number(size)), "latin1"));
    at += Number(size) + 1;
  }
  return found;
}
