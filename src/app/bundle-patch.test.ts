import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";

import { aBundledFleet, type BundledFleet, daskOf } from "../../test/support/a-bundled-fleet.ts";
import { listCommits } from "../adapters/state-ref/state-ref-memory.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import type { MadeBundle } from "../operate/bundles/make-bundle.ts";

describe("a patch of a bundle", () => {
  let clone: BundledFleet;
  let failing: Set<string>;
  let from: Bundle;

  beforeEach(async () => {
    failing = new Set();
    clone = await aBundledFleet({ failing });
    from = (await clone.app.bundles.create(clone.machine.watch)).bundle;
    clone.ran.length = 0;
    clone.tried.length = 0;
  });

  const patch = async (...only: string[]): Promise<MadeBundle> => clone.patch(from, ...only);
  const problems = async (act: Promise<unknown>): Promise<readonly string[]> =>
    act.then(
      () => [],
      (thrown: unknown) => fromUnknown(thrown).map(({ code, message }) => `${code} ${message}`),
    );
  const changedParts = (one: Bundle): readonly string[] =>
    Object.keys(one.parts).filter((part) => one.parts[part] !== from.parts[part]);

  it("carries the named image alone, tested, in one commit of the state", async () => {
    await clone.edit(
      "platform.yaml",
      stringify({ version: 1, images: { hub: "hub", notebook: "lab", worker: "worker" } }),
    );
    await clone.change("lab", `${daskOf("2026.8.0")}scipy\n`);
    await clone.fix();

    const made = await patch("hub");

    expect(made).toMatchObject({
      kind: "made",
      ran: ["image/hub"],
      sentence: `differs from ${from.id} in image hub`,
      leftOut: [],
      bundle: { document: { patch: { from: { id: from.id }, only: ["image/hub"] }, parent: { id: from.id } } },
    });
    expect(changedParts(made.bundle)).toEqual(["image/hub"]);
    expect(made.bundle.document.settings).toEqual(from.document.settings);
    expect(made.passedBefore).toEqual(["image/lab", "image/worker", "pair/lab/worker"]);
    expect(clone.tried).toEqual([]);
    expect(clone.written()).toBe(2);
    const { checks } = await clone.app.bundles.show(made.bundle.id, clone.machine.watch.signal);
    expect(checks.missing).toEqual([]);
    const lock = made.bundle.document.images["hub"]?.lock?.slice("sha256:".length) ?? "";
    expect([...(listCommits(clone.machine.remote, clone.machine.remote.tip).at(-1)?.files.keys() ?? [])]).toContain(
      `locks/${lock}`,
    );
  });

  it("is the same when it is asked for twice, also from a later commit and in another clone", async () => {
    await clone.fix();
    const first = await patch("hub");
    clone.ran.length = 0;
    await clone.edit("notes.md", "unrelated\n");
    await clone.commit();
    clone.machine.clock.advance(86_400_000);

    const second = await clone.app.bundles.patch(
      from.id.split("-")[1]?.slice(0, 5) ?? "",
      ["hub", "hub"],
      clone.machine.watch,
    );
    const other = await aBundledFleet({ failing, remote: clone.machine.remote });
    await other.fix();
    const third = await other.patch(from, "hub");

    expect([second, third]).toMatchObject(
      [first, first].map(({ bundle: { id } }) => ({ kind: "there", bundle: { id } })),
    );
    expect(second.sentence).toBe(`this patch of ${from.id} was made before; nothing was written`);
    expect([clone.written(), clone.ran]).toEqual([2, []]);
  });

  it("is one when two clones make it in the same moment", async () => {
    await clone.fix();
    const other = await aBundledFleet({ failing, remote: clone.machine.remote });
    await other.fix();
    const run = clone.machine.programs.run.bind(clone.machine.programs);
    let first: MadeBundle | undefined;
    Object.assign(clone.machine.programs, {
      run: async (...words: Parameters<typeof run>) => {
        first ??= await other.patch(from, "hub");
        return run(...words);
      },
    });

    const second = await patch("hub");

    expect(first?.kind).toBe("made");
    expect(second).toMatchObject({ kind: "there", bundle: { id: first?.bundle.id } });
    expect([clone.ran.length > 0, other.ran.length > 0, clone.written()]).toEqual([true, true, 2]);
  });

  it("takes no notice of what else is half done, even where the fleet cannot be read for it, and says so", async () => {
    await clone.fix();
    await clone.edit("platform.yaml", "version: 1\nimages: {\n");
    await clone.edit("images/lab/lock.txt", "half done\n");
    await clone.edit("hubs/late.yaml", "version: 1\n");

    const made = await patch("hub");

    expect(made).toMatchObject({ kind: "made", leftOut: ["hubs/late.yaml", "images/lab/lock.txt", "platform.yaml"] });
    expect(changedParts(made.bundle)).toEqual(["image/hub"]);
  });

  it.each(["images/hub/requirements.txt", "images/hub/tests/test_new.py"])(
    "is not made while %s is not committed",
    async (path) => {
      await clone.fix();
      await clone.edit(path, `${(await clone.machine.files.read(`/fleet/${path}`)) ?? ""}# half done\n`);

      expect((await problems(patch("hub")))[0]).toBe(`BUNDLE_UNCOMMITTED "${path}" is in no commit as it is now`);
      expect(clone.written()).toBe(1);
    },
  );

  it("is not made when the image fails, and nothing is recorded", async () => {
    await clone.fix();
    failing.add("imports");

    expect((await problems(patch("hub")))[0]).toMatch(/^BUNDLE_CHECK_FAILED image\/hub did not pass/);
    expect(clone.written()).toBe(1);
  });

  it.each([
    ["an image that the bundle does not have", ["hob"], /^PATCH_NOT_POSSIBLE bundle \S+ has no image "hob"$/],
    ["an image as it is already", ["lab"], /^PATCH_NOT_POSSIBLE image\/lab is what bundle \S+ has already$/],
    ["nothing", [], /^PATCH_NOT_POSSIBLE a patch replaces at least one image$/],
  ])("refuses %s", async (_, only, words) => {
    await clone.edit("platform.yaml", "half done\n");

    expect(await problems(patch(...only))).toEqual([expect.stringMatching(words)]);
    expect(await problems(clone.app.bundles.patch("1999", only, clone.machine.watch))).toEqual([
      expect.stringContaining("BUNDLE_UNKNOWN"),
    ]);
  });

  it("says the JupyterHub of its hub image, and keeps it where another image is replaced", async () => {
    await clone.change("hub", daskOf("2026.8.0").replace("5.5.4", "5.5.5"));
    await clone.change("lab", daskOf("2026.8.0").replace("5.5.4", "5.5.5"));
    await clone.commit();

    const [hub, lab] = [await patch("hub"), await patch("lab")];

    expect([hub, lab].map(({ bundle: { document } }) => document.jupyterhub)).toEqual(["5.5.5", "5.5.4"]);
  });

  it("is made after a kill at any call, once", { timeout: 60_000 }, async () => {
    let killed = 0;
    for (let call = 0; ; call += 4) {
      clone = await aBundledFleet({ failing });
      from = (await clone.app.bundles.create(clone.machine.watch)).bundle;
      await clone.fix();
      clone.machine.faults.arm({ kind: "killed before", call });
      await patch("hub").catch(() => undefined);
      const hit = clone.machine.faults.hit();
      clone.machine.faults.arm(undefined);
      // It is made with the push; the clone's own branch moves after that.
      const isMade = hit === undefined || hit.startsWith("state.move");
      expect(clone.written()).toBe(isMade ? 2 : 1);

      expect((await patch("hub")).kind).toBe(isMade ? "there" : "made");
      expect(clone.written()).toBe(2);
      if (hit === undefined) break;
      killed += 1;
    }
    expect(killed).toBeGreaterThan(5);
  });

  it("is not what the next bundle follows: that is of everything that is committed", async () => {
    await clone.fix();
    await patch("hub");
    await clone.edit("notes.md", "more\n");
    await clone.commit();

    const next = await clone.app.bundles.create(clone.machine.watch);

    expect(next.bundle.document.parent?.id).toBe(from.id);
    expect(next).toMatchObject({ ran: [], sentence: `differs from ${from.id} in image hub` });
  });
});
