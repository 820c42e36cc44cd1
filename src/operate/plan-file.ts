import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Plan } from "../plan/plan.ts";
import type { StateFiles } from "../ports/state-files.ts";

/**
 * A plan that `plan --out` saved.
 * @throws HubfleetError PLAN_INVALID
 */
export async function readPlanFile(path: string, fleet: Fleet, files: Pick<StateFiles, "read">): Promise<Plan> {
  const text = await files.read(path);
  if (text === undefined) throw invalid(`there is no file "${path}"`);
  const plan = parse(text, path);
  if (plan.version !== 1)
    throw invalid(`"${path}" is a plan of version ${String(plan.version)}; this hubfleet reads version 1`);
  if (plan.fleet !== fleet.name || typeof plan.fingerprints !== "object") {
    throw invalid(`"${path}" is a plan of "${plan.fleet}", not of "${fleet.name}"`);
  }
  return plan;
}

function parse(text: string, path: string): Plan {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Plan; // its version and fleet are checked next
  } catch {
    // not JSON: the same answer
  }
  throw invalid(`"${path}" is no plan`);
}

function invalid(message: string): HubfleetError {
  return new HubfleetError("PLAN_INVALID", { message, hint: "make one with `hubfleet plan --out FILE`" });
}
