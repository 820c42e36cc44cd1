import type { HubResult } from "../../../apply/promote/change-hubs.ts";
import type { Promotion } from "../../../apply/promote/promote.ts";
import type { Rollback } from "../../../apply/promote/rollback.ts";
import type { GateReason, GateVerdict } from "../../../bundle/gate-verdict.ts";
import type { Hold } from "../../../bundle/hold.ts";
import { progressSentence } from "../../../bundle/waves.ts";
import { problemDocument } from "../problem-document.ts";

/** For programs. Fields are added, never changed, within a version. */
export function promotionDocument(
  promotion: Omit<Promotion, "results" | "stopped"> & Partial<Pick<Promotion, "results" | "stopped">>,
): object {
  const { bundle, stage, kind, verdict, progress, results = [], stopped } = promotion;
  return {
    version: 1,
    bundle: bundle.id,
    digest: bundle.digest,
    stage,
    kind,
    gate: verdictDocument(verdict),
    hubs: progress.hubs,
    results: results.map(resultDocument),
    sentence: progressSentence(stage, progress),
    stopped: stopped ?? null,
  };
}

export function rollbackDocument({ target, from, to, heldUntil, results, left }: Rollback): object {
  return {
    version: 1,
    target,
    from: from ?? null,
    to: to.id,
    heldUntil: heldUntil?.toISOString() ?? null,
    results: results.map(resultDocument),
    left,
  };
}

export function holdDocument({ target, reason, owner, since, until, bundle }: Hold): object {
  const moment = (at: number): string => new Date(at).toISOString();
  return { version: 1, target, reason, owner, since: moment(since), until: moment(until), bundle: bundle ?? null };
}

export function verdictDocument(verdict: GateVerdict): object {
  if (verdict.kind === "open") {
    const { restsOn, brokenGlass } = verdict;
    const glass =
      brokenGlass === undefined ? null : { ...brokenGlass, passedOver: brokenGlass.passedOver.map(reasonDocument) };
    return { verdict: "open", restsOn, brokenGlass: glass, reasons: [] };
  }
  return { verdict: verdict.kind, reasons: verdict.reasons.map(reasonDocument) };
}

function reasonDocument({ notBefore, ...reason }: GateReason): object {
  const isKnown = notBefore !== undefined && Number.isFinite(notBefore);
  return { ...reason, notBefore: isKnown ? new Date(notBefore).toISOString() : null };
}

function resultDocument(result: HubResult): object {
  if (result.kind !== "failed") return result;
  return { ...result, errors: result.errors.map(problemDocument), backTo: result.backTo ?? null };
}
