import { spawnSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect } from "vitest";

import { composeImage, installed } from "../support/compose-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipUnless, tool } from "../support/skip.ts";

const itWithGit = skipUnless(tool("git"), "git is not installed");
const itWithRegistry = skipUnless(
  tool("docker-registry"),
  "docker-registry is not installed (Debian: apt-get install docker-registry)",
);

describe("image diff", () => {
  let sandbox: Sandbox;
  let index: Server;
  let address: string;

  beforeAll(async () => {
    sandbox = await createSandbox("image-diff");
    await sandbox.init();
    index = createServer((request, response) => {
      if (request.url !== "/simple/dask/") return void response.writeHead(404).end();
      const file = { filename: "dask-2026.1.1-py3-none-any.whl", hashes: {}, size: 1_500_000, yanked: "it loses data" };
      response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json" });
      return void response.end(JSON.stringify({ files: [file] }));
    });
    await new Promise<void>((listening) => void index.listen(0, "127.0.0.1", listening));
    address = `http://127.0.0.1:${(index.address() as AddressInfo).port}/simple`;
  });
  afterAll(async () => {
    index.close();
    expect(await sandbox.sweep()).toEqual([]);
  });

  itWithGit("tells what changed since the last commit, for people, a pull request and a program", async () => {
    const who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
    for (const words of [
      ["init", "--quiet"],
      ["add", "--all"],
      [...who, "commit", "--quiet", "--message", "as it was"],
    ]) {
      expect(spawnSync("git", words, { cwd: sandbox.fleet }).status).toBe(0);
    }
    const environment = { UV_DEFAULT_INDEX: address };
    const same = await sandbox.succeed(["image", "diff", "image/lab", "--detailed-exitcode"], { environment });
    await sandbox.edit("images/lab/lock.txt", (text) => text.replace(/^dask==\S+/m, "dask==2026.1.1"));

    const text = await sandbox.succeed(["image", "diff", "image/lab"], { environment });
    const markdown = await sandbox.hubfleet(["image", "diff", "lab@HEAD", "lab", "-o", "md", "--detailed-exitcode"], {
      environment,
    });
    const json = await sandbox.succeed([
      "image",
      "diff",
      "images/lab/lock.txt",
      "image/lab@HEAD",
      "--json",
      "--offline",
    ]);

    expect(same.stdout).toContain("No difference.");
    expect(text.stdout).toMatch(
      /~ {2}dask {2}\S+ {2}→ {2}2026\.1\.1 {2}downgrade .*taken back by its makers \(yanked\): it loses data/,
    );
    expect(markdown).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("| ~ | dask |") as string });
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      index: { kind: "not-asked", because: "offline" },
      environments: [{ packages: [{ name: "dask", from: { version: "2026.1.1" } }] }],
    });
  });

  itWithRegistry("reads a container from a registry, once", async () => {
    const registry: DockerRegistry = await startDockerRegistry();
    try {
      const push = async (version: string): Promise<string> => {
        const entries = installed("usr/local/lib/python3.11/site-packages", "dask", version);
        const manifest = await composeImage({ layers: [{ entries }] }, (content) =>
          registry.pushBlob("team/lab", content),
        );
        return `${registry.host}/team/lab@${await registry.pushManifest("team/lab", manifest)}`;
      };
      const [before, after] = [await push("2026.1.0"), await push("2026.3.0")];

      const first = await sandbox.succeed(["image", "diff", before, after, "--offline"]);
      const second = await sandbox.succeed(["image", "diff", before, after, "--offline"]);

      expect(first.stdout).toMatch(/~ {2}dask {2}2026\.1\.0 {2}→ {2}2026\.3\.0 {2}within the year/);
      expect(second.stdout).toBe(first.stdout);
      expect(first.stderr).toContain("read layer");
      expect(second.stderr).not.toContain("read layer");
    } finally {
      await registry.stop();
    }
  });
});
