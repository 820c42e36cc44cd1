import { classifyPath } from "./classify-path.ts";
import { createJsonSchema, schemaKinds } from "./json-schemas.ts";
import type { RepositorySnapshot } from "./repository-snapshot.ts";
import { decodeText } from "./yaml/decode-text.ts";

/**
 * The files with which editors know a fleet's keys: the schemas themselves, and each YAML file of the fleet that does
 * not name its schema yet, with the line that does.
 */
export function createSchemaFiles(snapshot: RepositorySnapshot): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const kind of schemaKinds) {
    files.set(schemaPath(kind), `${JSON.stringify(createJsonSchema(kind), undefined, 2)}\n`);
  }
  for (const [path, entry] of snapshot.entries) {
    const place = classifyPath(path);
    if (place.kind !== "document" || place.file === "secrets" || entry.kind !== "file") continue;
    const text = decodeText(path, entry.bytes ?? new Uint8Array());
    if (typeof text !== "string" || /^#\s*yaml-language-server:/m.test(text)) continue;
    const up = "../".repeat(path.split("/").length - 1);
    const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
    files.set(path, `# yaml-language-server: $schema=${up}${schemaPath(place.file)}${lineBreak}${text}`);
  }
  return files;
}

function schemaPath(kind: string): string {
  return `schemas/${kind}.schema.json`;
}
