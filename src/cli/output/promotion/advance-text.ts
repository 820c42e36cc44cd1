import type { AdvancedFleet } from "../../../app/promotion-use-cases.ts";
import type { Look } from "../../../bundle/looks.ts";
import { counted } from "../../../bundle/words.ts";
import { deliverySentences } from "../../../operate/notify/deliver-notices.ts";
import { promotionDocument } from "./promotion-document.ts";
import { renderPromotion } from "./promotion-text.ts";

/** What a turn came to: hubs that are not well first, then what moved. A quiet turn is one line. */
export function renderAdvance({ said, looks, recorded, checks, promotions, remarks, delivery }: AdvancedFleet): string {
  const unwell = looks.filter(({ verdict }) => verdict !== "passed");
  return [
    `${counted(looks.length, "hub")} seen, ${counted(looks.length - unwell.length, "is", "are")} well${recordedWords(recorded, said.length)}\n`,
    ...said.map((words) => `recorded: ${words}\n`),
    ...unwell.map((look) => `  ${lookWords(look)}\n`),
    ...checks.map(({ target, verdict }) => `what was left of a check of ${target} ${verdict}\n`),
    ...promotions.map((promotion) => renderPromotion(promotion, { why: false })),
    ...remarks.map((remark) => `${remark}\n`),
    ...deliverySentences(delivery).map((sentence) => `${sentence}\n`),
  ].join("");
}

/** For programs. Fields are added, never changed, within a version. */
export function advanceDocument({
  said,
  looks,
  recorded,
  checks,
  promotions,
  remarks,
  delivery,
}: AdvancedFleet): object {
  return {
    version: 1,
    hubs: looks.map(({ hub, stage, verdict, reason, standing, bundle, at, exposure = null }) => {
      return { hub, stage, verdict, reason, standing, bundle: bundle?.id ?? null, at: at.time, exposure };
    }),
    recorded,
    said,
    checks: checks.map(({ target, verdict, steps }) => ({ target, verdict, steps })),
    promotions: promotions.map(promotionDocument),
    remarks,
    notices: delivery,
  };
}

function lookWords({ hub, verdict, reason }: Look): string {
  const how = verdict === "failed" ? "is not well" : "cannot be judged";
  return `hub/${hub} ${how}: ${reason}`;
}

function recordedWords(recorded: number, said: number): string {
  if (recorded === 0 && said > 0) return "";
  return recorded === 0 ? "; nothing new to record" : `; ${counted(recorded, "observation")} recorded`;
}
