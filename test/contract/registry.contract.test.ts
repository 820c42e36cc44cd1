import { afterAll, beforeAll, expect, it } from "vitest";

import type { Login } from "../../src/adapters/registry/registry-login.ts";
import { createRegistryMemory } from "../../src/adapters/registry/registry-memory.ts";
import type { ImageRepository } from "../../src/image/container/image-reference.ts";
import type { BlobSource, WritableRegistry } from "../../src/ports/registry.ts";
import { composeImage, composeList, digestOf, installed } from "../support/compose-image.ts";
import { type DockerRegistryProps, startDockerRegistry } from "../support/docker-registry.ts";
import { aRegistryClient } from "../support/registry-client.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const { signal } = new AbortController();

interface Subject {
  readonly registry: WritableRegistry;
  /** The same registry, asked by somebody with a wrong password. */
  readonly stranger: WritableRegistry;
  /** Asked by somebody who may read only. */
  readonly reader: WritableRegistry;
  readonly host: string;
  stop(): Promise<void>;
}

const repository = "team/deep/lab";

async function onDockerRegistry(props: DockerRegistryProps): Promise<Subject> {
  const server = await startDockerRegistry(props);
  const as = (login: Login): WritableRegistry => aRegistryClient({ login });
  const known = (user: string): Login => ({ kind: "password", user, password: "secret" });
  return {
    registry: as(props.login === undefined ? { kind: "nobody" } : known(props.login === "token" ? "writer" : "reader")),
    stranger: as({ kind: "password", user: "reader", password: "wrong" }),
    reader: as(known("reader")),
    host: server.host,
    stop: () => server.stop(),
  };
}

async function inMemory(): Promise<Subject> {
  const host = "registry.example.org";
  const [registry, stranger] = [createRegistryMemory(), createRegistryMemory()];
  stranger.wrongLogin.add(host);
  return { registry, stranger, reader: readOnlyTwin(registry, host), host, stop: async () => undefined };
}

const subjects: readonly (readonly [string, () => Promise<Subject>, "docker-registry"?])[] = [
  ["memory", inMemory],
  ["docker-registry, open to all", () => onDockerRegistry({}), "docker-registry"],
  ["docker-registry with passwords", () => onDockerRegistry({ login: "password" }), "docker-registry"],
  ["docker-registry with tokens", () => onDockerRegistry({ login: "token" }), "docker-registry"],
];

for (const [name, create, program] of subjects) {
  const isThere = program === undefined || tool(program);
  const suite = skipSuiteUnless(isThere, "docker-registry is not installed (Debian: apt-get install docker-registry)");
  const hasLogins = !name.includes("open to all");
  suite(`registry: ${name}`, () => {
    let subject: Subject;
    let place: ImageRepository;

    beforeAll(async () => {
      subject = await create();
      place = { registry: subject.host, repository };
    });
    afterAll(() => subject.stop());

    it("gives back a manifest to the byte, and a list of several", async () => {
      const manifest = await anImage(subject.registry, place, "six");
      const list = aList(manifest);

      const digest = await subject.registry.putManifest(place, manifest.toString(), signal);
      const listDigest = await subject.registry.putManifest(place, list.toString(), signal);

      expect(digest).toBe(digestOf(manifest));
      expect(await subject.registry.manifest({ ...place, digest }, signal)).toBe(manifest.toString());
      expect(await subject.registry.manifest({ ...place, digest: listDigest }, signal)).toBe(list.toString());
    });

    it("keeps a blob and gives it back piece by piece", async () => {
      const content = Buffer.alloc(3_000_000, "0123456789");
      const blob = aBlob(content);

      expect(await subject.registry.hasBlob(place, blob.digest, signal)).toBe(false);
      expect(await subject.registry.uploadBlob(place, blob, { signal })).toBe("uploaded");
      expect(await subject.registry.uploadBlob(place, blob, { signal })).toBe("uploaded");

      expect(await subject.registry.hasBlob(place, blob.digest, signal)).toBe(true);
      const pieces: Uint8Array[] = [];
      for await (const piece of subject.registry.blob(place, blob.digest, signal)) pieces.push(piece);
      expect(pieces.length).toBeGreaterThan(1);
      expect(digestOf(Buffer.concat(pieces))).toBe(blob.digest);
    });

    it("keeps an empty blob", async () => {
      const blob = aBlob(Buffer.alloc(0));

      await subject.registry.uploadBlob(place, blob, { signal });

      expect(await subject.registry.hasBlob(place, blob.digest, signal)).toBe(true);
    });

    it("takes a blob from another of its repositories without its bytes", async () => {
      const blob = aBlob(Buffer.from("shared by several"));
      const other = { ...place, repository: "team/other" };
      await subject.registry.uploadBlob(place, blob, { signal });
      const unread = { ...blob, read: () => broken("nobody should read this") };

      expect(await subject.registry.uploadBlob(other, unread, { mountFrom: repository, signal })).toBe("mounted");
      expect(await subject.registry.hasBlob(other, blob.digest, signal)).toBe(true);
    });

    it("is sent the bytes where the other repository has none", async () => {
      const blob = aBlob(Buffer.from("in no other repository"));

      expect(await subject.registry.uploadBlob(place, blob, { mountFrom: "team/nowhere", signal })).toBe("uploaded");
    });

    it("passes on what is wrong with the source, and keeps nothing", async () => {
      const blob = { ...aBlob(Buffer.alloc(10_000, "x")), read: () => broken("the disk cannot be read") };

      await expect(subject.registry.uploadBlob(place, blob, { signal })).rejects.toThrow("the disk cannot be read");
      expect(await subject.registry.hasBlob(place, blob.digest, signal)).toBe(false);
    });

    it("names a manifest by tag, and another one when it is put there", async () => {
      const [first, second] = [
        await anImage(subject.registry, place, "one"),
        await anImage(subject.registry, place, "two"),
      ];

      expect(await subject.registry.resolve(place, "v1", signal)).toBeUndefined();
      await subject.registry.putManifest({ ...place, tag: "v1" }, first.toString(), signal);
      expect(await subject.registry.resolve(place, "v1", signal)).toBe(digestOf(first));
      await subject.registry.putManifest({ ...place, tag: "v1" }, second.toString(), signal);
      expect(await subject.registry.resolve(place, "v1", signal)).toBe(digestOf(second));
      expect(await subject.registry.manifest({ ...place, digest: digestOf(first) }, signal)).toBe(first.toString());
    });

    it("lists tags, and none where there is no repository", async () => {
      const tagged = { ...place, repository: "team/tagged" };
      const manifest = (await anImage(subject.registry, tagged, "tagged")).toString();
      for (const tag of ["b", "a", "c.1"]) await subject.registry.putManifest({ ...tagged, tag }, manifest, signal);

      expect(await subject.registry.tags(tagged, signal)).toEqual(["a", "b", "c.1"]);
      expect(await subject.registry.tags({ ...place, repository: "team/nobody" }, signal)).toEqual([]);
      expect(await subject.registry.resolve({ ...place, repository: "team/nobody" }, "a", signal)).toBeUndefined();
    });

    it("removes an image with its tags, once", async () => {
      const removed = { ...place, repository: "team/removed" };
      const [gone, stays] = [
        await anImage(subject.registry, removed, "gone"),
        await anImage(subject.registry, removed, "stays"),
      ];
      await subject.registry.putManifest({ ...removed, tag: "gone" }, gone.toString(), signal);
      await subject.registry.putManifest({ ...removed, tag: "stays" }, stays.toString(), signal);

      expect(await subject.registry.removeManifest(removed, digestOf(gone), signal)).toBe(true);
      expect(await subject.registry.removeManifest(removed, digestOf(gone), signal)).toBe(false);
      expect(await subject.registry.resolve(removed, "gone", signal)).toBeUndefined();
      expect(await subject.registry.resolve(removed, "stays", signal)).toBe(digestOf(stays));
      expect(await subject.registry.tags(removed, signal)).toEqual(["stays"]);
    });

    it("takes no manifest whose parts are missing", async () => {
      const manifest = await composeImage({ layers: [{ entries: { "etc/motd": "nowhere" } }] }, digestOf);

      await expect(
        subject.registry.putManifest({ ...place, tag: "half" }, manifest.toString(), signal),
      ).rejects.toMatchObject({ code: "REGISTRY_REFUSED" });
      expect(await subject.registry.resolve(place, "half", signal)).toBeUndefined();
    });

    it("says that there is no such image, and no such blob", async () => {
      const digest = `sha256:${"1".repeat(64)}`;

      await expect(subject.registry.manifest({ ...place, digest }, signal)).rejects.toMatchObject({
        code: "IMAGE_NOT_FOUND",
      });
      await expect(readAll(subject.registry.blob(place, digest, signal))).rejects.toMatchObject({
        code: "IMAGE_NOT_FOUND",
      });
    });

    it("says before anything is sent that writing works", async () => {
      await subject.registry.checkPush({ ...place, repository: "team/untouched" }, signal);

      expect(await subject.registry.tags({ ...place, repository: "team/untouched" }, signal)).toEqual([]);
    });

    if (!hasLogins) return;
    it("says that it does not accept a login, and no more of it than that", async () => {
      const digest = `sha256:${"1".repeat(64)}`;
      const words = (deed: string): object => ({
        code: "REGISTRY_LOGIN",
        message: `"${place.registry}" does not accept the login of this machine to ${deed} "${repository}"`,
      });

      await expect(subject.stranger.manifest({ ...place, digest }, signal)).rejects.toMatchObject(words("read"));
      await expect(subject.stranger.checkPush(place, signal)).rejects.toMatchObject(words("write to"));
    });

    // Passwords of docker-registry allow everything.
    if (name.endsWith("passwords")) return;
    it("says that somebody may read only", async () => {
      const { reader } = subject;
      const denied = {
        code: "REGISTRY_DENIED",
        message: expect.stringContaining(`let this account write to "${repository}"`),
      };

      await expect(reader.checkPush(place, signal)).rejects.toMatchObject(denied);
      await expect(reader.uploadBlob(place, aBlob(Buffer.from("mine")), { signal })).rejects.toMatchObject(denied);
      expect(await reader.tags(place, signal)).toContain("v1");
    });
  });
}

async function anImage(registry: WritableRegistry, place: ImageRepository, name: string): Promise<Buffer> {
  const layers = [{ entries: installed("usr/lib/python3.11/site-packages", name, "1.0") }];
  return await composeImage({ layers }, async (content) => {
    const blob = aBlob(content);
    await registry.uploadBlob(place, blob, { signal });
    return blob.digest;
  });
}

/** A registry may want to see what a list names; an attestation that is nowhere it refuses. */
function aList(manifest: Buffer): Buffer {
  const value = JSON.parse(composeList([{ manifest, architecture: "amd64" }]).toString()) as {
    manifests: { platform: { os: string } }[];
  };
  const manifests = value.manifests.filter(({ platform }) => platform.os !== "unknown");
  return Buffer.from(JSON.stringify({ ...value, manifests }));
}

function aBlob(content: Buffer): BlobSource {
  return {
    digest: digestOf(content),
    size: content.length,
    async *read(from) {
      for (let start = from; start < content.length; start += 64_000) yield content.subarray(start, start + 64_000);
    },
  };
}

async function* broken(why: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from("x");
  throw new Error(why);
}

function readOnlyTwin(registry: ReturnType<typeof createRegistryMemory>, host: string): WritableRegistry {
  const limited = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    registry.readOnly.add(`${host}/${repository}`);
    try {
      return await work();
    } finally {
      registry.readOnly.delete(`${host}/${repository}`);
    }
  };
  return {
    ...registry,
    checkPush: (...given) => limited(() => registry.checkPush(...given)),
    uploadBlob: (...given) => limited(() => registry.uploadBlob(...given)),
  };
}

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of pieces) bytes += piece.length;
  return bytes;
}
