import { createHash } from "node:crypto";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { Registry } from "../../ports/registry.ts";
import { createRegistryRequest, type RegistryRequestProps, unreachable } from "./registry-request.ts";

export interface RegistryHttpProps extends Omit<RegistryRequestProps, "answerMilliseconds" | "insecure"> {
  /** Registries ("host:port") that are spoken to without TLS. @default those of this machine only */
  readonly insecure?: readonly string[];
  readonly answerMilliseconds?: number;
  /** Between two pieces of a blob. */
  readonly silenceMilliseconds?: number;
}

/** The specification allows registries to refuse larger ones. */
const mostManifestBytes = 4 * 1024 * 1024;
/** How often a transfer that broke off goes on from where it was. */
const mostResumptions = 5;

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Registries that speak the OCI distribution interface: https://github.com/opencontainers/distribution-spec. */
export function createRegistryHttp(props: RegistryHttpProps): Registry {
  const { insecure = [], answerMilliseconds = 30_000, silenceMilliseconds = 60_000 } = props;
  const ask = createRegistryRequest({ ...props, insecure, answerMilliseconds });

  return {
    async manifest({ digest, ...place }, signal) {
      const request = { path: `manifests/${digest}`, headers: { accept: manifestTypes } };
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of pieces(await ask(place, request, signal), silenceMilliseconds, signal)) {
        bytes += chunk.length;
        if (bytes > mostManifestBytes) throw mismatch(place, digest);
        chunks.push(chunk);
      }
      const content = Buffer.concat(chunks);
      if (`sha256:${createHash("sha256").update(content).digest("hex")}` !== digest) throw mismatch(place, digest);
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
          for await (const chunk of after(skip, pieces(response, silenceMilliseconds, signal))) {
            hash.update(chunk);
            offset += chunk.length;
            yield chunk;
          }
          break;
        } catch (error) {
          signal.throwIfAborted();
          if (resumptions === mostResumptions) throw unreachable(place.registry, toError(error));
          await props.clock.sleep(500);
        }
      }
      if (`sha256:${hash.digest("hex")}` !== digest) throw mismatch(place, digest);
    },
  };
}

/** The body, as long as something comes. */
async function* pieces(response: Response, silence: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  let timer: NodeJS.Timeout | undefined;
  const cancel = (why: Error) => (): void => void reader.cancel(why).catch(() => undefined);
  let quiet = false;
  const interrupt = cancel(new Error("interrupted"));
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    for (;;) {
      timer = setTimeout(() => {
        quiet = true;
        cancel(new Error("silence"))();
      }, silence);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      signal.throwIfAborted();
      if (quiet) throw new Error("it stopped sending");
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
    // Whoever takes no more must not leave a connection open.
    cancel(new Error("no more wanted"))();
  }
}

async function* after(skip: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = skip;
  for await (const chunk of chunks) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

function mismatch({ registry }: ImageRepository, digest: string): HubfleetError {
  return new HubfleetError("DIGEST_MISMATCH", {
    message: `"${registry}" sent other bytes than "${digest}" names`,
    hint: "run the command again; if it stays, tell whoever runs the registry or a proxy in between",
    retry: "later",
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
