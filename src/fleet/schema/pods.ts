import { z } from "zod";

import { optional } from "./key.ts";
import { name } from "./names.ts";
import { cores, coresUnit, memory, memoryUnit } from "./quantities.ts";

const size = z.strictObject({
  cpuGuarantee: optional(cores, { description: "Cores kept free for it.", unit: coresUnit, example: 0.2 }),
  cpuLimit: optional(cores, { description: "Cores that it may use. Left out: no limit.", unit: coresUnit, example: 1 }),
  memoryGuarantee: optional(memory, { description: "Memory kept free for it.", unit: memoryUnit, example: "512M" }),
  memoryLimit: optional(memory, {
    description: "Memory that it may use before it is ended. Left out: no limit.",
    unit: memoryUnit,
    example: "2G",
  }),
});

const sizeOf = (what: string): z.ZodOptional<typeof size> =>
  optional(size, { description: `Size of ${what}.`, example: { memoryGuarantee: "512M" } });

/** The hub's own pods, apart from users' servers and Dask clusters. */
export const podsSchema = z.strictObject({
  hub: sizeOf("the hub"),
  proxy: sizeOf("the proxy"),
  gateway: sizeOf("each pod of the Dask Gateway"),
  nodeGroup: optional(name, {
    description: "Node group on which they run. Left out: wherever there is room, nodes of purpose `core` first.",
    example: "core",
  }),
});
