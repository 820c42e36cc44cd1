import { pack } from "tar-stream";

/** A tar archive of these files. */
export async function packFiles(files: readonly (readonly [string, string])[]): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of files) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer); // tar-stream speaks in buffers
  return Buffer.concat(pieces);
}
