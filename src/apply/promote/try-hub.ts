import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { OpenedBundle } from "../../operate/bundles/assign-bundles.ts";
import type { CheckReport } from "../../operate/check/check-report.ts";
import type { Outcome } from "../outcome.ts";
import type { Tried } from "./hub-records.ts";
import type { PromoteWorld } from "./promote-world.ts";

/** Whether a hub that was given a bundle does well with it: what its stage asks for, if anything, is tried on it. */
export async function tryHub(
  hub: Hub,
  outcome: Outcome | undefined,
  props: Pick<PromoteWorld, "world" | "check" | "report" | "signal"> & { readonly opened: OpenedBundle },
): Promise<Tried> {
  const { world, opened, report } = props;
  if (outcome?.kind === "failed") return { hub, kind: "failed", errors: outcome.errors, check: undefined };
  if (outcome?.kind === "held") return { hub, kind: "held", why: outcome.why, check: undefined };
  const policy = opened.fleet.stages.find(({ name }) => name === hub.stage)?.policy;
  const begun = world.clock.now().getTime();
  const milliseconds = (): number => world.clock.now().getTime() - begun;
  if (policy?.checks.length === 0) return { hub, kind: "done", milliseconds: milliseconds(), check: undefined };
  try {
    const found = await checkInTurn(opened.fleet.hubs.get(hub.name) ?? hub, props);
    const failed = found.steps.filter(({ state }) => state === "failed");
    if (failed.length === 0) return { hub, kind: "done", milliseconds: milliseconds(), check: found };
    const words = failed.map(({ name, reason }) => `${name}: ${reason ?? "failed"}`).join("; ");
    report({ target: `hub/${hub.name}`, text: `did not pass its check: ${words}`, state: "settled" });
    return { hub, kind: "failed", errors: [checkFailed(hub.name, opened.bundle.id, words)], check: found };
  } catch (thrown) {
    return { hub, kind: "failed", errors: fromUnknown(thrown), check: undefined };
  }
}

const turns = 120;
const betweenTurnsMilliseconds = 5_000;

/** Somebody who checks the hub just now is no reason to send it back. */
async function checkInTurn(hub: Hub, props: Parameters<typeof tryHub>[2]): Promise<CheckReport> {
  const { world, opened, check, report, signal } = props;
  for (let turn = 1; ; turn += 1) {
    try {
      return await check(hub, opened.fleet);
    } catch (thrown) {
      const [error] = fromUnknown(thrown);
      if (error?.code !== "CHECK_RUNNING" || turn === turns || signal.aborted) throw thrown;
      if (turn === 1) report({ target: `hub/${hub.name}`, text: `waits: ${error.message}`, state: "note" });
      await world.clock.sleep(betweenTurnsMilliseconds);
    }
  }
}

function checkFailed(hub: string, bundle: string, words: string): HubfleetError {
  return new HubfleetError("HUB_WENT_BACK", {
    message: `hub "${hub}" did not pass its check with bundle ${bundle}: ${words}`,
    hint: `mend it, then \`hubfleet bundle new\`; \`hubfleet up --on local hub/${hub}\` shows it without touching the hub`,
  });
}
