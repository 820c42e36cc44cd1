import { defineConfig } from "vitest/config";

import { createTotalsReporter } from "./test/support/totals-reporter.ts";

/** script/test-images starts what every builder needs; elsewhere they are tried once, as contracts. */
const isImagesRun = process.env["HUBFLEET_TEST_IMAGES"] === "all";
const images = [
  "test/images/*.images.test.ts",
  ...(isImagesRun ? ["test/contract/container-builder*.contract.test.ts"] : []),
];

/** script/test-cluster starts a cluster and brings Helm; the charts' contracts want the latter only. */
const isClusterRun = process.env["HUBFLEET_TEST_CLUSTER"] === "all";
const cluster = [
  "test/cluster/*.cluster.test.ts",
  ...(isClusterRun ? ["test/contract/{charts,helm}.contract.test.ts"] : []),
];

/**
 * One project per cost, told by the file's name: `unit` (milliseconds, no input or output), `contract` (real adapters
 * beside their memory twins), `e2e` (real hubs; one file after another, they share the machine's ports and cores).
 */
export default defineConfig({
  test: {
    reporters: ["default", createTotalsReporter()],
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.ts"], testTimeout: 60_000, sequence: { groupOrder: 0 } } },
      {
        test: {
          name: "contract",
          include: ["test/contract/*.contract.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/*.e2e.test.ts"],
          testTimeout: 5 * 60_000,
          hookTimeout: 5 * 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "images",
          include: images,
          testTimeout: 10 * 60_000,
          hookTimeout: 10 * 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "cluster",
          include: cluster,
          testTimeout: 5 * 60_000,
          hookTimeout: 5 * 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
