import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { PretendedCommand } from "../adapters/container-builder/builder-memory.ts";
import type { ContainerOutcome } from "../apply/container-outcome.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import { lockHeader } from "../image/lock/lock-header.ts";
import type { ContainerOptions } from "./container-use-cases.ts";
import type { App } from "./use-cases.ts";

const registry = { registry: "registry.example.org", repository: "team/tiny" };
const dockerfile = "FROM scratch\nCOPY greeting /greeting\nUSER 1000\n";
const locked = `${lockHeader({ requirements: "six\n", pythonMinor: "3.11" }).join("\n")}\nsix==1.17.0 --hash=sha256:1\n`;
const fleet = aFleet()
  .withFleet({ registries: { main: { address: "registry.example.org/team" } } })
  .withFile("images/tiny/image.yaml", "version: 1\nrole: notebook\n")
  .withFile("images/tiny/Dockerfile", dockerfile)
  .withFile("images/tiny/greeting", "hello\n");

describe("containers of images", () => {
  let machine: PretendedMachine;
  let app: App;

  beforeEach(async () => {
    machine = aLocalWorld();
    machine.sources.builder.onCommand(sound);
    await machine.sources.git.initialize("/fleet");
    app = await machine.open(fleet);
    await machine.sources.git.commitAll("/fleet", "all");
  });

  const sound: PretendedCommand = (command) => {
    if (command[0] === "jupyterhub-singleuser") return { stdout: "5.5.0\n" };
    if (command[2]?.includes("-m pip check") === true) return { stdout: "No broken requirements found.\n" };
    if (command[0] !== "sh") return undefined;
    const { nonce, checks } = JSON.parse(command.at(-1) ?? "") as { nonce: string; checks: { check: string }[] }; // the harness's request
    const told = checks.map(({ check }) => ({ check, result: "passed", summary: "good", output: "" }));
    return { stdout: told.map((verdict) => `${nonce} ${JSON.stringify(verdict)}\n`).join("") };
  };
  const build = async (options: Partial<ContainerOptions> = {}): Promise<ContainerOutcome> => {
    const usual = { platforms: undefined, builder: undefined, push: false };
    const [outcome] = await app.containers.build(["image/tiny"], { ...usual, ...options }, machine.watch);
    return outcome as ContainerOutcome; // one for each image
  };
  const codes = (outcome: ContainerOutcome): readonly string[] =>
    outcome.kind === "failed" ? outcome.errors.map(({ code }) => code) : [outcome.kind];
  const nothingIsLeft = async (): Promise<void> => {
    expect(machine.sources.builder.kept).toEqual([]);
    expect(await machine.files.list("/state/containers")).toEqual([]);
  };
  const edit = async (text: string): Promise<void> =>
    void (await machine.files.ensureFile("/fleet/images/tiny/greeting", text, 0o644));

  it("are built, looked at and pushed, once", async () => {
    const { builder, registry: registries } = machine.sources;

    const first = await build({ push: true });
    const second = await build({ push: true });

    const { tags } = registries.contents(registry);
    expect(first).toMatchObject({ kind: "pushed", container: { platforms: ["linux/amd64"] } });
    if (first.kind !== "pushed") return;
    const { tag, digest, reference, revision } = first.container;
    expect(tags).toEqual({ [tag]: digest });
    expect(reference).toBe(`registry.example.org/team/tiny:${tag}@${digest}`);
    expect(revision).toMatch(/^[0-9a-f]{40}$/);
    expect(first.checks.map(({ check, result }) => [check, result])).toContainEqual(["container/user", "passed"]);
    expect(second).toMatchObject({ kind: "unchanged", container: { digest } });
    expect(builder.builds).toHaveLength(1);
    expect(builder.builds[0]?.labels).toMatchObject({
      "org.hubfleet.image": "tiny",
      "org.hubfleet.inputs": first.container.inputs,
      "org.opencontainers.image.revision": revision,
    });
    await nothingIsLeft();
  });

  it("are the same again on another machine, which asks no builder", async () => {
    const first = await build({ push: true });
    const other = aLocalWorld();
    await other.sources.git.initialize("/fleet");
    const there = await other.open(fleet);
    await other.sources.git.commitAll("/fleet", "all");
    Object.assign(other.sources.registry, machine.sources.registry);

    const [again] = await there.containers.build(
      ["tiny"],
      { platforms: undefined, builder: undefined, push: true },
      other.watch,
    );

    expect(again).toMatchObject({ kind: "unchanged", container: first.kind === "pushed" ? first.container : {} });
    expect(other.sources.builder.builds).toEqual([]);
  });

  it("get another tag when an input changes, and the old one stays", async () => {
    const first = await build({ push: true });
    await edit("good morning\n");
    await machine.sources.git.commitAll("/fleet", "greeting");

    const second = await build({ push: true });

    const kept = Object.keys(machine.sources.registry.contents(registry).tags);
    expect(kept).toHaveLength(2);
    expect(second).toMatchObject({ kind: "pushed" });
    expect(first.kind === "pushed" && kept.includes(first.container.tag)).toBe(true);
  });

  it("are not pushed of what no commit holds, but built and looked at", async () => {
    await edit("not committed\n");

    await expect(build({ push: true })).rejects.toMatchObject({
      problems: [{ code: "IMAGE_UNCOMMITTED", at: { path: "images/tiny/greeting" } }],
    });
    expect(machine.sources.builder.builds).toEqual([]);

    expect(await build()).toMatchObject({ kind: "built", container: { revision: null, digest: null } });
    expect(machine.sources.registry.contents(registry).tags).toEqual({});
    await nothingIsLeft();
  });

  it("are not pushed when they do not pass", async () => {
    machine.sources.builder.onCommand(([program]) => (program === "id" ? { stdout: "0\n" } : undefined));

    const outcome = await build({ push: true });

    expect(codes(outcome)).toEqual(["IMAGE_NOT_PASSED"]);
    expect(outcome.kind === "failed" && outcome.errors[0]?.message).toContain("container/user: it runs as root");
    expect(machine.sources.registry.contents(registry)).toEqual({ tags: {}, kept: [] });
    await nothingIsLeft();
  });

  it("are not even built when the registry would not take them", async () => {
    machine.sources.registry.readOnly.add("registry.example.org/team/tiny");

    expect(codes(await build({ push: true }))).toEqual(["REGISTRY_DENIED"]);
    expect(machine.sources.builder.builds).toEqual([]);
    await nothingIsLeft();
  });

  it("are not checked for minutes where nothing builds them", async () => {
    const none = new HubfleetError("BUILDER_MISSING", { message: "nothing here builds containers" });
    machine.sources.builder.failNext("describe", none);
    const reported: string[] = [];
    const watch = { ...machine.watch, report: ({ text }: { readonly text: string }) => void reported.push(text) };
    const usual = { platforms: undefined, builder: undefined, push: true };
    app = await machine.open(
      fleet.withFile("images/tiny/requirements.txt", "six\n").withFile("images/tiny/lock.txt", locked),
    );
    await machine.sources.git.commitAll("/fleet", "packages");

    const [outcome] = await app.containers.build(["image/tiny"], usual, watch);

    expect(codes(outcome as ContainerOutcome)).toEqual(["BUILDER_MISSING"]);
    expect(reported.filter((text) => text.includes("environment"))).toEqual([]);
  });

  it("are not built onto a tag that was moved", async () => {
    const first = await build({ push: true });
    await edit("something else\n");
    await machine.sources.git.commitAll("/fleet", "greeting");
    const second = await build({ push: true });
    if (first.kind !== "pushed" || second.kind !== "pushed") throw new Error("both were pushed");
    const manifest = await machine.sources.registry.manifest(
      { ...registry, digest: second.container.digest ?? "" },
      machine.watch.signal,
    );
    await machine.sources.registry.putManifest(
      { ...registry, tag: first.container.tag },
      manifest,
      machine.watch.signal,
    );
    await edit("hello\n");
    await machine.sources.git.commitAll("/fleet", "as before");

    expect(codes(await build({ push: true }))).toEqual(["TAG_MOVED"]);
    expect(codes(await build())).toEqual(["TAG_MOVED"]);
  });

  it("are built without asking anybody who may push when nobody wants to", async () => {
    machine.sources.registry.trouble = (deed) =>
      new HubfleetError("REGISTRY_UNREACHABLE", { message: `cannot ${deed}`, retry: "later" });

    expect(await build()).toMatchObject({ kind: "built" });
    expect(codes(await build({ push: true }))).toEqual(["REGISTRY_UNREACHABLE"]);
  });

  it("leave nothing in the registry when the builder or the disk fails", async () => {
    const full = new HubfleetError("DISK_FULL", { message: "no space left", retry: "later" });
    machine.sources.builder.failNext("save", full);

    expect(codes(await build({ push: true }))).toEqual(["DISK_FULL"]);

    expect(machine.sources.registry.contents(registry)).toEqual({ tags: {}, kept: [] });
    await nothingIsLeft();
    expect(await build({ push: true })).toMatchObject({ kind: "pushed" });
  });

  it("need a registry to be pushed, and none to be built", async () => {
    app = await machine.open(fleet.withFleet({}));
    await machine.sources.git.commitAll("/fleet", "no registry");

    await expect(build({ push: true })).rejects.toMatchObject({ code: "REGISTRY_MISSING" });
    expect(await build()).toMatchObject({ kind: "built", container: { repository: null, reference: null } });
  });

  it("of other platforms are built, and it is said that nobody looked inside", async () => {
    const outcome = await build({ platforms: ["linux/amd64", "linux/arm64"] });

    expect(outcome).toMatchObject({ kind: "built", container: { platforms: ["linux/amd64", "linux/arm64"] } });
    expect(outcome.kind === "built" ? outcome.checks.at(-1) : undefined).toMatchObject({
      check: "container/linux/arm64",
      result: "skipped",
    });
  });

  it("are pushed for the platforms of image.yaml and for no others, under a tag of their own", async () => {
    const both = ["linux/amd64", "linux/arm64"];

    await expect(build({ push: true, platforms: both })).rejects.toMatchObject({ code: "PLATFORMS_DIFFER" });
    const first = await build({ push: true });
    app = await machine.open(
      fleet.withFile("images/tiny/image.yaml", "version: 1\nrole: notebook\nplatforms: [linux/amd64, linux/arm64]\n"),
    );
    await machine.sources.git.commitAll("/fleet", "platforms");
    const second = await build({ push: true, platforms: both });

    expect(second).toMatchObject({ kind: "pushed", container: { platforms: both } });
    expect(second.kind === "pushed" && first.kind === "pushed" && second.container.tag !== first.container.tag).toBe(
      true,
    );
  });

  it("are copied to the registry that a cluster pulls from, also when the copy failed before", async () => {
    const mirror = { registry: "mirror.example.org", repository: "near/tiny" };
    const registries = { main: { address: "registry.example.org/team" }, near: { address: "mirror.example.org/near" } };
    app = await machine.open(
      fleet
        .withFleet({ registries })
        .withCluster("cloud", { provider: "kubeconfig", registry: "near" })
        .withHub("beta", {
          cluster: "cloud",
          domain: "hub.example.org",
          access: { login: { kind: "sign-up" } },
          images: { notebook: "tiny" },
        }),
    );
    await machine.sources.git.commitAll("/fleet", "a mirror");
    machine.sources.registry.readOnly.add("mirror.example.org/near/tiny");

    const failed = await build({ push: true });
    machine.sources.registry.readOnly.clear();
    const copied = await build({ push: true });

    expect(codes(failed)).toEqual(["REGISTRY_DENIED"]);
    if (copied.kind !== "unchanged") throw new Error("it was pushed before");
    const { tag, digest } = copied.container;
    expect(copied.mirrors).toEqual([`mirror.example.org/near/tiny:${tag}@${digest}`]);
    expect(machine.sources.registry.contents(mirror).tags).toEqual({ [tag]: digest });
  });

  it("that are taken from a registry as they are stay so", async () => {
    const reference = `quay.io/pangeo/base@sha256:${"0".repeat(64)}`;
    app = await machine.open(
      fleet
        .withFile("images/tiny/image.yaml", `version: 1\nrole: notebook\nfrom: ${reference}\n`)
        .without("images/tiny/Dockerfile")
        .without("images/tiny/greeting"),
    );

    expect(await build({ push: true })).toMatchObject({ kind: "unchanged", container: { reference } });
  });
});
