import { describe, expect, it } from "vitest";

import { releaseFailed } from "./helm-failures.ts";

const release = { name: "lab", namespace: "hub-lab" };
const chart = { name: "jupyterhub", version: "4.2.0", digest: "sha256:0", path: "/charts/jupyterhub" };
const judge = (stderr: string): unknown =>
  releaseFailed(release, { stderr, cluster: "https://campus.example.org", chart });

describe("releaseFailed", () => {
  it.each([
    ["Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", "RELEASE_BUSY"],
    [
      'Error: Kubernetes cluster unreachable: Get "https://campus.example.org/version": dial tcp: i/o timeout',
      "CLUSTER_UNREACHABLE",
    ],
    ["Error: UPGRADE FAILED: execution error at (jupyterhub/templates/NOTES.txt:9:4): no", "CHART_FAILED"],
    ["Error: chart requires kubeVersion: >=1.32.0-0 which is incompatible with Kubernetes v1.20.0", "CHART_FAILED"],
    ['Error: UPGRADE FAILED: cannot patch "hub" with kind Deployment: field is immutable', "RELEASE_FAILED"],
  ])("takes %j for %s", (stderr, code) => {
    expect(judge(stderr)).toMatchObject({ code });
  });

  it("leaves out warnings and the words before", () => {
    expect(
      judge("WARNING: Kubernetes configuration file is group-readable\nError: UPGRADE FAILED: no luck"),
    ).toMatchObject({
      message: 'release "lab" in "hub-lab" of https://campus.example.org: no luck',
    });
  });
});
