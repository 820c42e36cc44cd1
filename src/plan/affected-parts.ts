import type { ComponentName } from "../runtime/local/desired-hub.ts";

/**
 * What of a running hub a setting reaches. "live": read again while running. "servers": what new servers and Dask clusters
 * get. "running": what those that run cannot go on without.
 */
export type Part = ComponentName | "live" | "servers" | "running";

/**
 * Which setting reaches which part; the longest prefix counts. The rendering decides what really changes: this table
 * only says which of the differences belong in a change's reason, so a key missing here is named with every part.
 */
const table: Readonly<Record<string, readonly Part[]>> = {
  access: ["live"],
  "access.login": ["hub"],
  announcement: ["live"],
  appearance: ["hub"],
  basePath: ["proxy", "hub", "gateway", "culler", "running"],
  chartValues: [],
  checks: [],
  "cluster.address": ["proxy", "hub"],
  "cluster.housekeeping": [],
  "cluster.https": ["proxy", "hub"],
  "cluster.name": [],
  "cluster.provider": [],
  culling: ["culler"],
  dask: ["live"],
  "dask.enabled": ["hub", "gateway", "running"],
  "dask.idleSeconds": ["servers"],
  "dask.maxWorkersPerCluster": ["servers"],
  "dask.workerCores": ["servers"],
  "dask.workerMemoryBytes": ["servers"],
  domain: ["hub"],
  environment: ["servers"],
  hubConfig: ["hub"],
  "images.hub": ["hub", "gateway", "culler"],
  "images.notebook": ["servers"],
  "images.worker": ["servers"],
  limits: ["live"],
  "limits.cpuLimit": ["servers"],
  "limits.memoryLimitBytes": ["servers"],
  port: ["proxy", "hub", "gateway", "culler", "running"],
  profiles: ["servers"],
  signOffPage: ["hub"],
  storage: ["servers"],
  title: ["hub"],
};

export function partsOf(path: string): readonly Part[] {
  for (let prefix = path; prefix !== ""; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf(".")))) {
    const parts = table[prefix];
    if (parts !== undefined) return parts;
  }
  return ["proxy", "gateway", "hub", "culler", "live", "servers"];
}
