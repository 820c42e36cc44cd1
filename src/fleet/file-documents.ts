import { classifyPath, fleetDirectories } from "./classify-path.ts";
import { type KeyDocument, listKeys } from "./key-documents.ts";
import { type FileKind, fileKinds } from "./schema/file-kinds.ts";

/** What is known of one kind of file: for help. */
export interface FileDocument {
  /** Where such files lie, for example "images/NAME/image.yaml". */
  readonly path: string;
  readonly summary: string;
  /** Its uppermost keys, in the order of the schema. */
  readonly keys: readonly KeyDocument[];
}

/**
 * The kind of file that a word means, and what of it: "image" and "images.lab" mean a whole file, "image.role" and
 * "images.lab.role" one of its keys, "images/lab/image.yaml" the file of that path.
 */
export function findFile(
  topic: string,
): { readonly file: FileDocument; readonly keys: readonly KeyDocument[] } | undefined {
  const place = classifyPath(topic);
  if (place.kind === "document") return ofKind(place.file, []);
  const [first = "", second, ...rest] = topic.split(".");
  if (Object.hasOwn(fileKinds, first)) {
    return ofKind(first as FileKind, second === undefined ? [] : [second, ...rest]); // just checked
  }
  if (!Object.hasOwn(fleetDirectories, first) || second === undefined) return undefined;
  return ofKind(fleetDirectories[first as keyof typeof fleetDirectories], rest); // just checked
}

/** Undefined when the file has no such key. */
function ofKind(kind: FileKind, steps: readonly string[]): ReturnType<typeof findFile> {
  const { path, summary } = fileKinds[kind];
  const all = listKeys().filter(({ files }) => files.includes(path));
  const file = { path, summary, keys: all.filter((key) => !key.path.includes(".")) };
  if (steps.length === 0) return { file, keys: [] };
  const keys = all.filter((key) => key.path === steps.join("."));
  return keys.length === 0 ? undefined : { file, keys };
}
