import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";

import { aBundledFleet, daskOf, workerFleet } from "../../test/support/a-bundled-fleet.ts";
import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { answerAsHarness } from "../../test/support/a-harness.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import { listCommits } from "../adapters/state-ref/state-ref-memory.ts";
import { gateBundle } from "../bundle/gate-bundle.ts";
import { gateRecords } from "../bundle/gate-records.ts";
import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import { readRecords } from "../evidence/read-records.ts";
import type { App } from "./use-cases.ts";

const small = aFleet().withHub("alpha", { port: 18_000, dask: { enabled: false } });

describe("bundles", () => {
  let machine: PretendedMachine;
  let app: App;
  let failing: Set<string>;
  let ran: string[];

  beforeEach(async () => {
    machine = aLocalWorld();
    failing = new Set();
    ({ ran } = answerAsHarness(machine, failing));
    await open(small);
  });

  async function open(fleet: FleetBuilder, on = machine): Promise<void> {
    await on.sources.git.initialize("/fleet");
    app = await on.open(fleet);
    await app.images.lock([], undefined, on.watch);
    app = await on.open(
      fleet
        .withFile("images/hub/lock.txt", await lock("hub", on))
        .withFile("images/lab/lock.txt", await lock("lab", on)),
    );
    await on.sources.git.commitAll("/fleet", "all");
  }
  const lock = async (image: string, on: PretendedMachine): Promise<string> =>
    (await on.files.read(`/fleet/images/${image}/lock.txt`)) ?? "";
  const edit = async (path: string, text: string): Promise<void> =>
    void (await machine.files.ensureFile(`/fleet/${path}`, text, 0o644));
  const commit = async (): Promise<unknown> => machine.sources.git.commitAll("/fleet", "change");
  const create = async (): ReturnType<App["bundles"]["create"]> => app.bundles.create(machine.watch);
  const kept = (): ReadonlyMap<string, string> =>
    listCommits(machine.remote, machine.remote.tip).at(-1)?.files ?? new Map();
  const written = (): number => listCommits(machine.remote, machine.remote.tip).length;
  const problems = async (act: Promise<unknown>): Promise<readonly (readonly [string, string | undefined])[]> =>
    act.then(
      () => [],
      (thrown: unknown) =>
        (thrown instanceof HubfleetErrors ? thrown.problems : [thrown as HubfleetError]).map(
          (one) => [one.code, one.at?.path] as const,
        ),
    );
  const platform = (keys: object): string =>
    stringify({ version: 1, images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"] }, ...keys });
  const { signal } = new AbortController();

  it("are made of a commit, with locks and what passed, in one commit of the state", async () => {
    const made = await create();

    const { document, parts, id } = made.bundle;
    expect(made).toMatchObject({
      kind: "made",
      ran: ["image/hub", "image/lab"],
      sentence: "the first bundle of this fleet",
    });
    expect(document.commit).toMatch(/^0000001/);
    expect(document.jupyterhub).toBe("5.5.4");
    expect(document.settings.origins["platform.images.notebook"]).toMatch(/^platform.yaml:\d+:\d+$/);
    expect(written()).toBe(1);
    const paths = [...kept().keys()];
    expect(paths).toContain(`bundles/${id}.yaml`);
    expect(paths).toContain(`locks/${document.images["lab"]?.lock?.slice("sha256:".length)}`);
    const records = gateRecords(readRecords(kept()).records.values(), () => []);
    expect(records).toMatchObject(
      gateBundle(made.bundle).partChecks.map(({ check }) => ({
        kind: "check",
        check,
        verdict: "passed",
        parts: { [check]: parts[check] },
      })),
    );
  });

  it("are the same for the same commit: nothing is tested or written again", async () => {
    const first = await create();
    const count = ran.length;
    machine.clock.advance(86_400_000);

    const second = await create();

    expect(second).toMatchObject({ kind: "there", bundle: { id: first.bundle.id } });
    expect([written(), ran.length]).toEqual([1, count]);
  });

  it("with another setting test no image", async () => {
    const first = await create();
    const count = ran.length;
    await edit("platform.yaml", platform({ environment: { REGION: "north" } }));
    await commit();

    const second = await create();

    expect(second).toMatchObject({ kind: "made", ran: [], passedBefore: ["image/hub", "image/lab"] });
    expect(second.sentence).toContain(`the images are those of ${first.bundle.id}`);
    expect(second.bundle.document.parent?.id).toBe(first.bundle.id);
    expect(ran).toHaveLength(count);
    expect((await app.bundles.diff(first.bundle.id, second.bundle.id, signal)).difference.settings).toMatchObject([
      { path: "environment.REGION", before: undefined, after: "north" },
    ]);
  });

  it("test an image that changed, and no other", async () => {
    await create();
    const requirements = await machine.files.read("/fleet/images/lab/requirements.txt");
    await edit("images/lab/requirements.txt", `${requirements}scipy\n`);
    await app.images.lock(["lab"], undefined, machine.watch);
    await commit();

    expect(await create()).toMatchObject({ kind: "made", ran: ["image/lab"], passedBefore: ["image/hub"] });
  });

  it.each([
    ["platform.yaml", "version: 1\nimages: { hub: hub, notebook: lab }\n"],
    ["images/lab/notes.txt", "new\n"],
    ["groups/late.yaml", "version: 1\n"],
  ])("are not made while %s is in no commit as it is", async (path, text) => {
    await edit(path, text);

    expect(await problems(create())).toEqual([["BUNDLE_UNCOMMITTED", path]]);
    expect(written()).toBe(0);
  });

  it("are not made when an image fails, and nothing is recorded", async () => {
    failing.add("plot");

    await expect(create()).rejects.toMatchObject({
      problems: [{ code: "BUNDLE_CHECK_FAILED", message: "image/lab did not pass: plot: seen" }],
    });
    expect(written()).toBe(0);
  });

  it("are not made, and nothing is tested, where the locks of a pair disagree", async () => {
    const fleet = workerFleet.withFile("images/worker/requirements.txt", daskOf("2026.7.1"));
    const clone = await aBundledFleet({ failing, fleet });

    expect(await problems(clone.app.bundles.create(clone.machine.watch))).toEqual([
      ["PAIR_DISAGREES", "images/worker/lock.txt"],
    ]);
    expect([clone.ran, clone.written()]).toEqual([[], 0]);
  });

  it("wait here while the remote is away, and are pushed with the next command that writes", async () => {
    machine.remote.isReachable = false;
    const made = await create();
    const listed = await app.bundles.list(signal);
    machine.remote.isReachable = true;
    const again = await create();

    expect(made.standing.waiting).toMatchObject({ commits: 1, records: expect.any(Number) as number });
    expect(listed).toMatchObject({
      bundles: [{ id: made.bundle.id }],
      standing: { waiting: { reason: "unreachable" } },
    });
    expect(again).toMatchObject({ kind: "there", standing: { waiting: undefined } });
    expect(written()).toBe(1);
  });

  it("are one when two clones make them", async () => {
    const first = await create();
    const other = aLocalWorld({ remote: machine.remote });
    answerAsHarness(other, failing);
    await open(small, other);
    other.clock.advance(1000);

    expect(await app.bundles.create(other.watch)).toMatchObject({ kind: "there", bundle: { id: first.bundle.id } });
  });

  it("are found by a beginning, and refused when their bytes were changed", async () => {
    const { bundle } = await create();
    const digits = bundle.id.split("-")[1] ?? "";

    expect((await app.bundles.show(digits.slice(0, 4), signal)).bundle.digest).toBe(bundle.digest);
    expect((await app.bundles.show(bundle.id.slice(0, 7), signal)).checks.missing).toEqual([]);
    expect(await problems(app.bundles.show("1999", signal))).toEqual([["BUNDLE_UNKNOWN", undefined]]);

    const tip = machine.remote.commits.get(machine.remote.tip ?? "");
    const path = `bundles/${bundle.id}.yaml`;
    Object.assign(tip ?? {}, { files: new Map([...kept(), [path, bundle.text.replace("5.5.4", "5.5.5")]]) });

    expect(await problems(app.bundles.show(digits, signal))).toEqual([["BUNDLE_CHANGED", undefined]]);
    expect(await app.bundles.list(signal)).toMatchObject({ bundles: [], problems: [{ code: "BUNDLE_CHANGED" }] });
  });

  it.each([
    ["is taken from a registry", { from: `registry.example.org/worker@sha256:${"a".repeat(64)}` }, undefined],
    ["has a Dockerfile alone", {}, "FROM scratch\n"],
  ])("say that a pair is not tried whose worker %s", async (_, keys, dockerfile) => {
    const worker = aFleet()
      .withCluster("far", { provider: "kubeconfig" })
      .withHub("alpha", { cluster: "far", domain: "hub.example.org" })
      .withPlatform({
        images: { hub: "hub", notebook: "lab", worker: "worker" },
        access: { admins: ["ada"], login: { kind: "sign-up" } },
      })
      .withFile("images/worker/image.yaml", stringify({ version: 1, role: "worker", ...keys }));
    await open(dockerfile === undefined ? worker : worker.withFile("images/worker/Dockerfile", dockerfile));

    const made = await create();

    expect(made).toMatchObject({
      kind: "made",
      ran: ["image/hub", "image/lab"],
      notTried: [{ check: "pair/lab/worker", why: expect.stringContaining("worker") as string }],
    });
    expect(made.bundle.document.pairs).toEqual([{ notebook: "lab", worker: "worker" }]);
    expect(await create()).toMatchObject({ kind: "there", notTried: made.notTried });
  });

  it("name a container by its digest once the registry has it; one that is silent takes none away", async () => {
    const registries = { main: { address: "registry.example.org/team" } };
    await open(
      small
        .withFleet({ registries })
        .withFile("images/tiny/image.yaml", "version: 1\nrole: notebook\n")
        .withFile("images/tiny/Dockerfile", "FROM scratch\nUSER 1000\n"),
    );
    const before = await create();
    const none = { container: "none yet" };
    expect(before.bundle.document.images).toMatchObject({ tiny: none, lab: none });
    expect(before.withoutContainer.map(({ image }) => image).sort()).toEqual(["hub", "lab", "tiny"]);

    machine.sources.builder.onCommand((command) =>
      command[0] === "jupyterhub-singleuser" ? { stdout: "5.5.0\n" } : soundHarness(command),
    );
    await app.containers.build(["image/tiny"], { platforms: undefined, builder: undefined, push: true }, machine.watch);
    const after = await create();

    expect(after.kind).toBe("made");
    expect(after.bundle.parts).toEqual(before.bundle.parts);
    expect(after.bundle.document.images["tiny"]?.container).toMatchObject({ platforms: ["linux/amd64"] });
    machine.sources.registry.trouble = () => new HubfleetError("REGISTRY_UNREACHABLE", { message: "no answer" });
    expect(await create()).toMatchObject({ kind: "there", bundle: { id: after.bundle.id } });
  });

  function soundHarness(command: readonly string[]): { readonly stdout: string } | undefined {
    if (command[2]?.includes("-m pip check") === true) return { stdout: "No broken requirements found.\n" };
    if (command[0] !== "sh") return undefined;
    const { nonce, checks } = JSON.parse(command.at(-1) ?? "") as { nonce: string; checks: { check: string }[] }; // the harness's request
    const told = checks.map(({ check }) => ({ check, result: "passed", summary: "good", output: "" }));
    return { stdout: told.map((verdict) => `${nonce} ${JSON.stringify(verdict)}\n`).join("") };
  }
});
