import type { Look } from "../../src/bundle/looks.ts";
import { clockOf, start, theParts } from "./a-gate.ts";

/** A look that finds hub "try" well, by the clock of this machine. */
export function aLook(milliseconds: number, changes: Partial<Look> = {}): Look {
  return {
    hub: "try",
    stage: "testing",
    at: atMoment(start + milliseconds),
    bundle: { id: "2026.11.21-b1", digest: "sha256:b1" },
    parts: theParts,
    standing: "stage",
    deployment: "2026.11.21-b1@2026-11-21T12:00:00.000Z",
    verdict: "passed",
    reason: "",
    failuresBefore: 0,
    ...changes,
  };
}

export function atMoment(moment: number, boot = "1"): Look["at"] {
  return { time: new Date(moment).toISOString(), clock: { kind: "machine", ...clockOf(moment, "server", boot) } };
}

export function atService(moment: number): Look["at"] {
  return { time: new Date(moment).toISOString(), clock: { kind: "service", service: "ci" } };
}
