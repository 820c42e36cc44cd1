import type { Change } from "../../plan/plan.ts";

const shown = 5;

/** One line about what of the working tree `apply` has left. */
export function renderWaiting(waiting: readonly Change[]): string {
  const targets = [...new Set(waiting.map(({ target }) => target))];
  const more = targets.length > shown ? ` and ${targets.length - shown} more` : "";
  const changes = waiting.length === 1 ? "1 change waits" : `${waiting.length} changes wait`;
  return `note: ${changes} for "hubfleet up" (${targets.slice(0, shown).join(", ")}${more}); "hubfleet plan" names each\n`;
}
