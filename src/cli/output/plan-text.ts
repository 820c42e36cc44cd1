import { renderPosition } from "../../errors/render-problems.ts";
import { worstEffect } from "../../plan/effect.ts";
import type { Change, Plan } from "../../plan/plan.ts";
import type { Paint } from "./paint.ts";

const signs = { create: "+", update: "~", delete: "-" } as const;
const colors = { create: "green", update: "yellow", delete: "red" } as const;

/** A plan as people read it: by target, each change with its effect and reasons, a summary last. */
export function renderPlan(plan: Plan, paint: Paint): string {
  const blocks = byTarget(plan.changes).map(([target, changes]) => renderTarget(target, changes, paint));
  const waiting = byTarget(plan.waiting).map(([target, changes]) => renderTarget(target, changes, paint));
  const parts = [
    ...blocks,
    summary(plan),
    ...(waiting.length === 0
      ? []
      : [`\nIn the working tree, waiting for ${paint("bold", "hubfleet up")}:\n`, ...waiting]),
    ...plan.remarks.map((remark) => `note: ${remark}\n`),
  ];
  return parts.join("");
}

/** The same for a pull request. */
export function renderPlanMarkdown(plan: Plan): string {
  const row = ({ target, action, part, effect, because }: Change): string =>
    `| ${target} | ${action} ${part} | ${effect} | ${because.join("; ").replaceAll("|", "\\|")} |`;
  const table = (changes: readonly Change[]): string =>
    ["| target | change | people feel | because |", "| --- | --- | --- | --- |", ...changes.map(row)].join("\n");
  const sections = [
    `### ${summary(plan).trim()}`,
    ...(plan.changes.length === 0 ? [] : [table(plan.changes)]),
    ...(plan.waiting.length === 0 ? [] : ["Waiting for `hubfleet up`:", table(plan.waiting)]),
  ];
  return `${sections.join("\n\n")}\n`;
}

function renderTarget(target: string, changes: readonly Change[], paint: Paint): string {
  const lines = changes.flatMap((change) => [
    `  ${paint(colors[change.action], signs[change.action])} ${change.part}  ${paint("dim", `(${change.effect})`)}`,
    ...change.because.map((reason) => `      ${reason}`),
    ...positions(change).map((place) => `      ${paint("cyan", place)}`),
  ]);
  return `${paint("bold", target)}\n${lines.join("\n")}\n`;
}

function positions({ at }: Change): readonly string[] {
  return [...new Set(at.map(renderPosition))];
}

function summary({ changes, hubs }: Plan): string {
  if (changes.length === 0) return `Nothing to change for apply (${count(hubs.length, "hub")}).\n`;
  const targets = new Set(changes.map(({ target }) => target)).size;
  const worst = worstEffect(changes.map(({ effect }) => effect));
  return `${count(changes.length, "change")} on ${targets} of ${count(hubs.length, "hub")}; people feel ${worst === "none" ? "nothing" : `"${worst}"`}.\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function byTarget(changes: readonly Change[]): readonly (readonly [string, readonly Change[]])[] {
  return [...Map.groupBy(changes, ({ target }) => target)];
}
