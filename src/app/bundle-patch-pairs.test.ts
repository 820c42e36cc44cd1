import { beforeEach, describe, expect, it } from "vitest";

import { aBundledFleet, type BundledFleet, daskOf } from "../../test/support/a-bundled-fleet.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import type { MadeBundle } from "../operate/bundles/make-bundle.ts";

describe("a patch of images that are pairs", () => {
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

  it("tries a notebook image with the worker that runs, whatever the working tree has of it", async () => {
    await clone.change("lab", `${daskOf("2026.8.0")}jupyterlab-git==0.51.2\n`);
    await clone.change("worker", daskOf("2026.9.0"));
    await clone.commit();
    const environmentOf = async (image: string): Promise<string> => {
      const report = await clone.app.checkImage(image, { only: ["imports"], again: false }, clone.machine.watch);
      return report.environment.replace(/.*\//, "");
    };
    const [lab, worker] = [await environmentOf("lab"), await environmentOf("worker")];

    const made = await patch("lab");

    expect(made.ran).toEqual(["image/lab", "pair/lab/worker"]);
    expect(clone.tried).toHaveLength(1);
    expect(clone.tried[0]).toContain(lab);
    expect(clone.tried[0]).not.toContain(worker);
    expect(changedParts(made.bundle)).toEqual(["image/lab"]);
  });

  it.each([["lab"], ["worker"]])("is refused where only one half of a pair has another Dask: %s", async (image) => {
    await clone.change("lab", daskOf("2026.9.0"));
    await clone.change("worker", daskOf("2026.9.0"));
    await clone.commit();

    const refused = await patch(image).catch((thrown: unknown) => thrown);

    expect(refused).toMatchObject({
      problems: [
        {
          code: "PAIR_DISAGREES",
          message: expect.stringMatching(
            /"lab" and worker image "worker" of hub "alpha" do not fit: dask 2026/,
          ) as string,
          hint: expect.stringContaining("name all of them with --only") as string,
        },
      ],
    });
    expect(clone.ran).toEqual([]);
    expect([clone.tried, clone.written()]).toEqual([[], 1]);
    const both = await patch("lab", "worker");
    expect(both).toMatchObject({ kind: "made", ran: ["image/lab", "image/worker", "pair/lab/worker"] });
  });

  it("is refused where a notebook image does not work with the worker that runs", async () => {
    await clone.change("lab", `${daskOf("2026.8.0")}scipy\n`);
    await clone.commit();
    failing.add("arrays");

    await expect(patch("lab")).rejects.toMatchObject({
      problems: [
        {
          code: "BUNDLE_CHECK_FAILED",
          message: expect.stringContaining("pair/lab/worker did not pass: pair/arrays: seen") as string,
          hint: expect.stringContaining("(--only lab,worker)") as string,
        },
      ],
    });
    expect(clone.written()).toBe(1);
  });

  it("is refused before any test where the gateway's server would be of another version than what runs beside it", async () => {
    await clone.change("hub", daskOf("2026.8.0").replace("dask-gateway-server", "dask-gateway-server==2026.9.0"));
    await clone.commit();

    const words = expect.stringMatching(/^PAIR_DISAGREES .* has dask-gateway-server 2026.9.0$/) as string;
    expect(await problems(patch("hub"))).toEqual([words, words]);
    expect([clone.ran, clone.written()]).toEqual([[], 1]);
  });

  it("is not made where the lock of the other half is lost", async () => {
    await clone.change("lab", `${daskOf("2026.8.0")}scipy\n`);
    await clone.commit();
    const tip = clone.machine.remote.commits.get(clone.machine.remote.tip ?? "");
    const lost = `locks/${from.document.images["worker"]?.lock?.slice("sha256:".length) ?? ""}`;
    Object.assign(tip ?? {}, { files: new Map([...(tip?.files ?? [])].filter(([path]) => path !== lost)) });

    expect(await problems(patch("lab"))).toEqual([expect.stringMatching(/^PATCH_NOT_POSSIBLE the lock .*"worker"/)]);
  });
});
