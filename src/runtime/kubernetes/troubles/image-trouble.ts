import type { ContainerView, PodView } from "./pod-view.ts";
import type { PodTrouble } from "./trouble.ts";

const reasons: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
]);

/**
 * An image that does not come.
 *
 * | the registry or containerd says | kind |
 * | ------------------------------- | ---- |
 * | no such name, tag or platform | image-not-found |
 * | 401, 403, "pull access denied" | image-login |
 * | nothing: refused, timed out, no such host, a certificate that does not hold, 5xx, 429 | registry-unreachable |
 * | it is no reference at all | image-invalid |
 */
export function imageTrouble(pod: PodView, { image, waiting }: ContainerView): PodTrouble | undefined {
  if (waiting === undefined || !reasons.has(waiting.reason)) return undefined;
  const said = lastFailure(pod, image) ?? waiting.message;
  const base = { about: pod.about, pod: pod.name };
  if (waiting.reason === "InvalidImageName") {
    const words = `"${image}" is no name of an image: ${said}`;
    return { ...base, kind: "image-invalid", words, hint: "write it as REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:…" };
  }
  if (waiting.reason === "ErrImageNeverPull") {
    const words = `image "${image}" is not on the node, and its pull policy is Never`;
    return { ...base, kind: "image-not-found", words, hint: "leave the pull policy out, or load the image there" };
  }
  if (/not found|manifest unknown|name unknown|no match for platform|does not exist/i.test(said) && !isLogin(said)) {
    const words = `image "${image}" is not in its registry: ${tailOf(said)}`;
    const hint = /no match for platform/i.test(said)
      ? "build it for the nodes' platform, too"
      : "compare its name and tag or digest with what the registry has; an image of the fleet is pushed by `hubfleet image build --push`";
    return { ...base, kind: "image-not-found", words, hint };
  }
  if (isLogin(said)) {
    const has = pod.pullSecrets.map((name) => `"${name}"`).join(", ");
    const given = has === "" ? "and the pod has no pull secret" : `with the pull secret ${has}`;
    const words = `the registry does not give image "${image}" away, ${given}: ${tailOf(said)}`;
    const hint =
      has === ""
        ? "name a pull secret in the chart's values (imagePullSecrets), or let the nodes' own identity read the registry; registries also answer so where the name is wrong"
        : `look whether the login in ${has} is still good and is for this registry`;
    return { ...base, kind: "image-login", words, hint };
  }
  const words = `the node cannot fetch image "${image}" from its registry: ${tailOf(said)}`;
  const hint =
    "look whether the nodes reach that registry (name, firewall, certificate, its limits); it is tried again";
  return { ...base, kind: "registry-unreachable", words, hint };
}

function isLogin(said: string): boolean {
  return /unauthorized|authorization failed|authentication required|pull access denied|no basic auth credentials|forbidden|\b40[13]\b|denied:/i.test(
    said,
  );
}

/** The event has the registry's own words; the waiting state often has only that it waits. */
function lastFailure(pod: PodView, image: string): string | undefined {
  const found = pod.events.findLast(
    ({ reason, message }) => reason === "Failed" && message.startsWith(`Failed to pull image "${image}"`),
  );
  return found?.message;
}

const wrappings =
  /^(?:(?:Failed|failed) to (?:pull(?: and unpack)? image|resolve (?:reference|image)) "[^"]*": |Back-off pulling image "[^"]*": |ErrImagePull: |rpc error: code = \w+ desc = |failed to (?:do request|authorize|copy): )/;

/** Without what kubelet and containerd put in front, where the reference stands three times. */
function tailOf(said: string): string {
  let tail = said.trim();
  while (wrappings.test(tail)) tail = tail.replace(wrappings, "");
  return tail;
}
