import { fitText } from "./fit-text.ts";
import type { Paint } from "./paint.ts";
import { showSeconds } from "./show-seconds.ts";
import { stateOf, type StepNode, type StepTree, type TargetNode, type TargetState } from "./step-tree.ts";

export interface RenderTreeProps {
  readonly now: number;
  readonly columns: number;
  /** Lines that may be drawn. */
  readonly rows: number;
  readonly paint: Paint;
}

/**
 * The tree as lines that fit: none wider than the columns, no more than the rows. What does not fit is told shorter:
 *
 * | detail | targets that are done or wait | targets at work or failed |
 * | ------ | ----------------------------- | ------------------------- |
 * | all | a line each, and their steps | a line each, and their steps |
 * | targets | a line each | a line each, and their steps |
 * | current | counted | a line each, and their steps at work or failed |
 * | short | counted | a line each |
 * | counted | counted | as many as fit, then how many more |
 */
export function renderTree(tree: StepTree, props: RenderTreeProps): readonly string[] {
  if (tree.targets.size === 0 || props.rows < 1) return [];
  const branches = branchesOf(tree);
  const head: Line = { text: `fleet  ${showSeconds(props.now - tree.begun)}`, style: "bold" };
  for (const detail of details) {
    const groups = branches.map((branch) => drawBranch(branch, detail, props));
    if (1 + groups.flat().length <= props.rows)
      return [head, ...joinBranches(groups)].map((line) => finish(line, props));
  }
  return [head, ...joinBranches(countedBranches(branches, props))]
    .slice(0, props.rows)
    .map((line) => finish(line, props));
}

type Detail = "all" | "targets" | "current" | "short";
const details: readonly Detail[] = ["all", "targets", "current", "short"];

interface Line {
  readonly text: string;
  readonly style?: Parameters<Paint>[0];
  /** What stands before the text: the tree's own strokes. */
  readonly strokes?: string;
}

interface Branch {
  /** "images", "hubs"; undefined for a target that stands for itself. */
  readonly title: string | undefined;
  readonly targets: readonly TargetNode[];
}

const titles: Readonly<Record<string, string>> = { image: "images", hub: "hubs" };
const marks = { queued: "·", working: "…", done: "✓", failed: "✗" } as const;
const styles = { queued: "dim", working: "cyan", done: "green", failed: "red" } as const;

function branchesOf({ targets }: StepTree): readonly Branch[] {
  const kinds = Map.groupBy(targets.values(), ({ target }) => titles[target.split("/")[0] ?? ""]);
  const order = ["images", "hubs", undefined];
  return order.flatMap((title): readonly Branch[] => {
    const own = kinds.get(title) ?? [];
    if (title === undefined) return own.map((target) => ({ title, targets: [target] }));
    return own.length === 0 ? [] : [{ title, targets: own }];
  });
}

function drawBranch({ title, targets }: Branch, detail: Detail, props: RenderTreeProps): readonly Line[] {
  const isShort = detail === "current" || detail === "short";
  const shown = targets.filter((target) => !isShort || isCurrent(stateOf(target)));
  const drawn = shown.map((target) => drawTarget(target, detail, props));
  if (title === undefined) return drawn.flat();
  return [{ text: `${title}  ${countStates(targets)}`, style: "bold" }, ...joinBranches(drawn)];
}

/** Of targets too many to show: those at work first, then the last that failed. */
function countedBranches(branches: readonly Branch[], props: RenderTreeProps): readonly (readonly Line[])[] {
  let left = props.rows - 1 - branches.length;
  return branches.map(({ title, targets }) => {
    const current = [
      ...targets.filter((target) => stateOf(target) === "working"),
      ...targets.filter((target) => stateOf(target) === "failed").reverse(),
    ];
    const fits = current.length <= left ? current.length : Math.max(0, left - 1);
    const shown = current.slice(0, fits).map((target) => drawTarget(target, "short", props));
    if (title === undefined) return shown.flat();
    const more: readonly (readonly Line[])[] =
      fits < current.length && left > 0 ? [[{ text: `and ${current.length - fits} more such`, style: "dim" }]] : [];
    left -= shown.length + more.length;
    return [{ text: `${title}  ${countStates(targets)}`, style: "bold" }, ...joinBranches([...shown, ...more])];
  });
}

function drawTarget(node: TargetNode, detail: Detail, props: RenderTreeProps): readonly Line[] {
  const state = stateOf(node);
  const withSteps = detail === "all" || (detail !== "short" && isCurrent(state));
  const steps = node.steps.filter((step) => detail === "all" || detail === "targets" || step.state !== "done");
  const hasStepLines = withSteps && steps.length > 0;
  const took = state === "done" && node.milliseconds !== undefined ? `  (${showSeconds(node.milliseconds)})` : "";
  const reason = node.reason === "" ? "" : `  ${node.reason}`;
  const inline = hasStepLines ? "" : `  ${currentSteps(node, props.now)}`.trimEnd();
  const line: Line = { text: `${marks[state]} ${node.target}${reason}${inline}${took}`, style: styles[state] };
  return hasStepLines ? [line, ...joinBranches(steps.map((step) => [drawStep(step, props.now)]))] : [line];
}

function drawStep(step: StepNode, now: number): Line {
  return {
    text: `${marks[step.state]} ${stepWords(step, now)}`,
    style: step.state === "done" ? "dim" : styles[step.state],
  };
}

function stepWords({ text, state, since, milliseconds, expectedMilliseconds }: StepNode, now: number): string {
  if (state === "working") {
    const usual = expectedMilliseconds === undefined ? "" : ` of about ${showSeconds(expectedMilliseconds)}`;
    return `${text}  ${showSeconds(now - since)}${usual}`;
  }
  return state === "done" && milliseconds !== undefined ? `${text}  (${showSeconds(milliseconds)})` : text;
}

function currentSteps({ steps }: TargetNode, now: number): string {
  return steps
    .filter(({ state }) => state !== "done")
    .map((step) => stepWords(step, now))
    .join(" · ");
}

function isCurrent(state: TargetState): boolean {
  return state === "working" || state === "failed";
}

function countStates(targets: readonly TargetNode[]): string {
  const count = (wanted: TargetState): number => targets.filter((target) => stateOf(target) === wanted).length;
  const [failed, working, queued] = [count("failed"), count("working"), count("queued")];
  return [
    `${count("done")} of ${targets.length} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(working > 0 ? [`${working} at work`] : []),
    ...(queued > 0 ? [`${queued} waiting`] : []),
  ].join(", ");
}

/** Strokes that lead to each block: its first line hangs on the branch, the others stand below it. */
function joinBranches(blocks: readonly (readonly Line[])[]): readonly Line[] {
  const drawn = blocks.filter((block) => block.length > 0);
  return drawn.flatMap((block, index) => {
    const isLast = index === drawn.length - 1;
    return block.map((line, row) => {
      const stroke = row === 0 ? (isLast ? "└─ " : "├─ ") : isLast ? "   " : "│  ";
      return { ...line, strokes: `${stroke}${line.strokes ?? ""}` };
    });
  });
}

function finish({ text, style, strokes = "" }: Line, { columns, paint }: RenderTreeProps): string {
  const fitted = fitText(text, columns - strokes.length);
  const room = strokes.length < columns ? strokes : strokes.slice(0, Math.max(0, columns));
  return `${paint("dim", room)}${style === undefined ? fitted : paint(style, fitted)}`;
}
