import { chmod, writeFile } from "node:fs/promises";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { putBase } from "../support/containers/a-base-in-registry.ts";
import { whyNoPythonBase, writePythonBase } from "../support/containers/small-base.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { type CommandResult, createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const missing = ["buildah", "docker-registry", "git"].find((name) => !tool(name)) ?? (whyNoPythonBase() || undefined);

interface Outcome {
  readonly kind: string;
  readonly container: { readonly tag: string; readonly digest: string | null; readonly reference: string | null };
  readonly checks?: readonly { readonly check: string; readonly result: string; readonly summary: string }[];
}

/** An image with a Dockerfile of its own, on a base that holds this machine's Python. */
skipSuiteUnless(missing === undefined, `${missing} is not here`)(
  "a container, with a real builder and registry",
  () => {
    let sandbox: Sandbox;
    let registry: DockerRegistry;
    let base: string;

    beforeAll(async () => {
      registry = await startDockerRegistry();
      base = await putBase(registry, writePythonBase);
      sandbox = await createSandbox("containers", { environments: "own" });
      await sandbox.init();
      await writeFile(`${sandbox.root}/containers.conf`, tool("runc") ? '[engine]\nruntime = "runc"\n' : "");
      await sandbox.edit("fleet.yaml", (text) => `${text}registries:\n  main:\n    address: ${registry.host}/team\n`);
      await sandbox.edit("images/tiny/image.yaml", () => 'version: 1\nrole: worker\npython: "3.11"\n');
      await sandbox.edit("images/tiny/Dockerfile", () => dockerfile());
      await sandbox.edit("images/tiny/bin/dask", () => "#!/bin/sh\necho worker, version 1\n");
      await sandbox.edit("images/tiny/tests/greets.py", () => 'assert open("/greeting").read() == "hello\\n"\n');
      await sandbox.edit("images/tiny/greeting", () => "hello\n");
      await chmod(`${sandbox.fleet}/images/tiny/bin/dask`, 0o755);
      await commit("tiny");
    }, 120_000);

    afterAll(async () => {
      expect(await sandbox.sweep()).toEqual([]);
      await registry.stop();
    });

    const dockerfile = (end = "USER 1000"): string =>
      `FROM ${base}\nCOPY greeting /greeting\nCOPY bin/ /bin/\n${end}\n`;
    const git = async (...words: readonly string[]): Promise<string> =>
      (await execa("git", words, { cwd: sandbox.fleet })).stdout;
    const commit = async (message: string): Promise<string> => {
      await git("add", "--all");
      return git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", message);
    };
    const command = ["image", "build", "tiny", "--container", "--builder", "buildah"];
    const run = async (...more: readonly string[]): Promise<CommandResult> =>
      sandbox.hubfleet([...command, ...more], { environment: containers() });
    const build = async (...more: readonly string[]): Promise<Outcome> => {
      const { exitCode, stdout, stderr } = await run(...more, "-o", "json");
      if (exitCode !== 0) throw new Error(stderr);
      const [outcome] = (JSON.parse(stdout) as { outcomes: readonly Outcome[] }).outcomes; // as documented
      return outcome as Outcome; // one image
    };
    /** runc works under any layout of control groups; crun refuses some. */
    const containers = (): Record<string, string> => ({ CONTAINERS_CONF: `${sandbox.root}/containers.conf` });
    const tags = async (): Promise<readonly string[]> => {
      const response = await fetch(`http://${registry.host}/v2/team/tiny/tags/list`);
      return response.ok ? (((await response.json()) as { tags: string[] | null }).tags ?? []) : []; // as the registry has it
    };
    it("is built, looked at from inside, pushed, and then left alone", async () => {
      const first = await build("--push");
      const second = await build("--push");

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
      expect(await tags()).toEqual([first.container.tag]);
      const manifest = await fetch(`http://${registry.host}/v2/team/tiny/manifests/${first.container.tag}`, {
        headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
      });
      expect(manifest.headers.get("docker-content-digest")).toBe(first.container.digest);
      expect(second).toMatchObject({ kind: "unchanged", container: first.container });
    });

    it("is the same to the byte when it is built again from nothing", async () => {
      const [tag = ""] = await tags();
      const before = (await build("--push")).container.digest ?? "";
      await execa("rm", ["-rf", `${sandbox.state}/builders`, `${sandbox.state}/fleets`]);
      await fetch(`http://${registry.host}/v2/team/tiny/manifests/${before}`, { method: "DELETE" });
      expect(await tags()).toEqual([]);

      const again = await build("--push");

      expect(again).toMatchObject({ kind: "pushed", container: { tag, digest: before } });
    });

    it("is not pushed as root, with a failing test, or uncommitted", async () => {
      const before = await tags();
      await sandbox.edit("images/tiny/Dockerfile", () => dockerfile("USER 0"));
      const uncommitted = await run("--push");
      await sandbox.edit("images/tiny/tests/greets.py", (text) => text.replace("hello", "bye"));
      await commit("root");
      const refused = await run("--push");

      expect(uncommitted).toMatchObject({ exitCode: 64 });
      expect(uncommitted.stderr).toContain("IMAGE_UNCOMMITTED  images/tiny/Dockerfile");
      expect(refused).toMatchObject({ exitCode: 1 });
      expect(refused.stderr).toContain("container/user: it runs as root");
      expect(refused.stderr).toContain("container/tests/greets.py: ");
      expect(refused.stderr).toContain("nothing was pushed");
      expect(await tags()).toEqual(before);
      await git("revert", "--no-edit", "HEAD").catch(() => undefined);
      await git("-c", "user.name=a", "-c", "user.email=a@example.org", "reset", "--hard", "--quiet", "HEAD~1").catch(
        () => undefined,
      );
    });

    it("says which step failed, and where", async () => {
      await sandbox.edit("images/tiny/Dockerfile", (text) => text.replace("USER", "RUN echo thinking; false\nUSER"));

      const failed = await run();

      expect(failed).toMatchObject({ exitCode: 1 });
      expect(failed.stderr).toContain("BUILD_FAILED  images/tiny/Dockerfile:4");
      expect(failed.stderr).toContain("thinking");
      await git("checkout", "--quiet", "images/tiny/Dockerfile");
    });

    it("is not built when the registry is down and it was to be pushed", async () => {
      await registry.kill();

      const refused = await run("--push");
      await registry.start();

      expect(refused).toMatchObject({ exitCode: 1 });
      expect(refused.stderr).toContain("REGISTRY_UNREACHABLE");
      expect(refused.stderr).not.toContain("build for");
    });
  },
);
