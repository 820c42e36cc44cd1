import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, connect } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Certificate, makeCertificate } from "./certificates.ts";
import { digestOf } from "./compose-image.ts";
import { startTokenService, type TokenService } from "./token-service.ts";

/** A real registry (Debian's docker-registry) on a port of this machine. */
export interface DockerRegistry {
  /** "127.0.0.1:40123", as an image reference names it. */
  readonly host: string;
  readonly tokens: TokenService | undefined;
  /** As somebody who may write; plain HTTP. */
  pushBlob(repository: string, content: Buffer): Promise<string>;
  pushManifest(repository: string, content: Buffer, tag?: string): Promise<string>;
  /** Uploads that were begun and neither ended nor cancelled. */
  openUploads(repository: string): Promise<readonly string[]>;
  /** Ends the process as a failing machine would. What it keeps stays. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface DockerRegistryProps {
  /**
   * Who may do what: with "password", "reader" (who may also write) with the password "secret"; with "token", as the token
   * service has it. @default anybody
   */
  readonly login?: "password" | "token";
  readonly tls?: Certificate;
  /** @default "127.0.0.1" */
  readonly address?: string;
  readonly isReadOnly?: boolean;
  /** Whether images may be removed. @default true */
  readonly allowsRemoval?: boolean;
  /** Where it keeps its storage. @default a directory of its own, which `stop` removes */
  readonly storage?: string;
}

const htpasswd = "reader:$2b$04$iOCarAjwcONGiWgswoEejOGJ2v9nT/XJ5gCewri5vLIgLG7u2Za0u\n";

export async function startDockerRegistry(props: DockerRegistryProps = {}): Promise<DockerRegistry> {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-registry-"));
  const storage = props.storage ?? join(root, "storage");
  const [port, signer] = [await freePort(), tokenSigner()];
  const address = props.address ?? "127.0.0.1";
  const host = `${address}:${port}`;
  const tokens = props.login === "token" ? await startTokenService(signer) : undefined;
  const settings = configuration({ ...props, root, storage, host, tokens });
  await Promise.all([
    writeFile(join(root, "htpasswd"), htpasswd),
    writeFile(join(root, "signer.pem"), signer.certificate),
    writeFile(join(root, "server.pem"), props.tls?.certificate ?? ""),
    writeFile(join(root, "server.key"), props.tls?.key ?? ""),
    writeFile(join(root, "config.json"), JSON.stringify(settings)), // JSON is YAML
  ]);
  const asWriter = { authorization: `Basic ${Buffer.from("reader:secret").toString("base64")}` };
  const headers = props.login === "password" ? asWriter : {};
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const start = async (): Promise<void> => {
    child = spawn("docker-registry", ["serve", join(root, "config.json")], { stdio: ["ignore", "ignore", "pipe"] });
    const words: string[] = [];
    child.stderr?.on("data", (chunk: Buffer) => void words.push(chunk.toString()));
    await untilListens({ address, port }, child, words);
  };
  await start();
  return {
    host,
    tokens,
    kill,
    start,
    pushBlob: async (repository, content) => {
      const digest = digestOf(content);
      const begun = await request(`http://${host}/v2/${repository}/blobs/uploads/`, { method: "POST", headers });
      const place = new URL(begun.headers.get("location") ?? "", `http://${host}`);
      place.searchParams.set("digest", digest);
      const body = new Uint8Array(content);
      const type = { "content-type": "application/octet-stream" };
      await request(place.href, { method: "PUT", headers: { ...headers, ...type }, body });
      return digest;
    },
    pushManifest: async (repository, content, tag) => {
      const digest = digestOf(content);
      const { mediaType } = JSON.parse(content.toString()) as { mediaType: string };
      const init = { method: "PUT", headers: { ...headers, "content-type": mediaType }, body: new Uint8Array(content) };
      await request(`http://${host}/v2/${repository}/manifests/${tag ?? digest}`, init);
      return digest;
    },
    openUploads: (repository) =>
      readdir(join(storage, "docker/registry/v2/repositories", repository, "_uploads")).catch(() => []),
    stop: async () => {
      await kill();
      await tokens?.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

interface Settings extends DockerRegistryProps {
  readonly root: string;
  readonly storage: string;
  readonly host: string;
  readonly tokens: TokenService | undefined;
}

function configuration({ root, storage, host, tokens, ...props }: Settings): object {
  const { login, tls, isReadOnly = false, allowsRemoval = true } = props;
  const token = { realm: tokens?.address, service: "the registry", issuer: tokens?.issuer };
  return {
    version: 0.1,
    log: { level: "error" },
    storage: {
      filesystem: { rootdirectory: storage },
      delete: { enabled: allowsRemoval },
      maintenance: { readonly: { enabled: isReadOnly } },
    },
    http: {
      addr: host,
      secret: "of a test",
      ...(tls && { tls: { certificate: join(root, "server.pem"), key: join(root, "server.key") } }),
    },
    ...(login === "password" && { auth: { htpasswd: { realm: "tests", path: join(root, "htpasswd") } } }),
    ...(login === "token" && { auth: { token: { ...token, rootcertbundle: join(root, "signer.pem") } } }),
  };
}

function tokenSigner(): Certificate {
  return makeCertificate({
    name: "signer",
    from: new Date(Date.now() - 86_400_000),
    to: new Date(Date.now() + 86_400_000),
  });
}

interface Listening {
  readonly address: string;
  readonly port: number;
}

async function untilListens(
  { address, port }: Listening,
  child: ChildProcess,
  words: readonly string[],
): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended: ${words.join("")}`);
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isThere) return;
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
