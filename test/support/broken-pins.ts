import { aFleet, type FleetBuilder } from "./a-fleet.ts";

const file = "charts/values.yaml";
const fleet = aFleet().withFile(file, "jupyterhub: {}\n");
const pin = { file, path: "jupyterhub.hub.image" };

/** What is broken about pins and registries, the codes that must be reported, and where the first one is. */
export const brokenPins: readonly [string, FleetBuilder, readonly string[], string?][] = [
  [
    "a pin into a file that is not there",
    fleet.withImage("lab", { pins: [{ file: "charts/value.yaml", path: "a" }] }),
    ["FILE_MISSING"],
    "images/lab/image.yaml:4:11",
  ],
  [
    "a pin into a secret",
    fleet
      .withImage("lab", { pins: [{ file: "secrets/hub.enc.yaml", path: "a" }] })
      .withFile("secrets/hub.enc.yaml", "a: ENC[AES256_GCM,data:x,type:str]\nsops:\n  mac: x\n  version: 3.9.0\n"),
    ["FILE_MISSING"],
  ],
  [
    "two images on one place",
    fleet
      .withImage("hub", { role: "hub", pins: [pin] })
      .withImage("lab", { pins: [{ file, path: ["jupyterhub", "hub", "image", "tag"] }] }),
    ["PIN_CLASH"],
  ],
  [
    "two variants on one place",
    fleet
      .withImage("lab", {
        pins: [{ file, path: "a.0" }],
        variants: { next: { requirements: "next.txt", pins: [{ file, path: ["a", 0] }] } },
      })
      .withFile("images/lab/next.txt", "dask\n"),
    ["PIN_CLASH"],
  ],
  [
    "a pin of an image that is not built here",
    fleet
      .withImage("taken", { from: `x.example.org/a@sha256:${"0".repeat(64)}`, pins: [pin] })
      .without("images/taken/requirements.txt"),
    ["PIN_WITHOUT_BUILD"],
  ],
  [
    "a cluster that pulls from a registry that is not there",
    fleet
      .withFleet({ registries: { main: { address: "registry.example.org/fleet" } } })
      .withCluster("far", { provider: "kubeconfig", registry: "mian" }),
    ["UNKNOWN_REGISTRY"],
    "clusters/far.yaml:3:11",
  ],
];
