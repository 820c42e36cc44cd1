const rehearsing = "up|status|plan|apply|check|why|logs|exec|restart|stop-servers|destroy";

/** A text that names commands of hubfleet, for whoever is at a rehearsal: what they type next is about that, too. */
export function namesCommandsOn(on: "local" | undefined, text: string): string {
  if (on === undefined) return text;
  return text.replaceAll(new RegExp(`\\bhubfleet (${rehearsing})\\b(?! --on)`, "g"), `hubfleet $1 --on ${on}`);
}
