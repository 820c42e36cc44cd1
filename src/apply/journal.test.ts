import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { expectedMilliseconds, type JournalLine, parseJournal, unfinishedSteps } from "./journal.ts";

function aLine(changes: Partial<JournalLine>): JournalLine {
  return {
    version: 1,
    at: "2026-01-01T00:00:00.000Z",
    run: "aaaa",
    command: "up",
    pid: 1,
    target: "hub/alpha",
    step: "start hub",
    state: "intent",
    ...changes,
  };
}

describe("the journal", () => {
  it("is read whole up to where a kill tore it, whatever the byte", () => {
    const lines = [aLine({}), aLine({ state: "done", milliseconds: 5 }), aLine({ step: "start proxy — ü" })];
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const ends = lines.map(
      (_, index) =>
        Buffer.from(
          lines
            .slice(0, index + 1)
            .map((line) => `${JSON.stringify(line)}\n`)
            .join(""),
        ).length,
    );

    for (let length = 0; length <= bytes.length; length++) {
      const read = parseJournal(bytes.subarray(0, length).toString("utf8").split("\n"));
      // A line counts from its closing brace on; the line break after it adds nothing.
      expect(read).toEqual(lines.slice(0, ends.filter((end) => end - 1 <= length).length));
    }
  });

  it("never fails on what something else wrote into it", () => {
    const reads = (texts: readonly string[]): void => {
      expect(parseJournal(texts)).toEqual([]);
    };
    fc.assert(fc.property(fc.array(fc.string()), reads));
    fc.assert(fc.property(fc.array(fc.json()), reads));
  });

  it("tells what the last command was in the middle of", () => {
    const lines = [
      aLine({ run: "old", step: "stop" }),
      aLine({ step: "start proxy" }),
      aLine({ step: "start proxy", state: "done" }),
      aLine({ step: "start hub" }),
      aLine({ step: "start gateway" }),
      aLine({ step: "start gateway", state: "failed", code: "HUB_NOT_HEALTHY" }),
    ];

    expect(unfinishedSteps(lines).map(({ step }) => step)).toEqual(["start hub"]);
    expect(unfinishedSteps([])).toEqual([]);
  });

  it("expects a step to take as long as it usually did", () => {
    const times = [100, 90_000, 110, 120].map((milliseconds) => aLine({ state: "done", milliseconds }));

    expect(expectedMilliseconds(times, "start hub")).toBe(120);
    expect(expectedMilliseconds(times, "start proxy")).toBeUndefined();
  });
});
