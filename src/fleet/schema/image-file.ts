import { z } from "zod";

import { documentVersion, optional, required } from "./key.ts";
import { countedPath, fleetPath, name } from "./names.ts";
import { duration, durationUnit } from "./quantities.ts";

const pins = optional(
  z.array(
    z.strictObject({
      file: required(fleetPath, {
        description: "A YAML file of the repository, from the fleet's directory on.",
        example: "helm-charts/basehub/values.yaml",
      }),
      path: required(z.union([z.string().min(1), z.array(z.union([z.string(), z.number().int().min(0)])).min(1)]), {
        description:
          "Where in it: keys and places in lists with dots between them, or as a list where a key has a dot. Either a map with `tag` and `name` or `repository`, or a single value.",
        example: "jupyterhub.hub.image",
      }),
    }),
  ),
  {
    description:
      "Places into which `hubfleet image pin` writes the image's pushed tag, for people with a deployer of their own.",
    default: [],
    example: [{ file: "helm-charts/basehub/values.yaml", path: "jupyterhub.hub.image" }],
  },
);

/** images/NAME/image.yaml: what users' servers, Dask workers or the hub itself run in. */
export const imageFile = z.strictObject({
  version: documentVersion,
  role: required(z.enum(["hub", "notebook", "worker"]), {
    description: "What the image is for: hub, notebook, or worker. A notebook image can be a worker too.",
    example: "notebook",
  }),
  description: optional(z.string(), { description: "What is in it, and for whom.", default: "" }),
  python: optional(z.string().regex(/^3\.(?:1\d|[2-9]\d)$/), {
    description: "Python minor, quoted. Left out: what runtime.txt says, or 3.11.",
    example: "3.11",
  }),
  base: optional(z.string().min(1), {
    description:
      "Container that hubfleet's own Dockerfile for the image starts from, by digest; a tag may stand before it, for reading. It brings the image's Python with pip.",
    example: `registry.example.org/base@sha256:${"0".repeat(64)}`,
  }),
  from: optional(z.string().min(1), {
    description: "Take the image from a registry as it is, by digest. Only Kubernetes can run it.",
    example: `registry.example.org/lab@sha256:${"0".repeat(64)}`,
  }),
  variants: optional(
    z.record(
      name,
      z.strictObject({
        requirements: required(fleetPath, {
          description: "The variant's requirements file, in the image's directory.",
          example: "requirements-next.txt",
        }),
        description: optional(z.string(), { description: "What is different.", default: "" }),
        pins,
      }),
    ),
    {
      description: "Variants for experiments: the same directory with another requirements file.",
      default: {},
      example: { next: { requirements: "requirements-next.txt" } },
    },
  ),
  tests: optional(z.array(fleetPath), {
    description:
      "Scripts, notebooks and pytest files of the image's directory that must run without an error, beside those in tests/.",
    default: [],
    example: ["tests/imports.py"],
  }),
  testTimeout: optional(duration, {
    description: "How long each of them may take.",
    unit: durationUnit,
    default: "5m",
  }),
  paths: optional(z.array(countedPath), {
    description:
      "Files and directories of the fleet, beside the image's own directory, whose changes give the image another tag. They are not sent to the builder.",
    default: [],
    example: ["common/notices"],
  }),
  pins,
  platforms: optional(z.array(z.enum(["linux/amd64", "linux/arm64"])).min(1), {
    description: "Platforms to build for.",
    default: ["linux/amd64"],
    example: ["linux/amd64", "linux/arm64"],
  }),
});

export type WrittenImage = z.infer<typeof imageFile>;
