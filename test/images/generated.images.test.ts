import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { BuilderKind } from "../../src/ports/container-builder.ts";
import { whyNoBuilder } from "../support/containers/a-builder.ts";
import { pushDebianBase, whyNoDebianBase } from "../support/containers/debian-base.ts";
import type { ToldOutcome } from "../support/containers/tiny-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnlessImages, skipUnless, tool } from "../support/skip.ts";

const kinds: readonly BuilderKind[] = ["docker", "podman", "buildah"];

/** What hubfleet makes of a lock, by every builder: packages from the index, checked from inside, pushed. */
skipSuiteUnlessImages()("a container of a lock", () => {
  let sandbox: Sandbox;
  let registry: DockerRegistry;

  beforeAll(async () => {
    if (whyNoDebianBase() !== "") throw new Error(whyNoDebianBase());
    registry = await startDockerRegistry();
    const base = await pushDebianBase(registry);
    sandbox = await createSandbox("generated", { environments: "own" });
    await sandbox.init();
    const image = `version: 1\nrole: notebook\npython: "3.11"\nbase: ${base}\n`;
    await sandbox.edit("images/small/image.yaml", () => image);
    await sandbox.edit("images/small/requirements.txt", () => "jupyterhub==5.5.4\njupyterlab\n");
    await sandbox.edit("images/small/apt.txt", () => "tini\n");
    await sandbox.edit(
      "images/small/tests/test_hub.py",
      () => "def test_it():\n    import jupyterhub\n    assert jupyterhub.__version__ == '5.5.4'\n",
    );
    await sandbox.edit("fleet.yaml", (text) => `${text}registries:\n  main:\n    address: ${registry.host}/none\n`);
    await sandbox.succeed(["image", "lock", "small"]);
  }, 300_000);
  afterAll(async () => {
    expect(await sandbox.sweep()).toEqual([]);
    await registry.stop();
  });

  const git = async (...words: readonly string[]): Promise<string> =>
    (await execa("git", words, { cwd: sandbox.fleet })).stdout;
  const push = async (builder: BuilderKind): Promise<ToldOutcome> => {
    const { stdout } = await sandbox.succeed(
      ["image", "build", "small", "--push", "--builder", builder, "-o", "json"],
      {
        environment: tool("runc") ? { CONTAINERS_CONF: `${sandbox.root}/containers.conf` } : {},
      },
    );
    return (JSON.parse(stdout) as { outcomes: readonly ToldOutcome[] }).outcomes[0] as ToldOutcome; // as documented
  };

  describe.each(kinds)("by %s", (builder) => {
    const why = whyNoBuilder(builder);

    skipUnless(why === "", why)("is built, passes from inside and out, and is pushed", async () => {
      await sandbox.edit("fleet.yaml", (text) => text.replace(/address: .*$/m, `address: ${registry.host}/${builder}`));
      await execa("sh", ["-c", `printf '[engine]\\nruntime = "runc"\\n' > ${sandbox.root}/containers.conf`]);
      await git("add", "--all");
      await git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", builder);

      const first = await push(builder);
      const second = await push(builder);

      expect(first.kind).toBe("pushed");
      const passed = first.checks?.filter(({ result }) => result === "passed").map(({ check }) => check);
      expect(passed).toEqual(
        expect.arrayContaining([
          ...["imports", "kernel", "server", "tests/test_hub.py", "container/user", "container/command"],
          ...["container/imports", "container/kernel", "container/server", "container/tests/test_hub.py"],
        ]),
      );
      expect(first.checks?.filter(({ result }) => result === "failed")).toEqual([]);
      expect(second).toMatchObject({ kind: "unchanged", container: first.container });
    });
  });

  it("has the same tag whoever built it", async () => {
    const there = await Promise.all(
      kinds.map(async (builder) => {
        const response = await fetch(`http://${registry.host}/v2/${builder}/small/tags/list`);
        return response.ok ? ((await response.json()) as { tags: readonly string[] }).tags : []; // the registry's form
      }),
    );

    expect(new Set(there.flat()).size).toBe(1);
  });
});
