import { lstat, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { pack } from "tar-stream";

import { type DockerRegistry, startDockerRegistry } from "../docker-registry.ts";
import { tool } from "../skip.ts";
import { pushLayer } from "./push-layer.ts";
import { writeSmallBase } from "./small-base.ts";

export interface BaseInRegistry {
  /** "127.0.0.1:40123/base@sha256:…" */
  readonly base: string;
  stop(): Promise<void>;
}

export function whyNoRegistry(): string {
  return tool("docker-registry") ? "" : "docker-registry is not installed";
}

export interface BaseInRegistryProps {
  /** Whether the registry gives it out to those who are logged in only. @default false */
  readonly wantsLogin?: boolean;
}

/** Composes the small base, without a builder's help, and puts it into a registry of its own. */
export async function aBaseInRegistry({ wantsLogin = false }: BaseInRegistryProps = {}): Promise<BaseInRegistry> {
  const registry = await startDockerRegistry(wantsLogin ? { login: "password" } : {});
  try {
    // BuildKit asks nobody for a digest that it has, so the one that is refused is another.
    const path = wantsLogin ? "/bin:/locked" : "/bin";
    return { base: await putBase(registry, writeSmallBase, path), stop: () => registry.stop() };
  } catch (error) {
    await registry.stop();
    throw error;
  }
}

/** Puts an image of what `write` leaves in `root/` of a directory into a registry, as "base"; answers its reference. */
export async function putBase(
  registry: Pick<DockerRegistry, "host" | "pushBlob" | "pushManifest">,
  write: (directory: string) => Promise<void>,
  path = "/bin",
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hubfleet-base-"));
  try {
    await write(directory);
    return await pushLayer(registry, await packDirectory(join(directory, "root")), { repository: "base", path });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function packDirectory(directory: string): Promise<Buffer> {
  const archive = pack();
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  void (async () => {
    for (const path of paths) {
      const name = relative(directory, path);
      const status = await lstat(path);
      const isDirectory = status.isDirectory();
      const header = { name, mode: name === "tmp" ? 0o1777 : status.mode & 0o777, mtime: new Date(0) };
      if (isDirectory) archive.entry({ ...header, type: "directory" });
      else if (status.isSymbolicLink()) {
        archive.entry({ ...header, type: "symlink", linkname: await readlink(path) });
      } else archive.entry(header, await readFile(path));
    }
    archive.finalize();
  })().catch((error: unknown) => archive.destroy(error as Error));
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
