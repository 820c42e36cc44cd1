import type { IncomingMessage, ServerResponse } from "node:http";

import type { BlobSource } from "../../src/ports/registry.ts";
import { digestOf } from "./compose-image.ts";
import type { ScriptedServers } from "./scripted-server.ts";

/** What goes wrong at the nth request of a method, in place of what the registry would have done. */
export type Mishap = (request: IncomingMessage, response: ServerResponse, registry: Pretended) => void | Promise<void>;

export interface Pretended {
  readonly host: string;
  readonly requests: string[];
  /** What it has of the upload that goes on, and what it has taken in. */
  received: Buffer;
  kept: Buffer | undefined;
  uploads: number;
}

/** The blob that it takes. */
export const content = Buffer.alloc(1_000_000, "0123456789 layer");
export const blob: BlobSource = {
  digest: digestOf(content),
  size: content.length,
  async *read(from) {
    for (let start = from; start < content.length; start += 50_000) yield content.subarray(start, start + 50_000);
  },
};

/** A registry that takes one blob, and has mishaps: "PUT" each time, "PUT 1" at the first. */
export async function aRegistry(
  serve: ScriptedServers["serve"],
  mishaps: Readonly<Record<string, Mishap>>,
): Promise<Pretended> {
  const counts = new Map<string, number>();
  const pretended: { -readonly [Key in keyof Pretended]: Pretended[Key] } = {
    host: "",
    requests: [],
    received: Buffer.alloc(0),
    kept: undefined,
    uploads: 0,
  };
  const work = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "", headers } = request;
    const isUpload = url.includes("/uploads/");
    const path = isUpload ? url.replace(/^.*(\/uploads\/\d*).*$/, "$1") : "blob";
    const length = method === "PUT" || method === "PATCH" ? headers["content-length"] : undefined;
    pretended.requests.push(
      [method, path, length, headers["content-range"]].filter((part) => part !== undefined).join(" "),
    );
    const count = (counts.get(method) ?? 0) + 1;
    counts.set(method, count);
    const mishap = mishaps[method] ?? mishaps[`${method} ${count}`];
    if (mishap !== undefined) return await mishap(request, response, pretended);
    const location = `/v2/team/lab/blobs/uploads/${pretended.uploads}`;
    if (method === "HEAD") return void response.writeHead(pretended.kept === undefined ? 404 : 200).end();
    if (method === "DELETE") return void response.writeHead(204).end();
    if (method === "POST") {
      pretended.uploads += 1;
      pretended.received = Buffer.alloc(0);
      return void response.writeHead(202, { location: `/v2/team/lab/blobs/uploads/${pretended.uploads}` }).end();
    }
    if (method !== "GET") pretended.received = Buffer.concat([pretended.received, await bodyOf(request)]);
    if (method === "PUT") {
      if (digestOf(pretended.received) !== blob.digest) return void response.writeHead(400).end();
      pretended.kept = pretended.received;
      return void response.writeHead(201, { "docker-content-digest": blob.digest }).end();
    }
    const range = { range: `0-${Math.max(pretended.received.length - 1, 0)}`, location };
    return void response.writeHead(method === "GET" ? 204 : 202, range).end();
  };
  pretended.host = await serve((request, response) => void work(request, response).catch(() => response.destroy()));
  return pretended;
}

/** Takes so many bytes, which stay with the registry, and breaks the line. */
export function breaksAfter(bytes: number): Mishap {
  return async (request, response, registry) => {
    let left = bytes;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const taken = chunk.subarray(0, left);
      registry.received = Buffer.concat([registry.received, taken]);
      left -= taken.length;
      if (left <= 0) break;
    }
    response.destroy();
  };
}

export function answers(status: number, headers: Readonly<Record<string, string>> = {}): Mishap {
  return (request, response) => void request.resume().on("end", () => response.writeHead(status, headers).end());
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
