import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { digestOf } from "./compose-image.ts";

/** A real registry (Debian's docker-registry) on a port of this machine. */
export interface DockerRegistry {
  /** "127.0.0.1:40123", as an image reference names it. */
  readonly host: string;
  pushBlob(repository: string, content: Buffer): Promise<string>;
  pushManifest(repository: string, content: Buffer): Promise<string>;
  stop(): Promise<void>;
}

/** Who may read where a login is wanted: "reader" with the password "secret". */
const htpasswd = "reader:$2b$04$iOCarAjwcONGiWgswoEejOGJ2v9nT/XJ5gCewri5vLIgLG7u2Za0u\n";

export async function startDockerRegistry({ wantsLogin = false } = {}): Promise<DockerRegistry> {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(root, "htpasswd"), htpasswd);
  await writeFile(join(root, "config.json"), JSON.stringify(configuration(root, host, wantsLogin)));
  const child = spawn("docker-registry", ["serve", join(root, "config.json")], { stdio: ["ignore", "ignore", "pipe"] });
  const words: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => void words.push(chunk.toString()));
  const headers = wantsLogin ? { authorization: `Basic ${Buffer.from("reader:secret").toString("base64")}` } : {};
  await untilAnswers(`http://${host}/v2/`, child, words);
  return {
    host,
    pushBlob: async (repository, content) => {
      const digest = digestOf(content);
      const begun = await request(`http://${host}/v2/${repository}/blobs/uploads/`, { method: "POST", headers });
      const place = new URL(begun.headers.get("location") ?? "", `http://${host}`);
      place.searchParams.set("digest", digest);
      const body = new Uint8Array(content);
      await request(place.href, {
        method: "PUT",
        headers: { ...headers, "content-type": "application/octet-stream" },
        body,
      });
      return digest;
    },
    pushManifest: async (repository, content) => {
      const digest = digestOf(content);
      const { mediaType } = JSON.parse(content.toString()) as { mediaType: string };
      const init = { method: "PUT", headers: { ...headers, "content-type": mediaType }, body: new Uint8Array(content) };
      await request(`http://${host}/v2/${repository}/manifests/${digest}`, init);
      return digest;
    },
    stop: async () => {
      if (child.exitCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** JSON is YAML. */
function configuration(root: string, host: string, wantsLogin: boolean): object {
  return {
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(root, "storage") } },
    http: { addr: host, secret: "of a test" },
    ...(wantsLogin ? { auth: { htpasswd: { realm: "tests", path: join(root, "htpasswd") } } } : {}),
  };
}

async function untilAnswers(url: string, child: ChildProcess, words: readonly string[]): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended: ${words.join("")}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((again) => void setTimeout(again, 20));
  }
  child.kill("SIGKILL");
  throw new Error(`docker-registry does not answer: ${words.join("")}`);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
