import { expect, it } from "vitest";

import type { GateReason } from "../../../bundle/gate-verdict.ts";
import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { GateAnswer } from "../../../operate/bundles/judge-stages.ts";
import { gateDocument } from "./gate-document.ts";
import { gateLine } from "./gate-line.ts";

const reason: GateReason = {
  code: "soak-time",
  stage: "staging",
  words: "soaking in staging: 3 d of 7 d",
  satisfiedBy: "time",
  records: [],
  isFinal: false,
};
const problem = new HubfleetError("RENDERER_DIFFERS", { message: "another hubfleet made it" });

it.each<[GateAnswer, string, string]>([
  [
    { kind: "judged", verdict: { kind: "open", restsOn: [] } },
    "to production: open: `hubfleet promote b1 --to production`",
    "open",
  ],
  [
    { kind: "judged", verdict: { kind: "blocked", reasons: [reason] } },
    "to production: blocked; soaking in staging: 3 d of 7 d",
    "blocked",
  ],
  [
    { kind: "judged", verdict: { kind: "expired", since: 0, words: "b1 was made long ago", reasons: [reason] } },
    "to production: b1 was made long ago; soaking in staging: 3 d of 7 d",
    "expired",
  ],
  [
    { kind: "refused", problems: [problem] },
    "to production: cannot go: another hubfleet made it (RENDERER_DIFFERS)",
    "refused",
  ],
])("says in a line what a gate says, and to programs", (answer, line, verdict) => {
  expect(gateLine("b1", "production", answer)).toBe(line);
  expect(gateDocument(answer)).toMatchObject({ verdict });
});
