import { describe, expect, it } from "vitest";

import { event, nothing, now, told, waiting } from "../../../../test/support/kubernetes/troubled-pods.ts";
import type { ClusterEvent } from "../../../ports/kubernetes.ts";
import { podTroubles } from "../pod-troubles.ts";

describe("podTroubles: images", () => {
  const pull = (said: string): ClusterEvent => event("Failed", `Failed to pull image "hub:1": ${said}`);
  const pullSecrets = { imagePullSecrets: [{ name: "registry-login" }] };

  it.each([
    [
      'failed to pull and unpack image "r/hub:1": failed to resolve reference "r/hub:1": r/hub:1: not found',
      'image-not-found | deployment hub | image "hub:1" is not in its registry: r/hub:1: not found',
    ],
    [
      "no match for platform in manifest: not found",
      'image-not-found | deployment hub | image "hub:1" is not in its registry: no match for platform in manifest: not found',
    ],
    [
      'failed to pull and unpack image "r/hub:1": failed to resolve reference "r/hub:1": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://r/token: 401 Unauthorized',
      'image-login | deployment hub | the registry does not give image "hub:1" away, and the pod has no pull secret: failed to fetch anonymous token: unexpected status from GET request to https://r/token: 401 Unauthorized',
    ],
    [
      'failed to pull and unpack image "r/hub:1": failed to resolve reference "r/hub:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'image-login | deployment hub | the registry does not give image "hub:1" away, and the pod has no pull secret: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      'failed to resolve reference "r/hub:1": failed to do request: Head "https://r/v2/hub/manifests/1": dial tcp: lookup r: no such host',
      'registry-unreachable | deployment hub | the node cannot fetch image "hub:1" from its registry: Head "https://r/v2/hub/manifests/1": dial tcp: lookup r: no such host',
    ],
    [
      'failed to resolve reference "r/hub:1": failed to do request: Head "https://r/v2/hub/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'registry-unreachable | deployment hub | the node cannot fetch image "hub:1" from its registry: Head "https://r/v2/hub/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      "toomanyrequests: You have reached your unauthenticated pull rate limit",
      'registry-unreachable | deployment hub | the node cannot fetch image "hub:1" from its registry: toomanyrequests: You have reached your unauthenticated pull rate limit',
    ],
  ])("%s", (said, words) => {
    expect(told({ pods: [waiting("ImagePullBackOff", "Back-off")], events: [pull(said)] })).toEqual([words]);
  });

  it("names the pull secret that the registry refuses", () => {
    const pods = [waiting("ErrImagePull", "unexpected status code 403 Forbidden", pullSecrets)];

    const [trouble] = podTroubles({ ...nothing, pods }, now);

    expect(trouble).toMatchObject({ kind: "image-login", hint: expect.stringContaining('"registry-login"') as string });
  });
});
