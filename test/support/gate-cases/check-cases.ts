import { start, type GateCase } from "../a-gate.ts";
import { seen, end, onTry, checked, changedLab, imageCheck, mark, type GateRow } from "./records.ts";

/** Checks of parts by themselves and of hubs. */
export const checkCases: readonly GateRow[] = [
  [
    "an image that was not tested",
    { evidence: [seen], bundle: { partChecks: [{ check: "image/lab", parts: ["image/lab"] }] } },
    "check-missing",
  ],
  [
    "an image that was",
    { evidence: [seen, imageCheck({})], bundle: { partChecks: [{ check: "image/lab", parts: ["image/lab"] }] } },
    "open",
  ],
  [
    "another image that was",
    {
      evidence: [seen, imageCheck({ parts: { "image/lab": "lab-2" } })],
      bundle: { partChecks: [{ check: "image/lab", parts: ["image/lab"] }] },
    },
    "check-missing",
  ],
  [
    "half of a pair",
    {
      evidence: [seen, imageCheck({ check: "pair" })],
      bundle: { partChecks: [{ check: "pair", parts: ["image/lab", "image/hub"] }] },
    },
    "check-missing",
  ],

  ["no check of the stage", { evidence: [seen], testing: { ...checked } }, "check-missing"],
  [
    "another check that passed",
    { evidence: [seen, { ...onTry, check: "extra/climate" }], testing: { ...checked } },
    "check-missing",
  ],
  [
    "another check of the image that passed",
    {
      evidence: [seen, imageCheck({ check: "image/hub" })],
      bundle: { partChecks: [{ check: "image/lab", parts: ["image/lab"] }] },
    },
    "check-missing",
  ],
  ["a check that passed", { evidence: [seen, onTry], testing: { ...checked } }, "open"],
  ...(["failed", "unknown", "error", "timeout"] as const).flatMap((verdict): [string, GateCase, string][] => [
    [
      `a check that ended as ${verdict}`,
      { evidence: [seen, { ...onTry, verdict }], testing: { ...checked } },
      verdict === "failed" ? "check-failed" : "check-unknown",
    ],
    [
      `a pass before one that ended as ${verdict}`,
      {
        evidence: [seen, onTry, { ...onTry, id: "d", verdict, at: end, sequence: end }],
        testing: { ...checked },
      },
      verdict === "failed" ? "check-failed" : "check-unknown",
    ],
    [
      `a pass after one that ended as ${verdict}`,
      {
        evidence: [seen, onTry, { ...onTry, id: "d", verdict, at: start, sequence: start }],
        testing: { ...checked },
      },
      "open",
    ],
    [
      `one that ended as ${verdict}, marked`,
      {
        evidence: [seen, onTry, { ...onTry, id: "d", verdict, at: end }, mark("d")],
        testing: { ...checked },
      },
      "open",
    ],
  ]),
  [
    "a check that was skipped",
    { evidence: [seen, { ...onTry, verdict: "skipped" }], testing: { ...checked } },
    "check-missing",
  ],
  ["a check of another hub", { evidence: [seen, { ...onTry, hub: "too" }], testing: { ...checked } }, "check-missing"],
  [
    "a check of a hub that was on hold",
    { evidence: [seen, { ...onTry, standing: "held" }], testing: { ...checked } },
    "check-missing",
  ],
  [
    "a check before a fix",
    { evidence: [seen, { ...onTry, parts: changedLab }], testing: { ...checked } },
    "check-missing",
  ],
];
