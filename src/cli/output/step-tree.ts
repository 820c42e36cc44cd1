import type { ProgressEvent } from "../../ports/local-world.ts";

/** What a command has done so far, by target: what `renderTree` draws and what plain lines are made from. */
export interface StepTree {
  readonly begun: number;
  readonly targets: ReadonlyMap<string, TargetNode>;
}

export interface TargetNode {
  readonly target: string;
  /** It was queued, and is over when it is said to be; otherwise it is over while no step of it is at work. */
  readonly isQueued: boolean;
  readonly isSettled: boolean;
  readonly steps: readonly StepNode[];
  /** Why it failed although no step of it did. */
  readonly reason: string;
  readonly since: number | undefined;
  readonly milliseconds: number | undefined;
}

export interface StepNode {
  readonly step: string;
  /** The step's name, and what came of it once it ended. */
  readonly text: string;
  readonly state: "working" | "done" | "failed";
  readonly since: number;
  readonly milliseconds: number | undefined;
  readonly expectedMilliseconds: number | undefined;
}

export type TargetState = "queued" | "working" | "done" | "failed";

export function emptyTree(begun: number): StepTree {
  return { begun, targets: new Map() };
}

/** The tree after one more event. Notes are no part of it: they are lines of their own. */
export function growTree(tree: StepTree, event: ProgressEvent, now: number): StepTree {
  if (event.state === "note") return tree;
  const before = tree.targets.get(event.target) ?? emptyNode(event.target);
  return { ...tree, targets: new Map(tree.targets).set(event.target, growNode(before, event, now)) };
}

export function stateOf({ isQueued, isSettled, steps, reason }: TargetNode): TargetState {
  const isAtWork = steps.some(({ state }) => state === "working");
  const hasFailed = reason !== "" || steps.some(({ state }) => state === "failed");
  if (hasFailed && !isAtWork) return "failed";
  if (isAtWork) return "working";
  if (isQueued && !isSettled) return steps.length === 0 ? "queued" : "working";
  return "done";
}

function emptyNode(target: string): TargetNode {
  return {
    target,
    isQueued: false,
    isSettled: false,
    steps: [],
    reason: "",
    since: undefined,
    milliseconds: undefined,
  };
}

function growNode(node: TargetNode, event: ProgressEvent, now: number): TargetNode {
  const { state, text } = event;
  if (state === "queued") return { ...node, isQueued: true, isSettled: false };
  if (state === "settled") {
    const hasFailedStep = node.steps.some((step) => step.state === "failed");
    const milliseconds = node.since === undefined ? undefined : now - node.since;
    return { ...node, isSettled: true, milliseconds, reason: hasFailedStep ? "" : text };
  }
  const since = node.since ?? now;
  if (state === "started") {
    const { expectedMilliseconds } = event;
    const step: StepNode = {
      step: text,
      text,
      state: "working",
      since: now,
      milliseconds: undefined,
      expectedMilliseconds,
    };
    // A step that is done a second time, as in a command that tries again, takes the place of the first.
    return { ...node, since, steps: [...node.steps.filter((one) => one.step !== text), step] };
  }
  const index = node.steps.findIndex((one) => text === one.step || text.startsWith(`${one.step}: `));
  const begun = node.steps[index];
  const milliseconds = event.milliseconds ?? (begun === undefined ? undefined : now - begun.since);
  const ended: StepNode = {
    step: begun?.step ?? text,
    text,
    state: state === "done" ? "done" : "failed",
    since: begun?.since ?? now,
    milliseconds,
    expectedMilliseconds: begun?.expectedMilliseconds,
  };
  return { ...node, since, steps: begun === undefined ? [...node.steps, ended] : node.steps.with(index, ended) };
}
