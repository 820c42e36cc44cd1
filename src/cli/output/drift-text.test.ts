import { describe, expect, it } from "vitest";

import type { DriftedHub } from "../../operate/kubernetes/report-drift.ts";
import { driftAsData, renderDrift } from "./drift-text.ts";
import { createPaint } from "./paint.ts";

const given = { apiVersion: "v1", kind: "Secret", metadata: { name: "hub" }, data: { key: "hidden" } };
const hub = (rest: Partial<DriftedHub>): DriftedHub => ({
  ...{ target: "hub/alpha", objects: [], looked: 3, remarks: [], errors: [] },
  ...rest,
});
const render = (...hubs: readonly DriftedHub[]): string => renderDrift({ hubs }, createPaint(false));

describe("what somebody changed, in words", () => {
  it("is one line where nothing was", () => {
    expect(render(hub({}), hub({ looked: 2 }))).toBe("Nothing differs from what was put in place (5 objects).\n");
  });

  it("names hub, object, field, who, when, and the command that puts it back", () => {
    const at = "2026-11-21T09:00:00.000Z";
    const objects: DriftedHub["objects"] = [
      { object: "Role hub", isGone: true, fields: [], given },
      {
        ...{ object: "Deployment hub", release: "alpha", isGone: false, given },
        fields: [
          { field: "spec.replicas", kind: "changed", is: "2", wanted: "1", by: "kubectl-edit", at },
          { field: "spec.paused", kind: "gone", wanted: "false" },
        ],
      },
      { object: "Secret hub", isGone: false, given, fields: [{ field: "data.key", kind: "changed", by: "kubectl" }] },
    ];

    expect(render(hub({ objects }))).toBe(`hub/alpha
  Role hub: it is not there any more
  Deployment hub
      spec.replicas is 2, was 1  (kubectl-edit, 2026-11-21 09:00:00)
      spec.paused is gone, was false
  Secret hub
      data.key has another value  (kubectl)
3 of 3 objects differ. To put back what was changed or deleted: hubfleet apply --drift hub/alpha
`);
  });

  it("promises nothing about what others added", () => {
    const fields = [{ field: "metadata.labels.mine", kind: "added", is: "yes" }] as const;

    expect(render(hub({ objects: [{ object: "Service hub", isGone: false, fields, given }] }))).toContain(
      "1 of 3 objects differs: what others added stays; take it away by hand where it is in the way.",
    );
  });

  it("is data without what objects hold", () => {
    const data = driftAsData({ hubs: [hub({ objects: [{ object: "Secret hub", isGone: true, fields: [], given }] })] });

    expect(data).toMatchObject({
      version: 1,
      hubs: [{ target: "hub/alpha", objects: [{ object: "Secret hub", isGone: true }] }],
    });
    expect(JSON.stringify(data)).not.toContain("hidden");
  });
});
