import { Readable } from "node:stream";
import { pipeline as run } from "node:stream/promises";

import { type Extract, extract } from "tar-stream";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { bytesWanted, type FileFact, readFact } from "../../image/container/file-fact.ts";
import type { LayerFacts } from "../../image/container/layer-facts.ts";
import { unpackLayer } from "../containers/unpack-layer.ts";

const mostFacts = 500_000;

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

/**
 * Reads a layer as it arrives and keeps only what its files say about packages: a layer of gigabytes takes megabytes of
 * memory. https://github.com/opencontainers/image-spec/blob/main/layer.md
 * @throws HubfleetError IMAGE_UNREADABLE, and whatever the bytes end with
 */
export async function readLayer(bytes: AsyncIterable<Uint8Array>, digest: string): Promise<LayerFacts> {
  const archive = extract();
  const unpacked = unpackLayer(bytes);
  // Kept apart: what goes wrong with the bytes also breaks the archive, and is the better reason of the two.
  const arrival = run(Readable.from(unpacked), archive).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    const facts = await readEntries(archive);
    const problem = await arrival;
    if (problem !== undefined) throw problem;
    return facts;
  } catch (error) {
    archive.destroy();
    const reason = (await arrival) ?? error;
    if (reason instanceof HubfleetError || (reason instanceof Error && reason.name === "AbortError")) throw reason;
    const words = reason instanceof Error ? reason.message : String(reason);
    throw new HubfleetError("IMAGE_UNREADABLE", {
      message: `the layer "${digest}" cannot be read: ${words}`,
      hint: "build the image anew, or name another one",
      cause: reason,
    });
  }
}

async function readEntries(archive: AsyncIterable<Entry>): Promise<LayerFacts> {
  const files: Record<string, FileFact> = {};
  const hidden = new Set<string>();
  const opaque = new Set<string>();
  const links: { readonly path: string; readonly target: string }[] = [];
  let count = 0;
  for await (const entry of archive) {
    const { name, type, linkname } = entry.header;
    const path = normalize(name);
    const base = path?.slice(path.lastIndexOf("/") + 1) ?? "";
    if (path === undefined) {
      // nothing that could lie in an image
    } else if (base === ".wh..wh..opq") opaque.add(directoryOf(path));
    else if (base.startsWith(".wh.")) hidden.add(join(directoryOf(path), base.slice(".wh.".length)));
    else if (type === "link") links.push({ path, target: normalize(linkname ?? "") ?? "" });
    else if (type === "symlink" && !base.includes(".so")) hidden.add(path);
    else if (isFile(type) && bytesWanted(path) > 0) {
      const fact = readFact(path, await readText(entry, bytesWanted(path)));
      if (fact === undefined) hidden.add(path);
      else files[path] = fact;
      count += 1;
    }
    if (count + hidden.size > mostFacts) throw new Error("it holds more packages than any image has");
    entry.resume();
  }
  // Package managers link environments to their stores; either may come first.
  for (const { path, target } of links) {
    const fact = files[target];
    if (fact !== undefined && bytesWanted(path) > 0) files[path] = fact;
  }
  return { files, hidden: [...hidden], opaque: [...opaque] };
}

function isFile(type: string | null | undefined): boolean {
  return type === "file" || type === "contiguous-file";
}

/** The beginning of a file, or all of it; the rest passes by. */
async function readText(entry: Entry, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of entry as AsyncIterable<Uint8Array>) {
    if (bytes < most) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, most).toString("utf8");
}

/** A path without "./" or "/" at its beginning; undefined where it would lead out of the image, or is its root. */
function normalize(name: string): string | undefined {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..") ? undefined : parts.join("/");
}

function directoryOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

function join(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
