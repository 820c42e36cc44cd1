import type { StagePolicy } from "../fleet/stage-policy.ts";
import type { Parts } from "./gate-evidence.ts";
import type { GateInput, GateStage } from "./gate-input.ts";
import { type Judged, nothingAsked, reason, together } from "./gate-verdict.ts";
import { isStanding } from "./hold.ts";
import { listWords, momentWords } from "./words.ts";

/** What is shut at certain times: freezes, deadlines for packages, holds of the stage. Beginnings shut, ends open. */
export function judgeWindows(
  stage: GateStage,
  policy: StagePolicy,
  { now, changed }: Pick<GateInput, "now"> & { readonly changed: Parts },
): Judged {
  const images = Object.keys(changed).filter((part) => part.startsWith("image/"));
  const freezes = policy.freezes.map(({ from, to, packagesCloseAt, reason: why }) => {
    const end = { satisfiedBy: `the end of the freeze, ${momentWords(to)}`, notBefore: to };
    if (now >= from && now < to) return reason("frozen", { stage: stage.name, words: `frozen: ${why}`, ...end });
    if (images.length === 0 || now < packagesCloseAt || now >= to) return nothingAsked;
    const words = `packages are closed since ${momentWords(packagesCloseAt)}, before ${why}, and ${listWords(images)} would change`;
    const satisfiedBy = `a bundle that leaves the images as they are, or the end of the freeze, ${momentWords(to)}`;
    return reason("packages-closed", { stage: stage.name, words, satisfiedBy, notBefore: to });
  });
  const holds = stage.holds
    .filter((hold) => isStanding(hold, now))
    .map((hold) =>
      reason("held", {
        stage: stage.name,
        words: `${hold.owner} holds ${hold.target}: ${hold.reason}`,
        satisfiedBy: `\`hubfleet resume ${hold.target}\`, or the end of the hold, ${momentWords(hold.until)}`,
        notBefore: hold.until,
        isFinal: true,
      }),
    );
  return together([...freezes, ...holds]);
}
