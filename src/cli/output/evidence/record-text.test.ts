import { describe, expect, it } from "vitest";

import { aLine, anObservation, filesOf } from "../../../../test/support/evidence-files.ts";
import { readRecords } from "../../../evidence/read-records.ts";
import { findRecord, selectRecords } from "../../../evidence/select-records.ts";
import { renderEvidenceList, renderRecord } from "./record-text.ts";

const digest = `sha256:${"b".repeat(64)}`;
const bundles = new Map([[digest, "2026.11.01-bbbbbbbb"]]);
const line = aLine([
  anObservation(0, {
    body: {
      verdict: "passed",
      standing: "stage",
      deployment: "x",
      first: { time: "2026-10-31T22:00:00.000Z", clock: { kind: "service", service: "ci" } },
      exposure: { since: "2026-10-31T22:00:00.000Z", spawns: 7, users: 3, daskClusters: 2 },
    },
  }),
  anObservation(1, {
    kind: "sign-off",
    who: { id: "ada", known: "claimed" },
    subject: { stage: "production", bundle: digest, parts: { "image/lab": "sha256:1" } },
    body: { reason: "maps are right\n\u001B[2Jand nothing else" },
  }),
]);
const { records } = readRecords(filesOf(line));

describe("evidence as text", () => {
  it("is a line for each record, and obeys nothing that somebody wrote into one", () => {
    const text = renderEvidenceList({ records: selectRecords(records, {}), others: 0, bundles }, undefined);

    const [first = "", second = ""] = line.map(({ name }) => name.slice(0, 12));
    expect(text.replace(first, "first-------").replace(second, "second------")).toBe(
      `RECORD        WHEN               KIND         ABOUT             BUNDLE               WHO            WHAT
second------  2026-11-01 00:01Z  sign-off     stage/production  2026.11.01-bbbbbbbb  ada (claimed)  yes: maps are right [2Jand nothing else
first-------  2026-11-01 00:00Z  observation  hub/campus                             ci (ci)        passed for 2 h, 7 servers of 3 users, 2 Dask clusters
`,
    );
  });

  it("says that there is nothing, or nothing of that", () => {
    expect(renderEvidenceList({ records: [], others: 0, bundles }, 80)).toBe("nothing was recorded yet\n");
    expect(renderEvidenceList({ records: [], others: 12, bundles }, 80)).toBe("none of the 12 records is about that\n");
  });

  it("shows all that a record says", () => {
    const record = findRecord(records, line[1]?.name ?? "");

    const text = renderRecord({ record, followers: [], bundles });

    const [first = "", second = ""] = line.map(({ name }) => name);
    expect(
      text.replaceAll(second, "SECOND").replace(second.slice(0, 2), "xx").replace(first.slice(0, 12), "FIRST"),
    ).toBe(
      `record:      SECOND
kind:        sign-off
says:        yes: maps are right [2Jand nothing else
when:        2026-11-01T00:01:00.000Z, by the clock of ci
who:         ada (claimed)
stage:       production
bundle:      2026.11.01-bbbbbbbb  ${digest}
parts:       image/lab  sha256:1
fleet:       0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11
place:       2
follows:     FIRST
followed by: nothing yet
file:        evidence/xx/SECOND.json
body:
  reason: "maps are right\\n\\e[2Jand nothing else"
`,
    );
  });
});
