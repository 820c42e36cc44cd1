import type { LocalWorld, Report } from "../ports/local-world.ts";
import { hubPaths } from "../runtime/local/paths.ts";

/** Who put a notice up. One by `apply` is put up under the lease, so the next holder of the lease finds it left over. */
export type NoticeBy = "apply" | "stop-servers";

export interface NoticeProps {
  readonly fleetUuid: string;
  readonly hub: string;
  readonly by: NoticeBy;
  readonly world: Pick<LocalWorld, "files" | "machine" | "clock">;
}

export interface NoticeText {
  /** The operator's own words; without any, a sentence that asks to save one's work. */
  readonly message: string;
  /** When servers stop. */
  readonly until: Date;
  readonly report: Report;
}

/** Shown a little longer than it takes, in case that ending servers takes a while. */
const marginMilliseconds = 120_000;

/**
 * Puts a notice on the hub's pages. It is a file of its own with an end, so it is no change of the live settings, and one
 * that a killed command left behind goes by itself.
 */
export async function announce(
  { fleetUuid, hub, by, world }: NoticeProps,
  { message, until, report }: NoticeText,
): Promise<void> {
  const { text, document } = composeNotice(by, { message, until });
  await world.files.ensureFile(pathOf(fleetUuid, hub, world), document, 0o600);
  report({ target: `hub/${hub}`, text: `announced on its pages: ${text}`, state: "note" });
}

/** What the pages say, and the document by which the hub knows it. */
export function composeNotice(
  by: NoticeBy,
  { message, until }: Pick<NoticeText, "message" | "until">,
): { readonly text: string; readonly document: string } {
  const time = `${until.toISOString().slice(11, 16)} UTC`;
  const words = message === "" ? "Servers on this hub are about to be stopped. Save your work." : message;
  const text = `${words} (servers stop at ${time})`;
  const document = { version: 1, by, text, until: new Date(until.getTime() + marginMilliseconds).toISOString() };
  return { text, document: `${JSON.stringify(document)}\n` };
}

/** Takes the notice back, if it is one of these; somebody else's stays. */
export async function withdraw({ fleetUuid, hub, by, world }: NoticeProps): Promise<void> {
  const path = pathOf(fleetUuid, hub, world);
  const text = await world.files.read(path);
  if (text !== undefined && noticeAuthor(text) === by) await world.files.remove(path);
}

/** False when a person interrupted. */
export async function waitUntil(
  until: Date,
  { world, signal }: { readonly world: Pick<LocalWorld, "clock">; readonly signal: AbortSignal },
): Promise<boolean> {
  while (!signal.aborted) {
    const left = until.getTime() - world.clock.now().getTime();
    if (left <= 0) return true;
    await world.clock.sleep(Math.min(left, 500));
  }
  return false;
}

/** Who put it up. */
export function noticeAuthor(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { by?: string }).by; // written by `announce`
  } catch {
    return undefined; // torn by nobody: it is written in one piece. Whatever it is, it is not ours
  }
}

function pathOf(fleetUuid: string, hub: string, { machine }: Pick<LocalWorld, "machine">): string {
  return hubPaths(machine.stateRoot, fleetUuid, hub).notice;
}
