import { describe, expect, it } from "vitest";

import type { FieldKeeper } from "../ports/kubernetes.ts";
import type { KubernetesObject } from "../runtime/kubernetes/kubernetes-object.ts";
import { objectDrift } from "./object-drift.ts";

type Keys = Readonly<Record<string, unknown>>;

const at = new Date("2026-11-21T09:00:00Z");
const deployment = (spec: Keys, rest: Keys = {}): KubernetesObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "hub" }, spec },
  ...rest,
});
const keeper = (manager: string, ...paths: readonly (readonly string[])[]): FieldKeeper => ({
  ...{ manager, at, isStatus: false, paths },
});
const container = (rest: Keys): Keys => ({ containers: [{ name: "hub", ...rest }] });

describe("objectDrift", () => {
  it("finds nothing in what the cluster filled in, in its state, and in its own bookkeeping", () => {
    const given = deployment({ replicas: 1 });
    const again = deployment({ replicas: 1, strategy: { type: "Recreate" } });
    const live = {
      ...again,
      metadata: { name: "hub", generation: 3, annotations: { "deployment.kubernetes.io/revision": "2" } },
      status: { replicas: 1 },
    } as KubernetesObject; // metadata as the API has them

    expect(
      objectDrift({ given, live, again, keepers: [keeper("kube-controller-manager", ["spec", "strategy"])] }),
    ).toEqual([]);
  });

  it("says of a changed field what it is and was, who changed it, and when", () => {
    const given = deployment({ replicas: 1 });
    const keepers = [keeper("helm", ["spec", "replicas"]), keeper("kubectl-edit", ["spec", "replicas"])];

    expect(objectDrift({ given, live: deployment({ replicas: 3 }), again: given, keepers })).toEqual([
      { field: "spec.replicas", kind: "changed", is: "3", wanted: "1", by: "kubectl-edit", at: at.toISOString() },
    ]);
  });

  it("finds items of lists by their names", () => {
    const given = deployment(container({ image: "hub:1", env: [{ name: "A", value: "1" }] }));
    const live = deployment(
      container({
        image: "hub:2",
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      }),
    );
    const again = deployment(
      container({
        image: "hub:1",
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      }),
    );
    const inside = ["spec", "containers", "[name=hub]"];
    const keepers = [
      keeper(
        "kubectl-set",
        [...inside, "image"],
        [...inside, "env", "[name=B]"],
        [...inside, "env", "[name=B]", "name"],
      ),
    ];

    expect(objectDrift({ given, live, again, keepers }).map(({ field, kind, by }) => [field, kind, by])).toEqual([
      ["spec.containers[name=hub].env[name=B]", "added", "kubectl-set"],
      ["spec.containers[name=hub].image", "changed", "kubectl-set"],
    ]);
  });

  it("says what is gone", () => {
    const given = deployment({ replicas: 1, paused: false });

    expect(objectDrift({ given, live: deployment({ replicas: 1 }), again: given, keepers: [] })).toEqual([
      { field: "spec.paused", kind: "gone", wanted: "false" },
    ]);
  });

  it("shows no value of a Secret, and none that is called one", () => {
    const secret = (value: string): KubernetesObject => ({
      ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "hub" } },
      data: { key: value },
    });
    const found = [
      objectDrift({ given: secret("one"), live: secret("two"), again: secret("one"), keepers: [] }),
      objectDrift({
        given: deployment({ apiToken: "one" }),
        live: deployment({ apiToken: "two" }),
        again: deployment({ apiToken: "one" }),
        keepers: [],
      }),
    ];

    expect(found).toEqual([[{ field: "data.key", kind: "changed" }], [{ field: "spec.apiToken", kind: "changed" }]]);
  });
});
