import { expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { composeImage } from "../../../test/support/compose-image.ts";
import { createImageRepositoriesMemory } from "../../adapters/image-repositories/image-repositories-memory.ts";
import { createRegistryMemory } from "../../adapters/registry/registry-memory.ts";
import { mirrorImages, takenImages } from "./mirror-images.ts";

const { signal } = new AbortController();
const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const home = { registry: "r.example.org", repository: "team/lab" };
const login = { kind: "github", clientId: "abc" };
const fleet = aFleet()
  .withPlatform({ access: { admins: ["ada"], users: ["grace"], login } })
  .withFleet({ registries: { main: { address: "r.example.org/team" }, near: { address: `${ecr}/team` } } })
  .withCluster("far", { provider: "kubeconfig", registry: "near" })
  .withHub("beta", { cluster: "far", domain: "b.example.org" });

it("copies a pushed image under its digest and tag, into a repository that is made for it", async () => {
  const [registry, repositories] = [createRegistryMemory(), createImageRepositoriesMemory()];
  const manifest = await composeImage({ layers: [{ entries: { a: "b" } }] }, (content) => registry.add(home, content));
  const digest = await registry.putManifest({ ...home, tag: "0123" }, manifest.toString(), signal);
  const props = { fleet: fleet.build(), registry, repositories, report: () => undefined, signal };
  const published = [{ image: "lab", reference: { ...home, digest }, tag: "0123" }];

  const first = await mirrorImages(published, props);
  const second = await mirrorImages(published, props);

  expect(first).toMatchObject([{ kind: "copied", digest, mirror: { image: "lab", registry: "near", hubs: ["beta"] } }]);
  expect(second).toMatchObject([{ kind: "copied", digest, uploadedBytes: 0 }]);
  expect(await registry.resolve({ registry: ecr, repository: "team/lab" }, "0123", signal)).toBe(digest);
  expect([...repositories.made]).toEqual([`${ecr}/team/lab`]);
});

it("says which copy failed, and goes on with the others", async () => {
  const [registry, repositories] = [createRegistryMemory(), createImageRepositoriesMemory()];
  const manifest = await composeImage({ layers: [] }, (content) => registry.add(home, content));
  const digest = await registry.putManifest(home, manifest.toString(), signal);
  const absent = { ...home, digest: `sha256:${"1".repeat(64)}` };
  const published = [
    { image: "hub", reference: absent, tag: undefined },
    { image: "lab", reference: { ...home, digest }, tag: undefined },
  ];

  const outcomes = await mirrorImages(published, {
    fleet: fleet.build(),
    registry,
    repositories,
    report: () => undefined,
    signal,
  });

  expect(outcomes).toMatchObject([{ kind: "failed", problems: [{ code: "IMAGE_NOT_FOUND" }] }, { kind: "copied" }]);
});

it("knows the images that nobody pushes", () => {
  const digest = `sha256:${"2".repeat(64)}`;
  const taken = fleet
    .withImage("taken", { from: `quay.io/x/y:1.0@${digest}` })
    .without("images/taken/requirements.txt");

  expect(takenImages(taken.build())).toEqual([
    { image: "taken", reference: { registry: "quay.io", repository: "x/y", digest }, tag: "1.0" },
  ]);
});
