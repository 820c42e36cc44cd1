import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { aTinyImage, type TinyImage, whyNoTinyImage } from "../support/containers/tiny-image.ts";
import { startDockerRegistry } from "../support/docker-registry.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const missing = tool("buildah") ? whyNoTinyImage() : "buildah is not installed";

const farHub = `version: 1
cluster: cloud
stage: production
domain: far.example.org
access:
  login: { kind: sign-up }
storage: { shared: [] } # would need NFS
`;

/** An image with a Dockerfile of its own, by one real builder; script/test-images does it with all of them. */
skipSuiteUnless(missing === "", missing)("a container, with a real builder and registry", () => {
  let tiny: TinyImage;

  beforeAll(async () => {
    tiny = await aTinyImage("containers", { builder: "buildah" });
  }, 120_000);

  afterAll(async () => tiny.stop());

  it("is built, looked at from inside, pushed, and then left alone", async () => {
    const first = await tiny.build("--push");
    const second = await tiny.build("--push");

    expect(first.kind).toBe("pushed");
    expect(first.checks?.map(({ check, result }) => [check, result])).toEqual([
      ["container/user", "passed"],
      ["container/command", "passed"],
      ["container/dependencies", "skipped"],
      ["container/imports", "passed"],
      ["container/kernel", "skipped"],
      ["container/server", "skipped"],
      ["container/tests/greets.py", "passed"],
    ]);
    expect(await tiny.tags()).toEqual([first.container.tag]);
    expect((await tiny.manifest(first.container.tag)).digest).toBe(first.container.digest);
    expect(second).toMatchObject({ kind: "unchanged", container: first.container });
  });

  it("is copied by digest to the registry that a cluster pulls from", async () => {
    const near = await startDockerRegistry();
    try {
      await tiny.sandbox.edit("fleet.yaml", (text) => `${text}  near:\n    address: ${near.host}/near\n`);
      await tiny.sandbox.edit("clusters/cloud.yaml", () => "version: 1\nprovider: kubeconfig\nregistry: near\n");
      await tiny.sandbox.edit("hubs/far.yaml", () => `${farHub}images: { worker: tiny }\n`);
      const { container } = await tiny.build("--push");

      const place = `http://${near.host}/v2/near/tiny/manifests/${container.tag}`;
      const accept = "application/vnd.oci.image.manifest.v1+json";
      const copy = await fetch(place, { headers: { accept } });
      expect(copy.headers.get("docker-content-digest")).toBe(container.digest);
    } finally {
      await near.stop();
      await tiny.git("checkout", "--quiet", ".");
      await tiny.git("clean", "--quiet", "--force", "clusters", "hubs");
    }
  });

  it("is the same to the byte when it is built again from nothing", async () => {
    const { tag, digest } = (await tiny.build("--push")).container;
    const { state } = tiny.sandbox;
    await execa("rm", ["-rf", `${state}/builders`, `${state}/verdicts`]);
    await fetch(`http://${tiny.registry.host}/v2/team/tiny/manifests/${digest}`, { method: "DELETE" });
    expect(await tiny.tags()).toEqual([]);

    const again = await tiny.build("--push");

    expect(again).toMatchObject({ kind: "pushed", container: { tag, digest } });
  });

  it("is not pushed as root, with a failing test, or uncommitted", async () => {
    const before = await tiny.tags();
    await tiny.sandbox.edit("images/tiny/Dockerfile", () => tiny.dockerfile("USER 0"));
    const uncommitted = await tiny.run("--push");
    await tiny.sandbox.edit("images/tiny/tests/greets.py", (text) => text.replace("hello", "bye"));
    await tiny.commit("root");
    const refused = await tiny.run("--push");
    await tiny.git("reset", "--hard", "--quiet", "HEAD~1");

    expect(uncommitted).toMatchObject({ exitCode: 64 });
    expect(uncommitted.stderr).toContain("IMAGE_UNCOMMITTED  images/tiny/Dockerfile");
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain("container/user: it runs as root");
    expect(refused.stderr).toContain("container/tests/greets.py: ");
    expect(refused.stderr).toContain("nothing was pushed");
    expect(await tiny.tags()).toEqual(before);
  });

  it("says which step failed, and where", async () => {
    await tiny.sandbox.edit("images/tiny/Dockerfile", (text) => text.replace("USER", "RUN echo thinking; false\nUSER"));

    const failed = await tiny.run();
    await tiny.git("checkout", "--quiet", "images/tiny/Dockerfile");

    expect(failed).toMatchObject({ exitCode: 1 });
    expect(failed.stderr).toContain("BUILD_FAILED  images/tiny/Dockerfile:4");
    expect(failed.stderr).toContain("thinking");
  });

  it("is not built when the registry is down and it was to be pushed", async () => {
    await tiny.registry.kill();

    await tiny.sandbox.edit("images/tiny/greeting", () => "hello\n\n");
    await tiny.commit("greeting");
    const refused = await tiny.run("--push");
    await tiny.registry.start();

    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain("REGISTRY_UNREACHABLE");
    expect(refused.stderr).not.toContain("build for");
  });
});
