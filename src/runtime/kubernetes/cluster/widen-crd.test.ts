import { describe, expect, it } from "vitest";

import { aCrd } from "../../../../test/support/kubernetes/a-crd.ts";
import { widenCrd } from "./widen-crd.ts";

const v1 = { name: "v1", fields: ["a"] };
const storedIn = (widening: ReturnType<typeof widenCrd>): unknown =>
  widening.kind === "widen" &&
  (widening.spec["versions"] as readonly { readonly name: string; readonly storage: boolean }[])
    .filter(({ storage }) => storage)
    .map(({ name }) => name);

describe("widenCrd", () => {
  it("leaves alone what is wide enough, whatever else it can", () => {
    const there = aCrd([
      { name: "v1", fields: ["a", "b"] },
      { name: "v1beta1", fields: [] },
    ]);

    expect(widenCrd(there, aCrd([v1]))).toEqual({ kind: "wide-enough" });
  });

  it("keeps versions and fields that the chart does not know", () => {
    const there = aCrd([
      { name: "v1alpha1", fields: ["old"] },
      { name: "v1", fields: ["a", "b"] },
    ]);

    const widening = widenCrd(
      there,
      aCrd([
        { name: "v1", fields: ["a", "c"] },
        { name: "v2", fields: ["a"] },
      ]),
    );

    expect(widening).toMatchObject({
      because: ["version v1 gets spec.c", "version v2 is new"],
      spec: {
        versions: [
          { name: "v1alpha1", served: true },
          {
            name: "v1",
            schema: { openAPIV3Schema: { properties: { spec: { properties: { a: {}, b: {}, c: {} } } } } },
          },
          { name: "v2", served: true },
        ],
      },
    });
  });

  it.each([
    ["v1alpha1", "v1", "v1"],
    ["v1", "v1beta2", "v1"],
    ["v1beta1", "v1beta2", "v1beta2"],
    ["v2", "v1", "v2"],
  ])("stores %s, when a chart stores %s, as %s", (there, wanted, expected) => {
    expect(storedIn(widenCrd(aCrd([{ name: there, fields: [] }]), aCrd([{ name: wanted, fields: ["a"] }])))).toEqual([
      expected,
    ]);
  });

  it("is settled after it was widened by two charts, in whichever order", () => {
    const [one, other] = [aCrd([{ name: "v1", fields: ["x"] }]), aCrd([{ name: "v2", fields: ["y"] }, v1])];
    const widened = (there: typeof one, wanted: typeof one): typeof one => {
      const widening = widenCrd(there, wanted);
      return widening.kind === "widen" ? { ...there, spec: widening.spec } : there;
    };
    const both = widened(widened(aCrd([v1]), one), other);

    expect([widenCrd(both, one), widenCrd(both, other)]).toEqual([{ kind: "wide-enough" }, { kind: "wide-enough" }]);
  });

  it("refuses what would take something away", () => {
    const other = aCrd([v1]);
    const scoped = { ...other, spec: { ...(other["spec"] as object), scope: "Cluster" } };

    expect(widenCrd(aCrd([v1]), scoped)).toEqual({
      kind: "refused",
      why: ['its scope is "Namespaced" there and "Cluster" in the chart'],
    });
    expect(widenCrd(aCrd([v1]), aCrd([v1], "looks", "integer"))).toEqual({
      kind: "refused",
      why: ["version v1: spec.a is string there and integer in the chart"],
    });
  });
});
