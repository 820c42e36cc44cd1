import { spawnSync } from "node:child_process";

import { afterAll, beforeAll, expect, it } from "vitest";

import { composeImage } from "../support/compose-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const values = `# what all hubs share
jupyterhub:
  singleuser:
    image:
      name: quay.io/team/old   # until now by hand
      tag: "0.1"
    profileList:
      # the usual one
      - display_name: 'Small'
        kubespawner_override: {image: 'quay.io/team/old:0.1', mem_limit: 2G}
`;

const areThere = tool("docker-registry") && tool("git");
const why = "docker-registry or git is not installed (Debian: apt-get install docker-registry git)";

skipSuiteUnless(areThere, why)("pins and what a registry keeps", () => {
  let sandbox: Sandbox;
  let registry: DockerRegistry;
  let tag: string;

  beforeAll(async () => {
    [sandbox, registry] = [await createSandbox("registries"), await startDockerRegistry()];
    await sandbox.init();
    await sandbox.edit(
      "fleet.yaml",
      (text) => `${text}registries:\n  main:\n    address: ${registry.host}/team\n    keep: { last: 1, days: 30 }\n`,
    );
    await sandbox.edit("charts/values.yaml", () => values);
    git("init", "--quiet", "--initial-branch", "main");
    git("config", "user.name", "Somebody");
    git("config", "user.email", "somebody@example.org");
    commit("first");
  });
  afterAll(async () => {
    await registry.stop();
    expect(await sandbox.sweep()).toEqual([]);
  });

  function git(...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("git", words, { cwd: sandbox.fleet, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
    return stdout.trim();
  }
  function commit(message: string): void {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
  }
  async function push(
    repository: string,
    name: string,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const manifest = await composeImage({ layers: [], config: { Labels: { ...labels, name } } }, (content) =>
      registry.pushBlob(repository, content),
    );
    return registry.pushManifest(repository, manifest, name);
  }
  const ours = (created: string): Record<string, string> => ({
    "org.hubfleet.image": "lab",
    "org.opencontainers.image.revision": git("rev-parse", "HEAD"),
    "org.opencontainers.image.created": created,
  });

  it("pins a base where it stands, and sees when its tag moves", async () => {
    const digest = await push("bases/python", "3.11");
    const pinned = await sandbox.succeed(["image", "pin", "lab", `${registry.host}/bases/python:3.11`]);
    expect(pinned.stdout).toContain(`+base: ${registry.host}/bases/python:3.11@${digest}\n`);
    await sandbox.succeed(["validate"]);
    commit("bases");
    const same = await sandbox.succeed(["image", "pin", "--base", "--check"]);
    await push("bases/python", "3.11", { moved: "yes" });
    const moved = await sandbox.hubfleet(["image", "pin", "lab", "--base", "--check"]);

    expect(same.stderr).toContain("everything is pinned");
    expect(moved).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("PIN_OUTDATED") as string });
    expect(git("status", "--short")).toBe("");
  });

  it("writes what was pushed into the places that the image names, and nothing else", async () => {
    const pins = [
      "pins:",
      "  - { file: charts/values.yaml, path: jupyterhub.singleuser.image }",
      "  - { file: charts/values.yaml, path: [jupyterhub, singleuser, profileList, 0, kubespawner_override, image] }",
      "",
    ];
    await sandbox.edit("images/lab/image.yaml", (text) => text + pins.join("\n"));
    commit("pins");
    const early = await sandbox.hubfleet(["image", "pin"]);
    tag = /lab:([0-9a-f]{16})"/.exec(early.stderr)?.[1] ?? "";
    const digest = await push("team/lab", tag, ours(new Date().toISOString()));
    const outdated = await sandbox.hubfleet(["image", "pin", "--check"]);

    const pinned = await sandbox.succeed(["image", "pin", "lab"]);

    expect(early).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("IMAGE_NOT_PUSHED") as string });
    expect(outdated).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("charts/values.yaml:5") as string });
    expect(await sandbox.read("charts/values.yaml")).toBe(
      values
        .replace("quay.io/team/old  ", `${registry.host}/team/lab  `)
        .replace('"0.1"', `"${tag}"`)
        .replace("quay.io/team/old:0.1", `${registry.host}/team/lab:${tag}@${digest}`),
    );
    expect(pinned.stdout).toContain(`+      tag: "${tag}"\n`);
    expect((await sandbox.succeed(["image", "pin", "--check"])).stderr).toContain("everything is pinned");
    commit("pinned");
  });

  it("removes from a registry only what the fleet cannot return to", async () => {
    const old = "2020-01-01T00:00:00Z";
    const gone = await push("team/lab", "gone", ours(old));
    await push("team/lab", "named-by-state", ours(old));
    await push("team/lab", "foreign", { created: old });
    await push("team/lab", "of-a-fork", { ...ours(old), "org.opencontainers.image.revision": "1".repeat(40) });
    git("checkout", "--quiet", "--orphan", "hubfleet/state");
    await sandbox.edit("bundle.yaml", () => `lab: ${registry.host}/team/lab:named-by-state\n`);
    git("add", "bundle.yaml");
    git("commit", "--quiet", "--message", "then");
    git("rm", "--quiet", "--force", "bundle.yaml");
    git("commit", "--quiet", "--message", "now");
    git("checkout", "--quiet", "--force", "main");
    const tags = async (): Promise<readonly string[]> => {
      const answer = (await (await fetch(`http://${registry.host}/v2/team/lab/tags/list`)).json()) as {
        tags: string[];
      };
      return answer.tags.toSorted();
    };

    const shown = await sandbox.succeed(["prune", "--registry", "main", "--dry-run", "-o", "json"]);
    const unasked = await sandbox.hubfleet(["prune", "--registry", "main"]);
    git("remote", "add", "origin", `${sandbox.root}/nowhere`);
    const blind = await sandbox.hubfleet(["prune", "--registry", "main", "--yes"]);
    git("remote", "remove", "origin");
    const before = await tags();
    const pruned = await sandbox.succeed(["prune", "--registry", "main", "--yes"]);

    const document = JSON.parse(shown.stdout) as {
      images: { image: string; remove: object[]; keep: { tags: string[]; because: string[] }[] }[];
    };
    const lab = document.images.find(({ image }) => image === "lab");
    expect(lab?.remove).toMatchObject([{ digest: gone, tags: ["gone"] }]);
    const because = Object.fromEntries((lab?.keep ?? []).map((one) => [one.tags.join(), one.because]));
    expect(because).toMatchObject({
      [tag]: expect.arrayContaining(["named by the fleet", "the current one", "one of the last", "young"]) as string[],
      "named-by-state": ["named by the fleet"],
      foreign: expect.arrayContaining(["not hubfleet's"]) as string[],
      "of-a-fork": ["of a commit that is not known here"],
    });
    expect(unasked).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("CONFIRMATION_NEEDED") as string });
    expect(blind).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("HISTORY_INCOMPLETE") as string });
    expect(before).toContain("gone");
    expect(pruned.stdout).toContain("1 of 1 removed");
    expect(await tags()).toEqual(before.filter((one) => one !== "gone"));
  });
});
