import { createHash } from "node:crypto";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import { manifestTypes } from "../../image/container/manifest-type.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WritableRegistry } from "../../ports/registry.ts";
import { pause } from "./pause.ts";
import { pieces, skipBytes } from "./read-pieces.ts";
import { mismatch, refused, toError, unreachable } from "./registry-failures.ts";
import type { RegistryAsk } from "./registry-request.ts";

export interface ReadingProps {
  readonly asking: RegistryAsk;
  readonly clock: Clock;
  readonly silenceMilliseconds: number;
}

/** The specification allows registries to refuse larger ones. */
const mostManifestBytes = 4 * 1024 * 1024;
/** How often a transfer that broke off goes on from where it was. */
const mostResumptions = 5;
/** Of a thousand tags each; a registry that has more goes round in circles. */
const mostPages = 1_000;

const accepted = { accept: Object.values(manifestTypes).join(", ") };

/** The part of a registry's interface that changes nothing. */
export function createReading({
  asking: { ask, locate },
  clock,
  silenceMilliseconds,
}: ReadingProps): Pick<WritableRegistry, "manifest" | "blob" | "resolve" | "tags" | "hasBlob"> {
  const readText = async (place: ImageRepository, response: Response, signal: AbortSignal): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of pieces(response, silenceMilliseconds, signal)) {
        bytes += chunk.length;
        if (bytes > mostManifestBytes) throw refused(place, "read", "it sends an answer without an end");
        chunks.push(chunk);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof HubfleetError ? error : unreachable(place, toError(error));
    }
    return Buffer.concat(chunks);
  };

  return {
    async manifest({ digest, ...place }, signal) {
      const response = await ask(place, { path: `manifests/${digest}`, headers: accepted }, signal);
      const content = await readText(place, response, signal).catch((error: unknown) => {
        throw error instanceof HubfleetError && error.code === "REGISTRY_REFUSED" ? mismatch(place, digest) : error;
      });
      if (digestOf(content) !== digest) throw mismatch(place, digest);
      return content.toString("utf8");
    },

    async *blob(place, digest, signal) {
      const hash = createHash("sha256");
      let offset = 0;
      for (let resumptions = 0; ; resumptions += 1) {
        const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
        const response = await ask(place, { path: `blobs/${digest}`, headers }, signal);
        // One that knows no ranges begins anew: what we have is skipped.
        const skip = response.status === 206 ? 0 : offset;
        try {
          for await (const chunk of skipBytes(skip, pieces(response, silenceMilliseconds, signal))) {
            hash.update(chunk);
            offset += chunk.length;
            yield chunk;
          }
          break;
        } catch (error) {
          signal.throwIfAborted();
          if (resumptions === mostResumptions) throw unreachable(place, toError(error));
          await pause(clock, 500, signal);
        }
      }
      if (`sha256:${hash.digest("hex")}` !== digest) throw mismatch(place, digest);
    },

    async resolve(place, tag, signal) {
      const request = { path: `manifests/${tag}`, headers: accepted, accept: [404] };
      const head = await ask(place, { ...request, method: "HEAD", accept: [404, 405] }, signal);
      if (head.status === 404) return undefined;
      const said = head.ok ? head.headers.get("docker-content-digest") : null;
      if (said !== null && /^sha256:[0-9a-f]{64}$/.test(said)) return said;
      // Not all of them say it; then it is what the bytes come to.
      const response = await ask(place, request, signal);
      if (response.status !== 404) return digestOf(await readText(place, response, signal));
      await response.body?.cancel();
      return undefined;
    },

    async tags(place, signal) {
      const found = new Set<string>();
      let path: string | URL = "tags/list?n=1000";
      for (let page = 0; page < mostPages; page += 1) {
        const response: Response = await ask(place, { path, accept: [404] }, signal);
        const text = (await readText(place, response, signal)).toString("utf8");
        if (response.status === 404) return [];
        for (const tag of parseTags(text)) found.add(tag);
        const next = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(response.headers.get("link") ?? "")?.[1];
        if (next === undefined) return [...found].sort();
        path = locate(place, next);
      }
      throw refused(place, "read", "its list of tags has no end");
    },

    async hasBlob(place, digest, signal) {
      const response = await ask(place, { path: `blobs/${digest}`, method: "HEAD", accept: [404] }, signal);
      return response.ok;
    },
  };
}

function parseTags(text: string): readonly string[] {
  try {
    const { tags } = Object(JSON.parse(text)) as Record<string, unknown>;
    return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
  } catch {
    return [];
  }
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
