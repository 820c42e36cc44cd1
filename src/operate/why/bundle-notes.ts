import { momentWords } from "../../bundle/words.ts";
import type { GateAnswer, JudgedMove } from "../bundles/judge-stages.ts";
import type { StagesStatus, StagesUnknown } from "../stage-status.ts";

/** Something of bundles to know about a hub, whether or not anything is wrong with it. */
export interface BundleNote {
  readonly kind: "hold" | "draft" | "changing" | "held" | "failed" | "not-applied" | "waiting" | "coming" | "unknown";
  readonly words: string;
  /** What to type, in this order. */
  readonly next: readonly string[];
}

/** Holds of the hub and its stage, what it runs instead of its stage's bundle and why, and the bundle that comes next. Pure. */
export function bundleNotes(
  { name, stage }: { readonly name: string; readonly stage: string },
  status: StagesStatus | StagesUnknown,
): readonly BundleNote[] {
  if (status.kind === "unknown") return [{ kind: "unknown", words: status.remark, next: [] }];
  const own = status.stages.find((one) => one.stage === stage);
  if (own === undefined) return [];
  const targets: readonly string[] = [`hub/${name}`, `stage/${stage}`];
  const holds = own.holds
    .filter(({ target }) => targets.includes(target))
    .map(({ target, owner, until, reason }): BundleNote => {
      const words = `${target} is held by ${owner} until ${momentWords(until)}: ${reason}`;
      return { kind: "hold", words, next: [`hubfleet resume ${target}`] };
    });
  const off = own.off
    .filter(({ hub }) => hub === name)
    .map(({ kind, words, next, attempt }): BundleNote => {
      const tried =
        attempt === undefined ? "" : `; tried at ${momentWords(attempt.at)}, record ${attempt.record.slice(0, 12)}`;
      // `why` itself is no next step of it.
      const steps =
        kind === "failed" ? [`hubfleet up --on local hub/${name}`, `hubfleet bundle show ${own.bundle?.id ?? ""}`] : [];
      return {
        kind,
        words: `hub/${name} ${words}${tried}`,
        next: kind === "failed" ? steps : next === undefined ? [] : [next],
      };
    });
  const moves = [status.newest?.next, ...status.stages.map(({ next }) => next)];
  const coming = moves
    .filter((move) => move?.to === stage)
    .flatMap((move) => (move === undefined ? [] : [comingNote(move)]));
  return [...holds, ...off, ...coming];
}

function comingNote({ bundle, to, gate }: JudgedMove): BundleNote {
  const command = `hubfleet promote ${bundle} --to ${to}`;
  const why = missing(gate);
  if (why.length === 0) return { kind: "coming", words: `bundle ${bundle} may enter stage ${to}`, next: [command] };
  const words = `bundle ${bundle} waits to enter stage ${to}: ${why.join("; ")}`;
  return { kind: "coming", words, next: [`${command} --plan`] };
}

/** Why a bundle does not get through; empty: it does. */
function missing(answer: GateAnswer): readonly string[] {
  if (answer.kind === "refused") return answer.problems.map(({ message }) => message);
  const { verdict } = answer;
  if (verdict.kind === "open") return [];
  const reasons = verdict.reasons.map(({ words }) => words);
  return verdict.kind === "expired" ? [verdict.words, ...reasons] : reasons;
}
