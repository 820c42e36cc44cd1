import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Outcome } from "../../apply/outcome.ts";
import { renderProblems } from "../../errors/render-problems.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { problemDocument } from "./problem-document.ts";

/** The last words of a command that touched several targets: what failed and why, each reason once; then the sum. */
export function printOutcomes(outcomes: readonly Outcome[], terminal: Terminal): ExitCode {
  const failed = outcomes.filter((outcome) => outcome.kind === "failed");
  const reasons = new Map(
    failed.flatMap(({ errors }) => errors).map((error) => [`${error.code} ${error.message}`, error]),
  );
  if (reasons.size > 0) terminal.err(`\n${renderProblems([...reasons.values()], { colors: terminal.colors })}\n`);

  const changed = outcomes.filter(({ kind }) => kind === "changed").length;
  const unchanged = outcomes.filter(({ kind }) => kind === "unchanged").length;
  const held = outcomes.filter((outcome) => outcome.kind === "held");
  const words = [
    `${changed} changed`,
    `${unchanged} unchanged`,
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(held.length > 0 ? [`${held.length} held back`] : []),
  ];
  const clusters = outcomes.filter(({ target }) => target.startsWith("cluster/")).length;
  const counts = [
    ...(clusters === 0 ? [] : [count(clusters, "cluster")]),
    ...(clusters === outcomes.length && clusters > 0 ? [] : [count(outcomes.length - clusters, "hub")]),
  ];
  terminal.err(`${counts.join(", ")}: ${words.join(", ")}\n`);
  for (const { target, why } of held) terminal.err(`  held back: ${target}: ${why}\n`);
  for (const { target, errors } of failed) terminal.err(`  failed: ${target} (${codesOf(errors)})\n`);
  if (failed.length > 0) terminal.err(`${nextStep(failed)}\n`);

  if (failed.length === 0 && held.length > 0 && held.every(({ isBlocked }) => isBlocked)) return exitCodes.blocked;
  if (failed.length === 0) return held.length === 0 ? exitCodes.done : exitCodes.someTargetsFailed;
  return failed.length === outcomes.length ? exitCodes.failed : exitCodes.someTargetsFailed;
}

function codesOf(errors: readonly HubfleetError[]): string {
  return [...new Set(errors.map(({ code }) => code))].join(", ");
}

function nextStep(failed: readonly { readonly target: string }[]): string {
  const hubs = failed.filter(({ target }) => target.startsWith("hub/"));
  const next = "next: mend what is said above, then the same command again: it goes on from what is there";
  if (hubs.length === 0) return next;
  return `${next}; hubfleet why ${hubs.length === 1 ? hubs[0]?.target : "hub/NAME"} says more`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The same as data. */
export function outcomesAsData(outcomes: readonly Outcome[]): unknown {
  return {
    version: 1,
    outcomes: outcomes.map((outcome) =>
      outcome.kind === "failed"
        ? {
            target: outcome.target,
            kind: outcome.kind,
            errors: outcome.errors.map(problemDocument),
          }
        : outcome,
    ),
  };
}
