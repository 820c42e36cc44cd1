import type { Hold } from "../../bundle/hold.ts";
import type { GateReason } from "../../bundle/gate-verdict.ts";
import { minuteWords } from "../../bundle/notice.ts";
import type { OffStage } from "../../bundle/off-stage.ts";
import { counted, durationWords, listWords, momentWords } from "../../bundle/words.ts";
import { secondedWithin, type GlassToSecond } from "../../bundle/deadlines.ts";
import type { GateAnswer, JudgedMove } from "../../operate/bundles/judge-stages.ts";
import type { StagesStatus, StagesUnknown, StageStatus } from "../../operate/stage-status.ts";
import type { StateStanding } from "../../ports/state-ref.ts";
import { standingWords } from "./bundle/standing-words.ts";
import type { Paint } from "./paint.ts";
import { wrapText } from "./wrap-text.ts";

export interface StageTextOptions {
  readonly paint: Paint;
  /** With what would satisfy each reason. */
  readonly wide: boolean;
  readonly columns?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A line of it: how far it is indented, and what colour it has as a whole. */
interface Line {
  readonly depth: number;
  readonly text: string;
  readonly style?: Parameters<Paint>[0];
}

/** Stage by stage: its bundle, how far it has come, what keeps it from the next one, who is held, what is not as it should be. */
export function renderStages(
  status: StagesStatus | StagesUnknown,
  { paint, columns, ...options }: StageTextOptions,
): string {
  const lines = status.kind === "unknown" ? [{ depth: 0, text: status.remark }] : stageLines(status, options);
  return lines
    .map(({ depth, text, style }) => {
      const wrapped = wrapText(text, { indent: "  ".repeat(depth), columns });
      return `${style === undefined ? wrapped : paint(style, wrapped)}\n`;
    })
    .join("");
}

/** The same for a pull request or a chat. */
export function renderStagesMarkdown(status: StagesStatus | StagesUnknown, now: number): string {
  const lines =
    status.kind === "unknown" ? [{ depth: 0, text: status.remark }] : stageLines(status, { wide: false, now });
  return lines.map(({ depth, text }) => `${"  ".repeat(depth)}- ${text}\n`).join("");
}

const mostCharacters = 240;

type Options = Pick<StageTextOptions, "wide" | "now">;

function stageLines(status: StagesStatus, options: Options): readonly Line[] {
  const { stages, newest, unreleased, brokenGlass, remarks, standing } = status;
  const fresh: readonly Line[] =
    newest === undefined
      ? []
      : [
          {
            depth: 0,
            text: `newest bundle: ${newest.id}, made ${minuteWords(Date.parse(newest.madeAt))}`,
            style: "bold",
          },
          ...moveLines(newest.next, options),
        ];
  return [
    ...(unreleased === undefined ? [] : [{ depth: 0, text: unreleasedWords(unreleased) }]),
    ...fresh,
    ...stages.flatMap((one) => {
      const glass = brokenGlass.filter(({ stage }) => stage === one.stage);
      return linesOfStage(one, glass, options);
    }),
    ...remarks.map((text): Line => ({ depth: 0, text, style: "yellow" })),
    ...standingLines(standing).map((text): Line => ({ depth: 0, text, style: "yellow" })),
  ];
}

/** A clone that never had a remote is as its people made it. */
function standingLines(standing: StateStanding): readonly string[] {
  if (standing.remote === undefined) return [];
  return standingWords(standing)
    .split("\n")
    .filter((line) => line !== "");
}

function linesOfStage(stage: StageStatus, glass: readonly GlassToSecond[], options: Options): readonly Line[] {
  const { bundle, progress, goingOn, next, holds, off } = stage;
  const head = bundle === undefined ? "no bundle yet" : `${bundle.id}, since ${minuteWords(Date.parse(bundle.since))}`;
  const held = new Set<string>(holds.map(({ target }) => target));
  const others = off.filter(({ hub, kind }) => kind !== "waiting" && !(kind === "held" && held.has(`hub/${hub}`)));
  return [
    { depth: 0, text: `${stage.stage}: ${head}`, style: bundle === undefined ? "dim" : "bold" },
    ...holds.filter(({ target }) => target.startsWith("stage/")).map((hold) => holdLine(hold, undefined)),
    ...glass.map((one): Line => ({ depth: 1, text: glassWords(one, options.now), style: "yellow" })),
    ...(progress === undefined ? [] : [{ depth: 1, text: progress.sentence }]),
    ...(goingOn === undefined ? [] : goingOnLines(stage, goingOn, options)),
    ...others.map(offLine),
    ...waitingLines(off.filter(({ kind }) => kind === "waiting")),
    ...holds
      .filter(({ target }) => target.startsWith("hub/"))
      .map((hold) =>
        holdLine(
          hold,
          off.find(({ hub, kind }) => kind === "held" && hold.target === `hub/${hub}`),
        ),
      ),
    ...(next === undefined ? [] : moveLines(next, options)),
  ];
}

function holdLine({ target, owner, reason, until }: Hold, off: OffStage | undefined): Line {
  const runs = off?.runs == null ? "" : `, and runs ${off.runs === "draft" ? "a draft" : off.runs}`;
  const text = `${target} is held by ${owner} until ${momentWords(until)}${runs}: ${reason}; \`hubfleet resume ${target}\` ends it`;
  return { depth: 1, text, style: "yellow" };
}

function offLine({ hub, kind, words, next }: OffStage): Line {
  const text = `hub/${hub} ${words}${next === undefined ? "" : `; next: \`${next}\``}`;
  return { depth: 1, text, ...(kind === "failed" ? { style: "red" as const } : {}) };
}

/** Those that run the same are told together: a stage can have a hundred of them. */
function waitingLines(waiting: readonly OffStage[]): readonly Line[] {
  return [...Map.groupBy(waiting, ({ runs }) => runs)].map(([runs, hubs]) => {
    const names = hubs.map(({ hub }) => `hub/${hub}`);
    const shown = names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} more`] : names;
    const [wait, run] = names.length === 1 ? ["waits", "runs"] : ["wait", "run"];
    const now = runs === null ? "" : `, and ${run} ${runs === "draft" ? "a draft" : runs}`;
    return { depth: 1, text: `${listWords(shown)} ${wait} for it${now}` };
  });
}

function goingOnLines({ stage, bundle, progress }: StageStatus, answer: GateAnswer, options: Options): readonly Line[] {
  const failed = progress?.hubs.filter(({ state }) => state === "failed").map(({ name }) => name) ?? [];
  const again = failed.length === 0 ? "" : `, trying ${listWords(failed)} again`;
  const command = `\`hubfleet promote ${bundle?.id ?? ""} --to ${stage}\``;
  const mayEnd =
    answer.kind === "judged" &&
    (answer.verdict.kind === "open" || (answer.verdict.kind === "expired" && answer.verdict.reasons.length === 0));
  if (mayEnd) return [{ depth: 1, text: `to go on${again}: ${command}` }];
  return [{ depth: 1, text: "it does not go on:", style: "yellow" }, ...answerLines(answer, 2, options)];
}

/** "to production: open: `hubfleet promote …`", or what is missing. */
function moveLines({ bundle, to, gate, soak }: JudgedMove, options: Options): readonly Line[] {
  const command = `\`hubfleet promote ${bundle} --to ${to}\``;
  if (gate.kind === "judged" && gate.verdict.kind === "open") {
    const { brokenGlass } = gate.verdict;
    const by = brokenGlass === undefined ? "open" : `opened by ${brokenGlass.person} alone (${brokenGlass.reason})`;
    const soaked = soak === undefined || brokenGlass !== undefined ? "" : ` (${soak.sentence})`;
    return [{ depth: 1, text: `to ${to}: ${by}${soaked}: ${command}`, style: "green" }];
  }
  const word =
    gate.kind === "judged" && gate.verdict.kind === "expired"
      ? "expired"
      : gate.kind === "refused"
        ? "cannot go"
        : "blocked";
  return [{ depth: 1, text: `to ${to}: ${word}`, style: "yellow" }, ...answerLines(gate, 2, options)];
}

function answerLines(answer: GateAnswer, depth: number, { wide }: Options): readonly Line[] {
  if (answer.kind === "refused") {
    return answer.problems.map(({ code, message, hint }) => ({
      depth,
      text: `${message} (${code})${hint === undefined ? "" : `: ${hint}`}`,
    }));
  }
  const { verdict } = answer;
  if (verdict.kind === "open") return [];
  const expired = verdict.kind === "expired" ? [{ depth, text: verdict.words }] : [];
  return [...expired, ...verdict.reasons.flatMap((reason) => reasonLines(reason, depth, wide))];
}

function reasonLines({ words, satisfiedBy, notBefore }: GateReason, depth: number, wide: boolean): readonly Line[] {
  const isTold = notBefore !== undefined && Number.isFinite(notBefore);
  const when = isTold ? `; not before ${momentWords(notBefore)}` : "";
  return [
    { depth, text: `${wide ? words : shortened(words)}${when}` },
    ...(wide ? [{ depth: depth + 1, text: `→ ${satisfiedBy}`, style: "dim" as const }] : []),
  ];
}

/** A reason that names forty hubs is told in full by -o wide. */
function shortened(words: string): string {
  return words.length > mostCharacters ? `${words.slice(0, mostCharacters - 1).trimEnd()}…` : words;
}

function unreleasedWords({
  commits,
  settings,
  images,
  isUncommitted,
  since,
}: NonNullable<StagesStatus["unreleased"]>): string {
  const number = commits === undefined || commits === 0 ? "" : `${counted(commits, "commit")} after ${since}: `;
  const parts = [...images.map((image) => `image/${image}`), ...settings];
  const shown = parts.length > 6 ? [...parts.slice(0, 5), `${parts.length - 5} more`] : parts;
  const what = `in no bundle yet: ${number}${listWords(shown)}`;
  return isUncommitted ? `${what}; some of it is not committed` : `${what}; \`hubfleet bundle new\` makes one`;
}

function glassWords({ bundle, person, reason, at }: GlassToSecond, now: number): string {
  const due = at + secondedWithin;
  const when = now < due ? `is to look at it within ${durationWords(due - now)}` : "has not looked at it in time";
  return `${person} broke the glass for ${bundle} at ${minuteWords(at)}: ${reason}; a second person ${when}`;
}
