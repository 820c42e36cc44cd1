import { describe, expect, it } from "vitest";

import { aScreen, type PretendedScreen } from "../../../test/support/a-screen.ts";
import { createTerminalMemory } from "../../adapters/terminal/terminal-memory.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { createProgress, type Progress } from "./progress.ts";

/** A progress on a terminal whose clock and ticks are the test's. */
function progressOn(terminal: Terminal): { progress: Progress; tick: (milliseconds: number) => void } {
  let time = 0;
  const calls = new Set<() => void>();
  const every = (_: number, call: () => void): (() => void) => {
    calls.add(call);
    return () => calls.delete(call);
  };
  const progress = createProgress(terminal, { now: () => time, every });
  return {
    progress,
    tick: (milliseconds) => {
      time += milliseconds;
      for (const call of calls) call();
    },
  };
}

/** A terminal that shows on a pretended screen. */
function terminalOf(screen: PretendedScreen): Terminal {
  return {
    out: (text) => screen.err(text),
    err: (text) => screen.err(text),
    isInteractive: true,
    isOutTerminal: true,
    isErrTerminal: true,
    colors: true,
    movesCursor: true,
    get columns() {
      return screen.columns;
    },
    get rows() {
      return screen.rows;
    },
  };
}

const target = "hub/staging";

describe("progress on a terminal", () => {
  it("draws the tree in its place and leaves what was above it alone", () => {
    const screen = aScreen(60, 10);
    screen.err("$ hubfleet apply\n");
    const { progress, tick } = progressOn(terminalOf(screen));

    progress.report({ target, text: "start hub", state: "started", expectedMilliseconds: 6_000 });
    tick(1_000);
    tick(1_000);

    expect(screen.lines()).toEqual([
      "$ hubfleet apply",
      "fleet  2.0s",
      "└─ hubs  0 of 1 done, 1 at work",
      "   └─ … hub/staging",
      "      └─ … start hub  2.0s of about 6.0s",
      "",
    ]);
  });

  it("keeps notes above the tree, and the tree when all is over", () => {
    const screen = aScreen(60, 10);
    const { progress, tick } = progressOn(terminalOf(screen));

    progress.report({ target, text: "start hub", state: "started" });
    progress.report({ target: "fleet/demo", text: "comes back", state: "note" });
    tick(1_000);
    progress.report({ target, text: "start hub", state: "done", milliseconds: 1_000 });
    progress.end();
    screen.err("1 hub: 1 changed\n");

    expect(screen.lines()).toEqual([
      "! fleet/demo comes back",
      "fleet  1.0s",
      "└─ hubs  1 of 1 done",
      "   └─ ✓ hub/staging",
      "      └─ ✓ start hub  (1.0s)",
      "1 hub: 1 changed",
      "",
    ]);
  });

  it("does not scroll the screen, however many hubs there are", () => {
    const screen = aScreen(80, 24);
    const { progress, tick } = progressOn(terminalOf(screen));
    const hubs = Array.from({ length: 200 }, (_, index) => `hub/hub-${index}`);

    for (const hub of hubs) progress.report({ target: hub, text: "", state: "queued" });
    for (const hub of hubs) {
      progress.report({ target: hub, text: "start hub", state: "started" });
      tick(100);
      progress.report({ target: hub, text: "start hub: it ended", state: "failed" });
      progress.report({ target: hub, text: "it ended", state: "settled" });
    }
    progress.end();

    expect(screen.scrolled()).toBe(0);
    expect(screen.lines()[1]).toBe("└─ hubs  0 of 200 done, 200 failed");
    expect(screen.lines().at(-2)).toBe("   └─ and 180 more such");
  });

  it("draws anew below what was above when the window gets narrower, and wider again", () => {
    const screen = aScreen(70, 16);
    screen.err("$ hubfleet apply\n");
    const { progress, tick } = progressOn(terminalOf(screen));
    progress.report({ target, text: `start hub ${"x".repeat(80)}`, state: "started" });

    screen.resize(24, 16);
    tick(1_000);
    expect(screen.lines()).toEqual([
      "$ hubfleet apply",
      "fleet  1.0s",
      "└─ hubs  0 of 1 done, …",
      "   └─ … hub/staging",
      "      └─ … start hub x…",
      "",
    ]);

    screen.resize(70, 5);
    tick(1_000);
    expect(screen.lines().slice(0, 3)).toEqual(["$ hubfleet apply", "fleet  2.0s", "└─ hubs  0 of 1 done, 1 at work"]);
  });

  it("clears what an interruption left on the line below, and never leaves the cursor hidden", () => {
    const screen = aScreen(60, 10);
    const { progress } = progressOn(terminalOf(screen));
    progress.report({ target, text: "start hub", state: "started" });
    expect(screen.isCursorShown).toBe(true);

    screen.err("^C");
    progress.say("interrupted: finishing the current step");

    expect(screen.lines()).toEqual([
      "interrupted: finishing the current step",
      "fleet  0.0s",
      "└─ hubs  0 of 1 done, 1 at work",
      "   └─ … hub/staging",
      "      └─ … start hub  0.0s",
      "",
    ]);
    expect(screen.isCursorShown).toBe(true);
  });

  it("writes nothing when nothing changed", () => {
    const terminal = createTerminalMemory({ isErrTerminal: true });
    const { progress, tick } = progressOn(terminal);
    progress.report({ target, text: "start hub", state: "started" });
    progress.report({ target, text: "start hub", state: "done", milliseconds: 1 });
    tick(60_000);
    const before = terminal.talk();

    tick(0);

    expect(terminal.talk()).toBe(before);
  });
});

describe("progress elsewhere", () => {
  it("is one plain line for each step that ended, and for what failed outside of any", () => {
    const terminal = createTerminalMemory({ colors: true });
    const { progress, tick } = progressOn(terminal);

    progress.report({ target, text: "", state: "queued" });
    progress.report({ target, text: "start hub", state: "started" });
    tick(1_500);
    progress.report({ target, text: "start hub", state: "done", milliseconds: 1_500 });
    progress.report({ target, text: "start proxy", state: "started" });
    progress.report({ target, text: "start proxy: it ended", state: "failed" });
    progress.report({ target, text: "it ended", state: "settled" });
    progress.report({ target: "hub/research", text: "port 18010 is taken", state: "settled" });
    progress.report({ target: "hub/third", text: "", state: "settled" });
    progress.end();

    expect(terminal.talk().split("\n")).toEqual([
      "   1.5s  ✓ hub/staging        start hub  (1.5s)",
      "   1.5s  ✗ hub/staging        start proxy: it ended",
      "   1.5s  ✗ hub/research       port 18010 is taken",
      "",
    ]);
  });

  it("has a sign of life for a step that takes long", () => {
    const terminal = createTerminalMemory();
    const { progress, tick } = progressOn(terminal);

    progress.report({ target: "image/lab", text: "lock", state: "started", expectedMilliseconds: 45_000 });
    tick(30_000);

    expect(terminal.talk()).toBe("  30.0s  … image/lab          lock  (30s of about 45s)\n");
  });

  it("is the same on a terminal that cannot move its cursor", () => {
    const terminal = createTerminalMemory({ isErrTerminal: true, movesCursor: false });
    const { progress } = progressOn(terminal);

    progress.report({ target, text: "start hub", state: "started" });
    progress.report({ target, text: "start hub", state: "done", milliseconds: 100 });

    expect(terminal.talk()).toBe("   0.0s  ✓ hub/staging        start hub  (0.1s)\n");
  });
});
