import { describe, expect, it } from "vitest";

import type { Hub, Profile } from "../../fleet/fleet.ts";
import { disagreements, type LockedImage } from "./disagreements.ts";

const dask = ["dask==2026.8.0", "distributed==2026.8.0", "dask-gateway==2026.3.0"];

describe("disagreements between the images of a hub", () => {
  it("are none where the same versions are locked, whatever else differs", () => {
    const images = [
      anImage("lab", [...dask, "numpy==2.4.6"]),
      anImage("worker", [...dask, "numpy==2.3.5"]),
      anImage("hub", ["dask-gateway-server==2026.3.0"]),
    ];

    expect(codesOf(images, "worker")).toEqual([]);
  });

  it("name both versions and the line of the worker's lock", () => {
    const images = [
      anImage("lab", dask),
      anImage("worker", [
        "aiohttp==3.14.5 \\",
        "    --hash=sha256:00",
        "dask==2026.7.1 \\",
        "    --hash=sha256:00",
        "distributed==2026.8.0",
      ]),
    ];

    const [problem, ...others] = problemsOf(images, "worker");

    expect(others).toEqual([]);
    expect(problem?.message).toBe(
      'notebook image "lab" and worker image "worker" of hub "alpha" do not fit: dask 2026.8.0 in the notebook, 2026.7.1 on the worker',
    );
    expect(problem?.at).toEqual({
      path: "images/worker/lock.txt",
      line: 5,
      column: 1,
      length: 14,
      excerpt: "dask==2026.7.1",
    });
  });

  it("compare the gateway's server in the hub image with those who talk to it", () => {
    const images = [anImage("lab", dask), anImage("hub", ["dask-gateway-server==2025.4.0"])];

    const [problem, ...others] = problemsOf(images, "lab");

    expect(others).toEqual([]);
    expect(problem?.message).toBe(
      'image "lab" has dask-gateway 2026.3.0, and hub image "hub" of hub "alpha" has dask-gateway-server 2025.4.0',
    );
    expect(problem?.at).toMatchObject({ path: "images/lab/lock.txt", line: 5 });
  });

  it("look at the pairs of profiles too, each once", () => {
    const images = [anImage("lab", dask), anImage("old", ["dask==2025.5.1", "distributed==2025.5.1"])];
    const profile = { id: "old", notebookImage: "lab", workerImage: "old" };

    expect(codesOf(images, "lab", { profiles: [profile, { ...profile, id: "older" }] })).toEqual(["PAIR_DISAGREES"]);
  });

  it("read the lines of conda packages", () => {
    const conda = ["dask-core-2026.7.1-pyhd8ed1ab_0", "distributed-2026.8.0-pyhd8ed1ab_0"].map(
      (build) => `@conda noarch https://conda.example.org/noarch/${build}.conda sha256:${"0".repeat(64)}`,
    );

    const [problem] = problemsOf([anImage("lab", dask), anImage("worker", conda)], "worker");

    expect(problem?.message).toContain("dask 2026.8.0 in the notebook, 2026.7.1 on the worker");
    expect(problem?.at?.line).toBe(3);
  });

  it.each([
    ["an image is not locked yet", [anImage("lab", dask)], {}],
    ["the notebook has no Dask", [anImage("lab", ["numpy==2.4.6"]), anImage("worker", dask)], {}],
    [
      "the hub has no Dask",
      [anImage("lab", dask), anImage("worker", ["dask==2025.1.0", "distributed==2025.1.0"])],
      { dask: { enabled: false } },
    ],
  ])("are not looked for where %s", (_, images, hub) => {
    expect(codesOf(images, "worker", hub)).toEqual([]);
  });
});

function anImage(name: string, pins: readonly string[]): LockedImage {
  const lock = ["# Written by hubfleet.", "# inputs sha256:0 python 3.11", ...pins, ""].join("\n");
  return { name, python: "3.11", lock, path: `images/${name}/lock.txt` };
}

type HubPart = { readonly profiles?: readonly Partial<Profile>[]; readonly dask?: { readonly enabled: boolean } };

function problemsOf(
  images: readonly LockedImage[],
  worker: string,
  part: HubPart = {},
): ReturnType<typeof disagreements> {
  const hub = {
    name: "alpha",
    images: { hub: "hub", notebook: "lab", worker },
    profiles: [],
    dask: { enabled: true },
    ...part,
  } as unknown as Hub; // what disagreements reads
  return disagreements(hub, (name) => images.find((image) => image.name === name));
}

function codesOf(...args: Parameters<typeof problemsOf>): readonly string[] {
  return problemsOf(...args).map(({ code }) => code);
}
