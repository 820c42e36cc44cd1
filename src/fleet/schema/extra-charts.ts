import { z } from "zod";

import { optional, required } from "./key.ts";
import { name } from "./names.ts";

const extraChart = z.strictObject({
  repository: required(z.string().regex(/^(?:https|oci):\/\/\S+$/, "an address that starts with https:// or oci://"), {
    description: "Address of the chart's repository.",
    example: "https://charts.example.org",
  }),
  chart: required(z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, "a chart's name"), {
    description: "Name of the chart in its repository.",
    example: "files",
  }),
  version: required(z.string().regex(/^v?\d+\.\d+\.\d+(?:[-+.][0-9A-Za-z.+-]+)?$/, "an exact version"), {
    description: "Exact version of the chart.",
    example: "1.2.3",
  }),
  digest: optional(z.string().regex(/^sha256:[0-9a-f]{64}$/), { description: "Digest of the chart's archive." }),
  values: optional(z.record(z.string(), z.unknown()), {
    description: "Plain values of the chart.",
    default: {},
    example: { replicas: 1 },
  }),
});

/** Charts beside the hub's own two. */
export const extraChartsSchema = z.record(name, extraChart);
