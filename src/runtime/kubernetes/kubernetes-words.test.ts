import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { fleetName } from "../../../test/support/arbitrary-fleet.ts";
import { kubernetesNames } from "./kubernetes-names.ts";
import { placeOn } from "./node-placement.ts";
import { coresQuantity, quantity } from "./quantity.ts";
import { splitReference } from "./split-reference.ts";

describe("quantity", () => {
  it.each([
    [0, "0"],
    [1, "1"],
    [1536, "1536"],
    [512 * 1024 ** 2, "512Mi"],
    [10 * 1024 ** 3, "10Gi"],
    [1.5 * 1024 ** 3, "1536Mi"],
  ])("writes %d bytes as %s", (bytes, text) => {
    expect(quantity(bytes)).toBe(text);
  });

  it("writes cores whole, or in thousandths", () => {
    expect([1, 0.5, 15.8].map(coresQuantity)).toEqual(["1", "500m", "15800m"]);
  });
});

describe("splitReference", () => {
  it("halves a reference so that a colon joins it again", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    fc.assert(
      fc.property(
        fc.constantFrom(`r.example.org:5000/a/b@${digest}`, "quay.io/a/b:1.2", `a@${digest}`),
        (reference) => {
          const { name, tag } = splitReference(reference);

          expect(`${name}:${tag}`).toBe(reference);
          expect(tag).not.toContain("/");
        },
      ),
    );
  });
});

describe("placeOn", () => {
  it("tolerates the taints of a group, and those that nodes with GPUs have", () => {
    const group = { name: "gpu", labels: { pool: "gpu" }, taints: ["a=b:NoSchedule", "c:NoExecute"], hasGpus: true };

    expect(placeOn(group)).toEqual({
      nodeSelector: { pool: "gpu" },
      tolerations: [
        { key: "a", operator: "Equal", value: "b", effect: "NoSchedule" },
        { key: "c", operator: "Exists", effect: "NoExecute" },
        { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
      ],
    });
  });
});

describe("kubernetesNames", () => {
  it("has releases that Helm takes and services that Kubernetes takes, for every hub's name", () => {
    const names = fc.oneof(fleetName, fc.stringMatching(/^[a-z][a-z0-9-]{40,61}[a-z0-9]$/));
    fc.assert(
      fc.property(names, (name) => {
        const { releases, gatewayService } = kubernetesNames({ name });

        expect(releases.daskGateway.length).toBeLessThanOrEqual(53);
        expect(gatewayService.length).toBeLessThanOrEqual(63);
        expect(releases.daskGateway).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
      }),
    );
  });

  it("keeps long names apart that begin alike", () => {
    const [one, other] = ["a", "b"].map(
      (end) => kubernetesNames({ name: `${"x".repeat(60)}${end}` }).releases.jupyterhub,
    );

    expect(one).not.toBe(other);
  });
});
