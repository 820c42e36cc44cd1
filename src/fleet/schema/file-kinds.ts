import type { z } from "zod";

import { clusterFile } from "./cluster-file.ts";
import { experimentFile } from "./experiment-file.ts";
import { fleetFile } from "./fleet-file.ts";
import { groupFile, hubFile, platformFile } from "./hub-file.ts";
import { imageFile } from "./image-file.ts";
import { secretsFile } from "./secrets-file.ts";

interface FileKindEntry {
  readonly schema: z.ZodType;
  /** Where such files lie; `NAME` stands for the name. */
  readonly path: string;
  readonly summary: string;
}

/** Every kind of file that a fleet is made of. */
export const fileKinds = {
  fleet: { schema: fleetFile, path: "fleet.yaml", summary: "The fleet: its name, stages, people and policies." },
  platform: { schema: platformFile, path: "platform.yaml", summary: "What every hub shares." },
  group: { schema: groupFile, path: "groups/NAME.yaml", summary: "What some hubs share." },
  cluster: { schema: clusterFile, path: "clusters/NAME.yaml", summary: "Where hubs run." },
  hub: { schema: hubFile, path: "hubs/NAME.yaml", summary: "One JupyterHub with its Dask Gateway." },
  image: { schema: imageFile, path: "images/NAME/image.yaml", summary: "What servers, workers and hubs run in." },
  experiment: {
    schema: experimentFile,
    path: "experiments/NAME.yaml",
    summary: "A variant on a few hubs for a while.",
  },
  secrets: { schema: secretsFile, path: "secrets/NAME.enc.yaml", summary: "Values encrypted by SOPS." },
} as const satisfies Record<string, FileKindEntry>;

export type FileKind = keyof typeof fileKinds;
