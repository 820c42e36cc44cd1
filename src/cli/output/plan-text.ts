import { renderPosition } from "../../errors/render-problems.ts";
import { type Effect, worstEffect } from "../../plan/effect.ts";
import type { Change, Plan } from "../../plan/plan.ts";
import type { Paint } from "./paint.ts";

const signs = { create: "+", update: "~", delete: "-" } as const;
const colors = { create: "green", update: "yellow", delete: "red" } as const;

/** A plan as people read it: by target, each change with its effect and reasons, a summary last. */
export function renderPlan(plan: Plan, paint: Paint): string {
  const blocks = byTarget(plan.changes).map(([target, changes]) => renderTarget(target, changes, paint));
  const waiting = byTarget(plan.waiting).map(([target, changes]) => renderTarget(target, changes, paint));
  const removals = byTarget(plan.removals).map(([target, changes]) => renderTarget(target, changes, paint));
  const parts = [
    ...blocks,
    summary(plan),
    ...(waiting.length === 0
      ? []
      : [`\nIn the working tree, waiting for ${paint("bold", waitsFor(plan))}:\n`, ...waiting]),
    ...(removals.length === 0
      ? []
      : [
          `\nIn no file any more, left as they run; taken down by ${paint("bold", "hubfleet apply --remove")}:\n`,
          ...removals,
        ]),
    ...plan.remarks.map((remark) => `note: ${remark}\n`),
  ];
  return parts.join("");
}

/** GitHub refuses a comment of more than 65,536 characters. */
const markdownLimit = 65_000;

/**
 * The same for a pull request, folded by target. What does not fit is told shorter: worst effects keep their reasons,
 * the others get a line each, and where even those are too many, a count for each effect.
 */
export function renderPlanMarkdown(plan: Plan): string {
  const remarks = plan.remarks.slice(0, 20).map((remark) => `\n> ${escapeMarkdown(remark).slice(0, 500)}\n`);
  const more = plan.remarks.length > 20 ? [`\n> and ${plan.remarks.length - 20} more such notes\n`] : [];
  const head = [`### ${summary(plan)}`, ...remarks, ...more].join("");
  const caption = `\nIn the working tree, waiting for \`${waitsFor(plan)}\`:\n`;
  const gone = "\nIn no file any more, left as they run; taken down by `hubfleet apply --remove`:\n";
  const waits = plan.waiting.length > 0;
  const removals = plan.removals.length === 0 ? "" : gone + foldTargets(plan.removals, markdownLimit / 8);
  const room = markdownLimit - head.length - removals.length;
  const now = foldTargets(plan.changes, room - (waits ? markdownLimit / 4 : 0));
  const later = waits ? caption + foldTargets(plan.waiting, room - now.length - caption.length) : "";
  return head + now + later + removals;
}

/** The command that what waits is waiting for. */
export function waitsFor({ waiting, bundled }: Pick<Plan, "waiting" | "bundled">): string {
  const later = waiting.filter(({ target }) => bundled.includes(target));
  if (later.length === 0) return "hubfleet up";
  return later.length === waiting.length ? "hubfleet bundle new" : "hubfleet bundle new, or hubfleet up";
}

function foldTargets(changes: readonly Change[], room: number): string {
  const targets = byTarget(changes).map(([target, own]) => {
    const effect = worstEffect(own.map((change) => change.effect));
    return { line: `| ${target} | ${own.length} | ${effect} |\n`, folded: foldTarget(target, own), effect };
  });
  const all = targets.map(({ folded }) => folded).join("");
  if (all.length <= room) return all;

  const table = "\n| target | changes | people feel |\n| --- | --- | --- |\n";
  const lines = targets.map(({ line }) => line).join("");
  if (table.length + lines.length > room) return countEffects(targets.map(({ effect }) => effect));
  let left = room - table.length - lines.length;
  const told = new Set<string>();
  for (const { folded, line } of targets.toSorted((one, other) => bySeverity(one.effect, other.effect))) {
    if (folded.length - line.length > left) continue;
    left -= folded.length - line.length;
    told.add(folded);
  }
  const kept = targets.filter(({ folded }) => told.has(folded));
  const short = targets.filter(({ folded }) => !told.has(folded));
  return [...kept.map(({ folded }) => folded), table, ...short.map(({ line }) => line)].join("");
}

function foldTarget(target: string, changes: readonly Change[]): string {
  const effect = worstEffect(changes.map((change) => change.effect));
  const rows = changes.map((change) => {
    const places = positions(change).map((place) => ` \`${place}\``);
    const reasons = change.because.map(escapeMarkdown).join("; ");
    return `| ${change.action} ${change.part} | ${change.effect} | ${reasons}${places.join("")} |\n`;
  });
  return [
    `\n<details><summary><b>${target}</b>: ${count(changes.length, "change")}; people feel ${feeling(effect)}</summary>\n\n`,
    "| change | people feel | because |\n| --- | --- | --- |\n",
    ...rows,
    "\n</details>\n",
  ].join("");
}

function countEffects(all: readonly Effect[]): string {
  const counts = [...Map.groupBy(all, (effect) => effect)].toSorted(([one], [other]) => bySeverity(one, other));
  const rows = counts.map(([effect, same]) => `| ${effect} | ${count(same.length, "target")} |\n`);
  return `\n| people feel | |\n| --- | --- |\n${rows.join("")}\nToo many to list here: \`hubfleet plan\` names each.\n`;
}

function bySeverity(one: Effect, other: Effect): number {
  if (one === other) return 0;
  return worstEffect([one, other]) === one ? -1 : 1;
}

/** A reason quotes what people wrote: it may hold a bar, a tag, a line break. */
function escapeMarkdown(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll(/\s+/g, " ");
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
  const targets = [...new Set(changes.map(({ target }) => target))];
  const clusters = targets.filter((target) => target.startsWith("cluster/"));
  const some = targets.length - clusters.length;
  const ofHubs = some === 0 && clusters.length > 0 ? [] : [`${some} of ${count(hubs.length, "hub")}`];
  const worst = worstEffect(changes.map(({ effect }) => effect));
  const places = [...clusters, ...ofHubs].join(" and ");
  return `${count(changes.length, "change")} on ${places}; people feel ${feeling(worst)}.\n`;
}

function feeling(effect: Effect): string {
  return effect === "none" ? "nothing" : `"${effect}"`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function byTarget(changes: readonly Change[]): readonly (readonly [string, readonly Change[]])[] {
  return [...Map.groupBy(changes, ({ target }) => target)];
}
