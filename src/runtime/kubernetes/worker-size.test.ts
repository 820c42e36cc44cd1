import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Dask } from "../../fleet/fleet.ts";
import { workerSize } from "./worker-size.ts";

const gibibyte = 1024 ** 3;
const nodes = (cores?: number, gibibytes?: number): Parameters<typeof workerSize>[1] => ({
  name: "workers",
  labels: {},
  taints: [],
  ...(cores === undefined ? {} : { cores }),
  ...(gibibytes === undefined ? {} : { memoryBytes: gibibytes * gibibyte }),
  hasGpus: false,
});
const workers = (workerCores: number, gibibytes: number): Dask => ({
  enabled: true,
  workerCores,
  workerMemoryBytes: gibibytes * gibibyte,
  maxWorkersPerCluster: 4,
  maxClustersPerUser: 2,
  idleSeconds: 3600,
});

describe("workerSize", () => {
  it.each([
    { cores: 1, perNode: 16, request: 0.9 },
    { cores: 2, perNode: 8, request: 1.9 },
    { cores: 4, perNode: 4, request: 3.9 },
    { cores: 8, perNode: 2, request: 7.9 },
    { cores: 16, perNode: 1, request: 15.8 },
    { cores: 5, perNode: 3, request: 5 },
    { cores: 32, perNode: 0, request: 32 },
  ])("cuts workers of $cores cores to $request, $perNode for a node with 15.8", ({ cores, perNode, request }) => {
    const size = workerSize(workers(cores, 1), nodes(15.8));

    expect(size).toMatchObject({ perNode, cores: request, coresLimit: cores, threads: cores });
  });

  it("lets memory decide where it is scarcer", () => {
    const size = workerSize(workers(1, 16), nodes(16, 60));

    expect(size).toMatchObject({ perNode: 4, cores: 1, memoryBytes: 15 * gibibyte, memoryLimitBytes: 16 * gibibyte });
  });

  it("asks for what is written where the node's size is not known", () => {
    expect(workerSize(workers(0.5, 1), undefined)).toEqual({
      cores: 0.5,
      coresLimit: 0.5,
      memoryBytes: gibibyte,
      memoryLimitBytes: gibibyte,
      threads: 1,
      perNode: undefined,
    });
  });

  it("never asks for more than was written, nor for more than a node has, and gives little up", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 10, max: 1280 }), (cores, tenths) => {
        const room = tenths / 10;
        const size = workerSize(workers(cores, 1), nodes(room));

        expect(size.cores).toBeLessThanOrEqual(cores);
        if (size.perNode === undefined || size.perNode === 0) return;
        expect(size.cores * size.perNode).toBeLessThanOrEqual(room + 1e-9);
        expect(size.cores).toBeGreaterThanOrEqual(cores * 0.9 - 0.1);
      }),
    );
  });
});
