import type { Verdict } from "../verdict.ts";

/** Milliseconds by what starts: "python", "imports", "kernel", "server". */
export type StartUpFigures = Readonly<Record<string, number>>;

export interface StartUpBefore {
  /** ISO 8601. */
  readonly at: string;
  readonly figures: StartUpFigures;
}

/** Below this, twice as long is what a busy machine does to a measurement. */
const noticedMilliseconds = 1_000;

/** Start-up times in words; what takes more than twice as long as the last time, and a second more, is worth a warning. */
export function judgeStartUp(
  figures: StartUpFigures,
  before: StartUpBefore | undefined,
): Pick<Verdict, "result" | "summary" | "output"> {
  const lines = Object.entries(figures).map(([what, now]) => ({ what, now, once: before?.figures[what] }));
  const slower = lines.filter(
    ({ now, once }) => once !== undefined && now > 2 * once && now - once > noticedMilliseconds,
  );
  const summary = lines.map(({ what, now }) => `${what} ${seconds(now)}`).join(", ");
  const output = lines
    .map(({ what, now, once }) => `${what}: ${seconds(now)}${once === undefined ? "" : `, before ${seconds(once)}`}`)
    .join("\n");
  const first = slower[0];
  if (first?.once === undefined) return { result: "passed", summary, output };
  const words = `${first.what} takes ${seconds(first.now)} and took ${seconds(first.once)} on ${before?.at ?? ""}`;
  return { result: "warned", summary: `${words} (${summary})`, output };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 100 ? 2 : 1)} s`;
}
