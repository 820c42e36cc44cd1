import { basename } from "node:path/posix";

import type { RoomWorld } from "../check-room.ts";

/** The operator's own workflows for pairs: `images/NAME/tests/pair_*.py` of either image. */
export interface OwnFiles {
  /** By the name of the verdict, "lab/tests/pair_climate.py": where the file lies in a room. */
  readonly files: Readonly<Record<string, string>>;
  /** Directories that are taken along as a whole, since tests read what lies beside them: from → to in the room. */
  readonly directories: ReadonlyMap<string, string>;
  /** Of everything that is taken along. */
  readonly digest: string;
}

export async function findOwnFiles(
  images: readonly { readonly directory: string }[],
  { files: disk }: Pick<RoomWorld, "files">,
): Promise<OwnFiles> {
  const files: Record<string, string> = {};
  const directories = new Map<string, string>();
  const digests: string[] = [];
  for (const directory of new Set(images.map((image) => image.directory))) {
    const name = `${basename(directory)}/tests`;
    const own = (await disk.list(`${directory}/tests`)).filter((file) => /^pair_.*\.py$/.test(file));
    if (own.length === 0) continue;
    for (const file of own) files[`${name}/${file}`] = `${name}/${file}`;
    directories.set(`${directory}/tests`, name);
    digests.push(`${name} ${(await disk.digest(`${directory}/tests`)) ?? ""}`);
  }
  return { files, directories, digest: digests.join("\n") };
}
