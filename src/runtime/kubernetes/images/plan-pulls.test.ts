import { describe, expect, it } from "vitest";

import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import { chartImages, type PlacedImage, planPulls } from "./plan-pulls.ts";

type Keys = Readonly<Record<string, unknown>>;

const ready = [{ type: "Ready", status: "True" }];
const node = (
  name: string,
  rest: { readonly labels?: Keys; readonly spec?: Keys; readonly status?: Keys } = {},
): KubernetesObject => ({
  ...{ apiVersion: "v1", kind: "Node", metadata: { name, labels: (rest.labels ?? {}) as Record<string, string> } },
  spec: rest.spec ?? {},
  status: { conditions: ready, ...rest.status },
});
const placed = (image: string, rest: Partial<PlacedImage> = {}): PlacedImage => ({
  ...{ image, nodeSelector: {}, tolerations: [], pullSecrets: [] },
  ...rest,
});

describe("planPulls", () => {
  it("is nothing where every node has everything, whatever tag it knows it by", () => {
    const images = [{ names: ["registry.example.org/lab@sha256:aa", "registry.example.org/hub:1"] }];
    const wanted = [placed("registry.example.org/lab:next@sha256:aa"), placed("registry.example.org/hub:1")];

    expect(planPulls(wanted, [node("one", { status: { images } })])).toEqual([]);
  });

  it("goes to the nodes of the group that an image is for, and past their taints", () => {
    const taints = [{ key: "dedicated", value: "user", effect: "NoSchedule" }];
    const nodes = [node("core"), node("user", { labels: { group: "user" }, spec: { taints } })];
    const tolerations = [{ key: "dedicated", operator: "Equal", value: "user", effect: "NoSchedule" }];

    expect(
      planPulls(
        [placed("hub"), placed("lab", { nodeSelector: { group: "user" }, tolerations, pullSecrets: ["login"] })],
        nodes,
      ),
    ).toEqual([
      { node: "core", images: ["hub"], pullSecrets: [] },
      { node: "user", images: ["lab"], pullSecrets: ["login"] },
    ]);
  });

  it("leaves out nodes that are not ready or take no pods", () => {
    const nodes = [node("down", { status: { conditions: [] } }), node("drained", { spec: { unschedulable: true } })];

    expect(planPulls([placed("hub")], nodes)).toEqual([]);
  });
});

it("chartImages finds what a chart runs all the time, with where it may run", () => {
  const pod = {
    ...{ nodeSelector: { group: "core" }, imagePullSecrets: [{ name: "login" }] },
    ...{ initContainers: [{ image: "tools:1" }], containers: [{ image: "hub:1" }] },
  };
  const of = (kind: string): KubernetesObject => ({
    ...{ apiVersion: "apps/v1", kind, metadata: { name: "hub" }, spec: { template: { spec: pod } } },
  });
  const place = { nodeSelector: { group: "core" }, tolerations: [], pullSecrets: ["login"] };

  expect(chartImages([of("Deployment"), of("Job")])).toEqual([
    { ...place, image: "tools:1" },
    { ...place, image: "hub:1" },
  ]);
});
