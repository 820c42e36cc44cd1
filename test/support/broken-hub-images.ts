import { aFleet, type FleetBuilder } from "./a-fleet.ts";

const digest = `sha256:${"c".repeat(64)}`;

/** A reference to the chart's own hub image, with its tag or without. */
export function k8sHub(tag?: string): string {
  return `quay.io/jupyterhub/k8s-hub${tag === undefined ? "" : `:${tag}`}@${digest}`;
}

/** A hub on Kubernetes that uses the jupyterhub chart 4.4.0, beside the local one, and an image for it. */
export function onKubernetes(image: Readonly<Record<string, unknown>> = {}): FleetBuilder {
  return aFleet()
    .withCluster("cloud", { provider: "kubeconfig" })
    .withImage("k8s", { role: "hub", python: "3.12", ...image })
    .withHub("far", withChart("4.4.0"));
}

export function withChart(version: string, domain = "far.example.org"): Readonly<Record<string, unknown>> {
  return {
    cluster: "cloud",
    domain,
    images: { hub: "k8s" },
    charts: { jupyterhub: { version } },
    access: { login: { kind: "sign-up" } },
  };
}

/** Hub images that do not fit their chart, the codes that must be reported, and where the first one is. */
export const brokenHubImages: readonly [string, FleetBuilder, readonly string[], string?][] = [
  [
    "a hub image on another release's base",
    onKubernetes({ base: k8sHub("4.3.5") }),
    ["HUB_IMAGE_MISMATCH"],
    "images/k8s/image.yaml:4:7",
  ],
  [
    "a hub image whose Dockerfile starts from another release",
    onKubernetes().withFile(
      "images/k8s/Dockerfile",
      `ARG BASE=${k8sHub("4.3.5")}\nFROM $BASE AS hub\nRUN true\nFROM hub\n`,
    ),
    ["HUB_IMAGE_MISMATCH"],
    "images/k8s/Dockerfile:2:6",
  ],
  [
    "a hub image with another JupyterHub than its chart",
    onKubernetes({ base: k8sHub("4.4.0") }).withFile("images/k8s/lock.txt", "aiohttp==3.14.1\njupyterhub==5.5.4 \\\n"),
    ["HUB_IMAGE_MISMATCH"],
    "images/k8s/lock.txt:2:1",
  ],
  [
    "a hub image with another JupyterHub from conda",
    onKubernetes().withFile(
      "images/k8s/lock.txt",
      `@conda linux-64 https://example.org/noarch/jupyterhub-base-5.4.6-h0_0.conda sha256:${"d".repeat(64)}\n`,
    ),
    ["HUB_IMAGE_MISMATCH"],
    "images/k8s/lock.txt:1:1",
  ],
  [
    "a hub image with another Python than its base",
    onKubernetes({ base: k8sHub("4.4.0"), python: "3.11" }),
    ["HUB_IMAGE_MISMATCH"],
    "images/k8s/image.yaml:4:7",
  ],
  [
    "a hub image for two charts",
    onKubernetes({ base: k8sHub("4.4.0") }).withHub("farther", withChart("4.3.5", "farther.example.org")),
    ["HUB_IMAGE_MISMATCH"],
    "images/k8s/image.yaml:4:7",
  ],
  [
    "an option in apt.txt",
    aFleet().withFile("images/lab/apt.txt", "git\n-o Debug=1\n"),
    ["APT_FILE_INVALID"],
    "images/lab/apt.txt:2:1",
  ],
];
