import { z } from "zod";

import { documentVersion, optional, required } from "./key.ts";
import { name } from "./names.ts";

/** experiments/NAME.yaml: a variant on a few hubs with a start and a deadline. */
export const experimentFile = z.strictObject({
  version: documentVersion,
  description: optional(z.string(), { description: "What is tried, and why.", default: "" }),
  image: required(name, { description: "Image that the variant belongs to.", example: "lab" }),
  variant: required(name, { description: "Variant of the image that runs instead.", example: "next" }),
  hubs: required(z.array(name).min(1), { description: "Hubs that run it.", example: ["staging"] }),
  start: required(z.iso.date(), {
    description: "First day, quoted.",
    unit: "date, written 2026-11-21",
    example: "2026-11-21",
  }),
  deadline: required(z.iso.date(), {
    description: "Day by which it is rolled out or removed, quoted.",
    unit: "date, written 2026-12-19",
    example: "2026-12-19",
  }),
});

export type WrittenExperiment = z.infer<typeof experimentFile>;
