import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { LargeFiles } from "../../ports/large-files.ts";

/** Where a file of an archive lies in it. */
export interface ArchiveMember {
  readonly start: number;
  readonly size: number;
}

const blockBytes = 512;
/** Builders write a few for each layer. */
const mostMembers = 20_000;
const mostNameBytes = 1024 * 1024;
const mostLinks = 8;

interface Entry extends ArchiveMember {
  readonly link: string | undefined;
}

/**
 * Finds the files of a tar archive without reading them; nothing is unpacked. Names that lead out of it, and what is cut
 * off, make it broken. Links between its members, as docker writes them for layers that are the same, are followed.
 * @throws HubfleetError ARCHIVE_BROKEN
 */
export async function findMembers(
  files: Pick<LargeFiles, "size" | "read">,
  path: string,
): Promise<(name: string) => ArchiveMember> {
  const total = await files.size(path);
  if (total === undefined) throw brokenArchive("it is not there");
  const entries = new Map<string, Entry>();
  let said: { name?: string; link?: string; size?: number } = {};
  for (let at = 0; at + blockBytes <= total;) {
    const head = await readBytes(files, path, { start: at, end: at + blockBytes });
    if (head.every((byte) => byte === 0)) break;
    if (!isHeader(head)) throw brokenArchive("it is no tar archive");
    const kind = String.fromCharCode(head[156] ?? 0);
    const size = said.size ?? number(head.subarray(124, 136));
    const start = at + blockBytes;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > total) throw brokenArchive("it is cut off");
    at = start + Math.ceil(size / blockBytes) * blockBytes;
    if ("xgLK".includes(kind)) {
      if (size > mostNameBytes) throw brokenArchive("a name in it has no end");
      const text = await readBytes(files, path, { start, end: start + size });
      said = kind === "g" ? said : { ...said, ...parseExtension(kind, text) };
      continue;
    }
    const name = plainName(said.name ?? headName(head));
    const link =
      kind === "1" || kind === "2" ? linkTarget(kind, name, said.link ?? string(head.subarray(157, 257))) : undefined;
    said = {};
    if (!"\u00000127".includes(kind)) continue;
    if (entries.size >= mostMembers) throw brokenArchive("it holds more files than any image");
    entries.set(name, { start, size, link });
  }
  return (name) => {
    let member = entries.get(plainName(name));
    for (let hops = 0; member?.link !== undefined && hops < mostLinks; hops += 1) member = entries.get(member.link);
    if (member === undefined || member.link !== undefined) throw brokenArchive(`it lacks "${name}"`);
    return member;
  };
}

/** Reads a part of a file that is small. */
export async function readBytes(
  files: Pick<LargeFiles, "read">,
  path: string,
  range: { readonly start: number; readonly end: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of files.read(path, range)) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  if (content.length !== range.end - range.start) throw brokenArchive("it is cut off");
  return content;
}

export function brokenArchive(why: string): HubfleetError {
  return new HubfleetError("ARCHIVE_BROKEN", {
    message: `the builder's archive cannot be used: ${why}`,
    hint: "run the command again; if it stays, try another builder",
    retry: "later",
  });
}

function isHeader(head: Buffer): boolean {
  const sum = head.reduce((all, byte, index) => all + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return number(head.subarray(148, 156)) === sum;
}

/** Octal digits, or, for what is larger than they can say, the bytes themselves. */
function number(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(string(field).trim() || "0", 8);
  return field.subarray(1).reduce((all, byte) => all * 256 + byte, 0);
}

function headName(head: Buffer): string {
  const isUstar = head.subarray(257, 262).toString("latin1") === "ustar";
  const prefix = isUstar && head[262] === 0 ? string(head.subarray(345, 500)) : "";
  return prefix === "" ? string(head.subarray(0, 100)) : `${prefix}/${string(head.subarray(0, 100))}`;
}

function parseExtension(kind: string, text: Buffer): { name?: string; link?: string; size?: number } {
  if (kind === "L") return { name: string(text) };
  if (kind === "K") return { link: string(text) };
  const found: { name?: string; link?: string; size?: number } = {};
  for (let rest = text; rest.length > 0;) {
    const length = Number.parseInt(rest.subarray(0, 20).toString("latin1"), 10);
    if (!(length > 0) || length > rest.length) throw brokenArchive("a name in it cannot be read");
    const record = rest.subarray(rest.indexOf(0x20) + 1, length - 1).toString("utf8");
    const [key, value] = [record.slice(0, record.indexOf("=")), record.slice(record.indexOf("=") + 1)];
    if (key === "path") found.name = value;
    if (key === "linkpath") found.link = value;
    if (key === "size") found.size = Number(value);
    rest = rest.subarray(length);
  }
  return found;
}

function linkTarget(kind: string, name: string, target: string): string {
  const parts = kind === "2" && !target.startsWith("/") ? name.split("/").slice(0, -1) : [];
  for (const part of target.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) throw brokenArchive(`"${target}" leads out of it`);
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function plainName(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (name.startsWith("/") || parts.includes("..")) throw brokenArchive(`"${name}" leads out of it`);
  return parts.join("/");
}

function string(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString("utf8");
}
