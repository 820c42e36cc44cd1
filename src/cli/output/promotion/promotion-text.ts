import type { HubResult } from "../../../apply/promote/change-hubs.ts";
import type { Promotion } from "../../../apply/promote/promote.ts";
import type { Rollback } from "../../../apply/promote/rollback.ts";
import { momentWords } from "../../../bundle/words.ts";
import { progressSentence } from "../../../bundle/waves.ts";
import { renderVerdict } from "./verdict-text.ts";

/** What a promotion came to; its steps were told while it went. */
export function renderPromotion(promotion: Promotion, { why }: { readonly why: boolean }): string {
  const { bundle, stage, kind, verdict, results, progress, stopped } = promotion;
  const head = { bundle: bundle.id, stage, why };
  if (kind === "blocked" && results.length === 0) return `${renderVerdict(verdict, head)}nothing was changed\n`;
  return [
    kind === "entered" || why || kind === "blocked"
      ? renderVerdict(verdict, head)
      : `stage ${stage} has ${bundle.id} already; going on\n`,
    ...results.map((result) => `  ${resultWords(result)}\n`),
    `${progressSentence(stage, progress)}\n`,
    ...(stopped === undefined ? [] : [`${stopped}\n`]),
  ].join("");
}

/** What a promotion would do. */
export function renderPromotionPlan(
  { bundle, stage, kind, verdict, progress }: Omit<Promotion, "results" | "stopped">,
  { why }: { readonly why: boolean },
): string {
  const named = (state: string): string =>
    progress.hubs.flatMap((hub) => (hub.state === state ? [hub.name] : [])).join(", ");
  const lines = [
    [named("waiting"), kind === "blocked" ? "would get it" : "get it"],
    [named("changing"), "were begun and are brought to an end"],
    [named("failed"), "did not do well with it and are tried again"],
    [named("kept"), "stay where they are: on hold, or out of reach"],
    [named("done"), "run it already"],
  ] as const;
  const hubs = lines.flatMap(([names, words]) => (names === "" ? [] : [`  ${names}: ${words}\n`]));
  return `${renderVerdict(verdict, { bundle: bundle.id, stage, why })}${hubs.join("")}nothing was changed\n`;
}

export function renderRollback({ target, from, to, heldUntil, results, left }: Rollback): string {
  const of = from === undefined ? "from its draft" : `from ${from}`;
  return [
    `${target} goes back ${of} to ${to.id}\n`,
    ...results.map((result) => `  ${resultWords(result)}\n`),
    ...(left.length === 0 ? [] : [`  never ran it well, and stay as they are: ${left.join(", ")}\n`]),
    ...(heldUntil === undefined
      ? []
      : [
          `${target} is held there until ${momentWords(heldUntil.getTime())}; \`hubfleet resume ${target}\` ends that\n`,
        ]),
  ].join("");
}

/** "hub/research runs it and passed its check, in 34 s" */
export function resultWords(result: HubResult): string {
  const target = `hub/${result.hub}`;
  switch (result.kind) {
    case "done":
      return `${target} runs it, and did well`;
    case "held":
      return `${target} was left as it is: ${result.why}`;
    case "interrupted":
      return `${target} was interrupted; the same command again goes on with it`;
    case "failed":
      return result.backTo === undefined
        ? `${target} did not do well`
        : `${target} did not do well, and is back at ${result.backTo}`;
  }
}
