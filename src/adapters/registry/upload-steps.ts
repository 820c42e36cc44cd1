import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { BlobSource } from "../../ports/registry.ts";
import { mismatch } from "./registry-failures.ts";
import type { RegistryAsk, RegistryRequest } from "./registry-request.ts";
import { takeBytes, watchSource } from "./watch-source.ts";

/** An upload that a registry waits for. */
export interface Session {
  readonly location: URL;
  /** What it has of the blob. */
  readonly offset: number;
  readonly pieceBytes: number;
}

export interface UploadStepsProps {
  readonly asking: RegistryAsk;
  /** The same with more patience, for requests with a blob in them. */
  readonly sending: RegistryAsk;
  readonly pieceBytes: number;
}

export type Step =
  | { readonly kind: "done" }
  | { readonly kind: "taken"; readonly session: Session }
  | { readonly kind: "broken"; readonly answer: Response | Error };

interface Under {
  readonly session: Session;
  readonly signal: AbortSignal;
}

type Send = (place: ImageRepository, blob: BlobSource, under: Under) => Promise<Step>;

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs */
export interface UploadSteps {
  /** Begins an upload, or has the blob mounted where the query names another repository that has it. */
  begin(
    place: ImageRepository,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Session & { readonly isMounted: boolean }>;
  /** Where the registry says that an upload is; undefined where it knows nothing of it any more. */
  resume(place: ImageRepository, session: Session, signal: AbortSignal): Promise<Session | undefined>;
  readonly sendAll: Send;
  readonly sendPiece: Send;
}

export function createUploadSteps({ asking, sending, pieceBytes }: UploadStepsProps): UploadSteps {
  const nextPlace = (place: ImageRepository, answer: Response, session: Session): URL => {
    const location = answer.headers.get("location");
    return location === null ? session.location : asking.locate(place, location);
  };

  return {
    async begin(place, query, signal) {
      const search = new URLSearchParams(query).toString();
      const path = `blobs/uploads/${search === "" ? "" : `?${search}`}`;
      const also = query["from"] === undefined ? {} : { alsoReads: query["from"] };
      const headers = { "content-length": "0" };
      const answer = await asking.ask(place, { method: "POST", path, headers, deed: "write to", ...also }, signal);
      await answer.body?.cancel();
      const least = Number(answer.headers.get("oci-chunk-min-length") ?? 0) || 0;
      const location = asking.locate(place, answer.headers.get("location") ?? "");
      return { location, offset: 0, pieceBytes: Math.max(pieceBytes, least), isMounted: answer.status === 201 };
    },

    async resume(place, session, signal) {
      const answer = await asking.askOnce(place, { path: session.location, deed: "write to" }, signal);
      if (answer instanceof Error) return undefined;
      await answer.body?.cancel();
      const end = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.get("range") ?? "")?.[1];
      // "0-0" is what some say of nothing, and others of one byte.
      if (!answer.ok || end === undefined || end === "0") return undefined;
      return { ...session, location: nextPlace(place, answer, session), offset: Number(end) + 1 };
    },

    async sendAll(place, blob, { session, signal }) {
      const source = watchSource(blob);
      const answer = await sending.askOnce(
        place,
        putRequest(blob, session, () => source.read(0)),
        signal,
      );
      if (source.failure !== undefined) throw source.failure;
      return await ended(place, blob, answer);
    },

    async sendPiece(place, blob, { session, signal }) {
      const { offset } = session;
      if (offset >= blob.size) {
        return await ended(place, blob, await sending.askOnce(place, putRequest(blob, session), signal));
      }
      const size = Math.min(session.pieceBytes, blob.size - offset);
      const source = watchSource(blob);
      const range = { "content-length": String(size), "content-range": `${offset}-${offset + size - 1}` };
      const request: RegistryRequest = {
        method: "PATCH",
        path: session.location,
        headers: { "content-type": "application/octet-stream", ...range },
        body: () => takeBytes(size, source.read(offset)),
        deed: "write to",
      };
      const answer = await sending.askOnce(place, request, signal);
      if (source.failure !== undefined) throw source.failure;
      if (answer instanceof Error || !answer.ok) return { kind: "broken", answer };
      await answer.body?.cancel();
      const location = nextPlace(place, answer, session);
      return { kind: "taken", session: { ...session, location, offset: offset + size } };
    },
  };
}

/** Ends an upload: with all of the blob, or with nothing more where its pieces were sent before. */
function putRequest(blob: BlobSource, { location }: Session, body?: () => AsyncIterable<Uint8Array>): RegistryRequest {
  const path = new URL(location);
  path.searchParams.set("digest", blob.digest);
  const length = body === undefined ? 0 : blob.size;
  const headers = { "content-type": "application/octet-stream", "content-length": String(length) };
  return { method: "PUT", path, headers, deed: "write to", ...(body === undefined ? {} : { body }) };
}

async function ended(place: ImageRepository, blob: BlobSource, answer: Response | Error): Promise<Step> {
  if (answer instanceof Error || !answer.ok) return { kind: "broken", answer };
  await answer.body?.cancel();
  if ((answer.headers.get("docker-content-digest") ?? blob.digest) !== blob.digest) throw mismatch(place, blob.digest);
  return { kind: "done" };
}
