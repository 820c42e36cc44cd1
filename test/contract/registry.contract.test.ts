import { afterAll, beforeAll, expect, it } from "vitest";

import { createRegistryHttp } from "../../src/adapters/registry/registry-http.ts";
import type { Login } from "../../src/adapters/registry/registry-login.ts";
import { createRegistryMemory } from "../../src/adapters/registry/registry-memory.ts";
import type { ImageRepository } from "../../src/image/container/image-reference.ts";
import type { Registry } from "../../src/ports/registry.ts";
import { composeImage, composeList, digestOf, installed } from "../support/compose-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const { signal } = new AbortController();

interface Subject {
  readonly registry: Registry;
  /** The same registry, asked by somebody who may not read. */
  readonly stranger: Registry;
  readonly place: ImageRepository;
  addBlob(content: Buffer): Promise<string>;
  addManifest(content: Buffer): Promise<string>;
  stop(): Promise<void>;
}

const repository = "team/deep/lab";
const subjects: Readonly<Record<string, (wantsLogin: boolean) => Promise<Subject>>> = {
  "http, docker-registry": async (wantsLogin) => {
    const server: DockerRegistry = await startDockerRegistry({ wantsLogin });
    const clock = { sleep: async () => undefined };
    const as = (login: Login): Registry => createRegistryHttp({ clock, findLogin: async () => login });
    return {
      registry: as(wantsLogin ? { kind: "password", user: "reader", password: "secret" } : { kind: "nobody" }),
      stranger: as({ kind: "password", user: "reader", password: "wrong" }),
      place: { registry: server.host, repository },
      addBlob: (content) => server.pushBlob(repository, content),
      addManifest: (content) => server.pushManifest(repository, content),
      stop: () => server.stop(),
    };
  },
  memory: async () => {
    const place = { registry: "registry.example.org", repository };
    const [registry, stranger] = [createRegistryMemory(), createRegistryMemory()];
    stranger.denied.add(`${place.registry}/${repository}`);
    const add = async (content: Buffer): Promise<string> => registry.add(place, content);
    return { registry, stranger, place, addBlob: add, addManifest: add, stop: async () => undefined };
  },
};

for (const [name, create] of Object.entries(subjects)) {
  for (const wantsLogin of [false, true]) {
    const isThere = name === "memory" || tool("docker-registry");
    const suite = skipSuiteUnless(
      isThere,
      "docker-registry is not installed (Debian: apt-get install docker-registry)",
    );
    suite(`registry: ${name}, ${wantsLogin ? "with a login" : "open to all"}`, () => {
      let subject: Subject;

      beforeAll(async () => {
        subject = await create(wantsLogin);
      });
      afterAll(async () => {
        await subject.stop();
      });

      it("gives a manifest to the byte, and a list of several", async () => {
        const layers = [{ entries: installed("usr/lib/python3.11/site-packages", "six", "1.0") }];
        const manifest = await composeImage({ layers }, (content) => subject.addBlob(content));
        const list = composeList([{ manifest, architecture: "amd64" }]);
        // A registry may want to see what a list names; an attestation that is nowhere it refuses.
        const known = Buffer.from(JSON.stringify(withoutAttestations(list)));

        const digest = await subject.addManifest(manifest);
        const listDigest = await subject.addManifest(known);

        expect(await subject.registry.manifest({ ...subject.place, digest }, signal)).toBe(manifest.toString());
        expect(await subject.registry.manifest({ ...subject.place, digest: listDigest }, signal)).toBe(
          known.toString(),
        );
      });

      it("gives a blob piece by piece", async () => {
        const content = Buffer.alloc(3_000_000, "0123456789");
        const digest = await subject.addBlob(content);

        const pieces: Uint8Array[] = [];
        for await (const piece of subject.registry.blob(subject.place, digest, signal)) pieces.push(piece);

        expect(pieces.length).toBeGreaterThan(1);
        expect(digestOf(Buffer.concat(pieces))).toBe(digest);
      });

      it("says that there is no such image, and no such blob", async () => {
        const digest = `sha256:${"1".repeat(64)}`;
        const reference = { ...subject.place, digest };

        await expect(subject.registry.manifest(reference, signal)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
        await expect(readAll(subject.registry.blob(subject.place, digest, signal))).rejects.toMatchObject({
          code: "IMAGE_NOT_FOUND",
        });
      });

      if (!wantsLogin) return;
      it("says that somebody may not read, and no more of them than that", async () => {
        const digest = `sha256:${"1".repeat(64)}`;
        const asked = subject.stranger.manifest({ ...subject.place, digest }, signal);

        await expect(asked).rejects.toMatchObject({
          code: "REGISTRY_DENIED",
          message: `"${subject.place.registry}" does not let this account read "${repository}"`,
        });
      });
    });
  }
}

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of pieces) bytes += piece.length;
  return bytes;
}

function withoutAttestations(list: Buffer): object {
  const value = JSON.parse(list.toString()) as { manifests: { platform: { os: string } }[] };
  return { ...value, manifests: value.manifests.filter(({ platform }) => platform.os !== "unknown") };
}
