import type { Plan } from "../../plan/plan.ts";
import { waitsFor } from "./plan-text.ts";

const shown = 5;

/** One line about what of the working tree `apply` has left. */
export function renderWaiting(plan: Pick<Plan, "waiting" | "bundled">): string {
  const { waiting } = plan;
  const targets = [...new Set(waiting.map(({ target }) => target))];
  const more = targets.length > shown ? ` and ${targets.length - shown} more` : "";
  const changes = waiting.length === 1 ? "1 change waits" : `${waiting.length} changes wait`;
  return `note: ${changes} for "${waitsFor(plan)}" (${targets.slice(0, shown).join(", ")}${more}); "hubfleet plan" names each\n`;
}
