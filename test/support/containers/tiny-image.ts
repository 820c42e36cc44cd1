import { chmod, writeFile } from "node:fs/promises";

import { execa } from "execa";

import type { BuilderKind } from "../../../src/ports/container-builder.ts";
import { type DockerRegistry, type DockerRegistryProps, startDockerRegistry } from "../docker-registry.ts";
import { type CommandResult, createSandbox, type Sandbox } from "../process-sandbox.ts";
import { tool } from "../skip.ts";
import { putBase } from "./a-base-in-registry.ts";
import { whyNoPythonBase, writePythonBase } from "./small-base.ts";

/** What `image build --container -o json` says of one image. */
export interface ToldOutcome {
  readonly kind: string;
  readonly container: {
    readonly tag: string;
    readonly digest: string | null;
    readonly reference: string | null;
    readonly platforms: readonly string[];
  };
  readonly checks?: readonly { readonly check: string; readonly result: string; readonly summary: string }[];
}

/** A fleet with an image that is built in a moment: a worker on this machine's own Python, with one test. */
export interface TinyImage {
  readonly sandbox: Sandbox;
  readonly registry: DockerRegistry;
  /** By digest, in the registry. */
  readonly base: string;
  /** The image's Dockerfile with other last lines. */
  dockerfile(end?: string): string;
  git(...words: readonly string[]): Promise<string>;
  commit(message: string): Promise<void>;
  /** What builders find in their environment, beside what this process has. */
  readonly variables: Record<string, string>;
  /** `hubfleet image build tiny --container` with more words. */
  run(...more: readonly string[]): Promise<CommandResult>;
  /** The same, which must succeed. */
  build(...more: readonly string[]): Promise<ToldOutcome>;
  /** What the registry has of it, sorted. */
  tags(): Promise<readonly string[]>;
  manifest(tag: string): Promise<{ readonly text: string; readonly digest: string | null }>;
  stop(): Promise<void>;
}

/** Why it cannot be had here; empty where it can. */
export function whyNoTinyImage(): string {
  const missing = ["docker-registry", "git"].find((name) => !tool(name));
  return missing === undefined ? whyNoPythonBase() : `${missing} is not installed`;
}

export async function aTinyImage(
  name: string,
  { builder, ...props }: { readonly builder: BuilderKind } & DockerRegistryProps,
): Promise<TinyImage> {
  const registry = await startDockerRegistry(props);
  const base = await putBase(registry, writePythonBase);
  const sandbox = await createSandbox(name, { environments: "own" });
  const dockerfile = (end = "USER 1000"): string => `FROM ${base}\nCOPY greeting /greeting\nCOPY bin/ /bin/\n${end}\n`;
  const git = async (...words: readonly string[]): Promise<string> =>
    (await execa("git", words, { cwd: sandbox.fleet })).stdout;
  const commit = async (message: string): Promise<void> => {
    await git("add", "--all");
    await git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", message);
  };
  const variables: Record<string, string> = { CONTAINERS_CONF: `${sandbox.root}/containers.conf` };
  const run = async (...more: readonly string[]): Promise<CommandResult> =>
    sandbox.hubfleet(["image", "build", "tiny", "--container", "--builder", builder, ...more], {
      environment: variables,
    });
  const read = async (path: string): Promise<Response> =>
    fetch(`http://${registry.host}/v2/team/tiny/${path}`, {
      headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
    });

  await sandbox.init();
  // runc works under any layout of control groups; crun refuses some.
  await writeFile(`${sandbox.root}/containers.conf`, tool("runc") ? '[engine]\nruntime = "runc"\n' : "");
  await sandbox.edit("fleet.yaml", (text) => `${text}registries:\n  main:\n    address: ${registry.host}/team\n`);
  await sandbox.edit("images/tiny/image.yaml", () => 'version: 1\nrole: worker\npython: "3.11"\n');
  await sandbox.edit("images/tiny/Dockerfile", () => dockerfile());
  await sandbox.edit("images/tiny/bin/dask", () => "#!/bin/sh\necho worker, version 1\n");
  await sandbox.edit("images/tiny/tests/greets.py", () => 'assert open("/greeting").read() == "hello\\n"\n');
  await sandbox.edit("images/tiny/greeting", () => "hello\n");
  await chmod(`${sandbox.fleet}/images/tiny/bin/dask`, 0o755);
  await commit("tiny");

  return {
    sandbox,
    registry,
    base,
    dockerfile,
    git,
    commit,
    variables,
    run,
    build: async (...more) => {
      const { exitCode, stdout, stderr } = await run(...more, "-o", "json");
      if (exitCode !== 0) throw new Error(`it ended with ${exitCode}\n${stderr}`);
      const [outcome] = (JSON.parse(stdout) as { outcomes: readonly ToldOutcome[] }).outcomes; // as documented
      return outcome as ToldOutcome; // of one image
    },
    tags: async () => {
      const response = await read("tags/list");
      if (!response.ok) return [];
      const { tags } = (await response.json()) as { tags: string[] | null }; // the registry's form
      return (tags ?? []).sort();
    },
    manifest: async (tag) => {
      const response = await read(`manifests/${tag}`);
      return { text: await response.text(), digest: response.headers.get("docker-content-digest") };
    },
    stop: async () => {
      const left = await sandbox.sweep();
      await registry.stop();
      if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
    },
  };
}
