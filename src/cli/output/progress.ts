import type { ProgressEvent, Report } from "../../ports/local-world.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { createPaint } from "./paint.ts";
import { createScreen } from "./screen.ts";
import { showSeconds } from "./show-seconds.ts";
import { emptyTree, growTree, type StepTree } from "./step-tree.ts";
import { renderTree } from "./render-tree.ts";

export interface Progress {
  readonly report: Report;
  /** A line from elsewhere that the tree makes room for. */
  readonly say: (text: string) => void;
  /** Draws the tree for the last time; call it when the work is over. */
  end(): void;
}

export interface ProgressProps {
  /** Milliseconds of any clock that only goes forward. */
  readonly now: () => number;
  /** Calls again and again until told to stop; answers how to stop it. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
}

/**
 * What a command does, while it does it, on stderr. On a terminal a tree, drawn anew in its place, which stays when the
 * work is over; elsewhere a line for each step that ended, and one every half minute for a step that takes longer.
 */
export function createProgress(terminal: Terminal, props: ProgressProps): Progress {
  return terminal.isErrTerminal && terminal.movesCursor ? treeProgress(terminal, props) : lineProgress(terminal, props);
}

const frameMilliseconds = 200;

function treeProgress(terminal: Terminal, { now, every }: ProgressProps): Progress {
  const paint = createPaint(terminal.colors);
  const screen = createScreen(terminal);
  let tree = emptyTree(now());
  const draw = (): void =>
    screen.draw(renderTree(tree, { now: now(), columns: terminal.columns - 1, rows: terminal.rows - 1, paint }));
  const stop = every(frameMilliseconds, draw);
  return {
    report: (event) => {
      tree = growTree(tree, event, now());
      if (event.state === "note") screen.above(`${paint("yellow", `${marks.note} ${event.target}`)} ${event.text}`);
      draw();
    },
    say: (text) => {
      screen.above(text);
      draw();
    },
    end: () => {
      stop();
      draw();
    },
  };
}

const marks = { started: "…", done: "✓", failed: "✗", note: "!" } as const;
const colors = { started: "dim", done: "green", failed: "red", note: "yellow" } as const;
const patienceMilliseconds = 30_000;

function lineProgress(terminal: Terminal, { now, every }: ProgressProps): Progress {
  const begun = now();
  const paint = createPaint(terminal.colors && terminal.isErrTerminal);
  let tree: StepTree = emptyTree(begun);
  const line = (state: keyof typeof marks, { target, text }: { target: string; text: string }, took: string): void => {
    const seconds = `${((now() - begun) / 1000).toFixed(1)}s`.padStart(7);
    const mark = paint(colors[state], marks[state]);
    terminal.err(`${paint("dim", seconds)}  ${mark} ${target.padEnd(18)} ${text}${paint("dim", took)}\n`);
  };
  const tellLong = (): void => {
    for (const { target, steps } of tree.targets.values()) {
      for (const { state, since, text, expectedMilliseconds } of steps) {
        if (state !== "working" || now() - since < patienceMilliseconds) continue;
        const usual = expectedMilliseconds === undefined ? "" : ` of about ${showSeconds(expectedMilliseconds)}`;
        line("started", { target, text }, `  (${showSeconds(now() - since)}${usual})`);
      }
    }
  };
  const stop = every(patienceMilliseconds, tellLong);
  return {
    report: (event: ProgressEvent) => {
      tree = growTree(tree, event, now());
      const { state, target, text, milliseconds } = event;
      const isNews = state === "done" || state === "failed" || state === "note";
      if (isNews) line(state, event, milliseconds === undefined ? "" : `  (${showSeconds(milliseconds)})`);
      // What failed outside of any step has had no line yet.
      if (state === "settled" && tree.targets.get(target)?.reason !== "") line("failed", { target, text }, "");
    },
    say: (text) => terminal.err(`${text}\n`),
    end: stop,
  };
}
