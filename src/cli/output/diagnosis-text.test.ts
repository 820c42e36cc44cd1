import { beforeAll, describe, expect, it } from "vitest";

import { ended, healthyEvidence } from "../../../test/support/an-evidence.ts";
import { diagnose } from "../../operate/why/diagnose.ts";
import type { Evidence } from "../../operate/why/evidence.ts";
import { renderDiagnosis } from "./diagnosis-text.ts";
import { createPaint } from "./paint.ts";

const render = (evidence: Evidence): string => renderDiagnosis(diagnose(evidence), createPaint(false));

describe("what why prints", () => {
  let healthy: Evidence;

  beforeAll(async () => {
    healthy = await healthyEvidence();
  });

  it("is one line when nothing is wrong", () => {
    expect(render(healthy)).toBe("nothing is wrong: every process of hub/alpha runs and answers\n");
  });

  it("says what is wrong, since when, why, and what to type", () => {
    expect(render(ended(healthy, ["hub"], ["[W 2026-11-21 10:59:00.000 FleetHub app:1] hm"]))).toMatchInlineSnapshot(`
      "nobody can log in or start a server; running servers go on
        since    some time after 2026-11-21T11:00:00Z (1 h ago), when it last wrote to its log
        because  the hub process ended without saying why: somebody or something ended it (a kill, want of memory)  (process-ended)
          [W 2026-11-21 10:59:00.000 FleetHub app:1] hm
        next
          hubfleet apply hub/alpha
      "
    `);
  });

  it("says unknown, with the last words", () => {
    expect(render(ended(healthy, ["gateway"], ["KeyError: 'x'"]))).toMatchInlineSnapshot(`
      "unknown: the gateway process does not run; no cause that hubfleet knows
      the gateway said last:
        KeyError: 'x'
      next:
        hubfleet logs hub/alpha -n 200
        hubfleet apply hub/alpha
      "
    `);
  });
});
