import { createHash } from "node:crypto";
import { dirname } from "node:path/posix";

import type { StateFiles } from "../../ports/state-files.ts";
import { notPlain, tooLarge } from "./foreign-file.ts";

/** The twin, and what a test may see and break beside the port. */
export interface StateFilesMemory extends StateFiles {
  /** Permission bits of a file or directory; undefined where there is none. */
  mode(path: string): number | undefined;
  /** Puts a symbolic link, as another program might. */
  link(path: string, target: string): void;
  /** Every operation on the path, or on something below it, fails from now on; undefined mends it. */
  breakPath(path: string, reason: string | undefined): void;
  /** Path → content of every file under a directory: what a test compares with "as before". */
  contents(directory?: string): Readonly<Record<string, string>>;
}

type Entry =
  | { readonly kind: "file"; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: "directory"; readonly mode: number }
  | { readonly kind: "link"; readonly target: string };

const parentMode = 0o711;

/** A state directory that is a map. Links are kept but lead nowhere: nothing in hubfleet may follow one. */
export function createStateFilesMemory(seed: Readonly<Record<string, string>> = {}): StateFilesMemory {
  const entries = new Map<string, Entry>([["/", { kind: "directory", mode: 0o755 }]]);
  const broken = new Map<string, string>();

  function makeParents(path: string): void {
    const parent = dirname(path);
    const present = entries.get(parent);
    if (present?.kind === "directory") return;
    if (present !== undefined) throw new Error(`ENOTDIR: "${parent}" is not a directory`);
    makeParents(parent);
    entries.set(parent, { kind: "directory", mode: parentMode });
  }

  function write(path: string, content: string | Uint8Array, mode: number): void {
    if (entries.get(path)?.kind === "directory") throw new Error(`EISDIR: "${path}" is a directory`);
    makeParents(path);
    entries.set(path, { kind: "file", content: Buffer.from(content), mode });
  }

  function below(path: string): readonly string[] {
    return [...entries.keys()].filter((name) => name.startsWith(path === "/" ? "/" : `${path}/`) && name !== "/");
  }

  function check(path: string): void {
    for (const [prefix, reason] of broken) {
      if (path === prefix || path.startsWith(`${prefix}/`)) throw new Error(reason);
    }
  }

  for (const [path, content] of Object.entries(seed)) write(path, content, 0o600);

  return {
    async read(path) {
      check(path);
      const entry = entries.get(path);
      if (entry?.kind === "directory") throw new Error(`EISDIR: "${path}" is a directory`);
      return entry?.kind === "file" ? textOf(entry.content) : undefined;
    },
    async readBytes(path) {
      check(path);
      const entry = entries.get(path);
      if (entry?.kind === "directory") throw new Error(`EISDIR: "${path}" is a directory`);
      return entry?.kind === "file" ? entry.content : undefined;
    },
    async readForeign(path, mostBytes) {
      check(path);
      const entry = entries.get(path);
      if (entry === undefined) return undefined;
      if (entry.kind !== "file") return notPlain;
      return entry.content.length > mostBytes ? tooLarge : entry.content;
    },
    async ensureFile(path, content, mode) {
      check(path);
      entries.delete(path.replace(/([^/]*)$/, ".$1.new")); // what a killed writer left
      const present = entries.get(path);
      if (present?.kind === "file" && Buffer.from(content).equals(present.content) && present.mode === mode)
        return false;
      write(path, content, mode);
      return true;
    },
    async append(path, line) {
      check(path);
      const present = entries.get(path);
      if (present?.kind === "directory") throw new Error(`EISDIR: "${path}" is a directory`);
      const { content, mode } =
        present?.kind === "file" ? { ...present, content: textOf(present.content) } : { content: "", mode: 0o600 };
      write(path, `${content}${content === "" || content.endsWith("\n") ? "" : "\n"}${line}\n`, mode);
    },
    async ensureDirectory(path, mode) {
      check(path);
      const present = entries.get(path);
      if (present !== undefined && present.kind !== "directory")
        throw new Error(`ENOTDIR: "${path}" is not a directory`);
      makeParents(path);
      entries.set(path, { kind: "directory", mode });
    },
    async copy(from, to) {
      check(from);
      check(to);
      const sources = entries.has(from) ? [from, ...below(from)] : [];
      if (sources.length === 0) throw new Error(`ENOENT: "${from}" is not there`);
      const link = sources.find((path) => entries.get(path)?.kind === "link");
      if (link !== undefined) throw new Error(`"${link}" is a symbolic link`);
      const draft = `${to}.new`; // what a killed copy left
      for (const path of [to, ...below(to), draft, ...below(draft)]) entries.delete(path);
      makeParents(to);
      for (const path of sources) entries.set(`${to}${path.slice(from.length)}`, entries.get(path) as Entry); // listed above
    },
    async move(from, to) {
      check(from);
      check(to);
      if (entries.has(to)) throw new Error(`EEXIST: "${to}" is there already`);
      if (!entries.has(from)) throw new Error(`ENOENT: "${from}" is not there`);
      makeParents(to);
      for (const path of [from, ...below(from)]) {
        entries.set(`${to}${path.slice(from.length)}`, entries.get(path) as Entry); // listed above
        entries.delete(path);
      }
    },
    async remove(path) {
      check(path);
      for (const name of [path, ...below(path)]) entries.delete(name);
    },
    async list(path) {
      check(path);
      const names = below(path).map((name) => name.slice(path === "/" ? 1 : path.length + 1));
      return names.filter((name) => !name.includes("/")).sort();
    },
    async digest(path) {
      check(path);
      if (!entries.has(path)) return undefined;
      const hash = createHash("sha256");
      for (const name of [path, ...below(path)].sort(byStep)) {
        const entry = entries.get(name);
        if (entry?.kind !== "file" || name.slice(path.length).includes("/__pycache__")) continue;
        hash.update(`${name.slice(path.length)}\0${entry.content.length}\0`).update(entry.content);
      }
      return hash.digest("hex");
    },
    async exists(path) {
      check(path);
      return entries.has(path);
    },
    async size(path) {
      check(path);
      const sizes = [path, ...below(path)].map((name) => {
        const entry = entries.get(name);
        return entry?.kind === "file" ? entry.content.length : 0;
      });
      return sizes.reduce((sum, one) => sum + one, 0);
    },
    async tail(path, lines) {
      const last = await this.read(path);
      if (last === undefined) return [];
      const text = `${(await this.read(`${path}.older`)) ?? ""}${last}`.replace(/\n$/, "");
      return text === "" ? [] : text.split("\n").slice(-lines);
    },
    async rotate(path, bytes) {
      check(path);
      const entry = entries.get(path);
      if (entry?.kind !== "file" || entry.content.length <= bytes) return;
      entries.set(`${path}.1`, entry);
      entries.delete(path);
      const older = entries.get(`${path}.older`);
      entries.delete(`${path}.1.older`);
      if (older !== undefined) entries.set(`${path}.1.older`, older);
      entries.delete(`${path}.older`);
    },
    mode(path) {
      const entry = entries.get(path);
      return entry === undefined || entry.kind === "link" ? undefined : entry.mode;
    },
    link(path, target) {
      makeParents(path);
      entries.set(path, { kind: "link", target });
    },
    breakPath(path, reason) {
      if (reason === undefined) broken.delete(path);
      else broken.set(path, reason);
    },
    contents(directory = "/") {
      const files = below(directory).flatMap((path) => {
        const entry = entries.get(path);
        return entry?.kind === "file" ? [[path, textOf(entry.content)] as const] : [];
      });
      return Object.fromEntries(files.sort(([one], [other]) => (one < other ? -1 : 1)));
    },
  };
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString("utf8");
}

/** The order in which a walk meets them: directory by directory, each sorted. */
function byStep(one: string, other: string): number {
  const [left, right] = [one.split("/"), other.split("/")];
  const at = left.findIndex((step, index) => step !== right[index]);
  const [mine = "", theirs = ""] = [left[at], right[at]];
  return mine < theirs ? -1 : 1;
}
