import { aHub, judge, withSoak } from "./a-gate.ts";
import { liveThrough, partsWith, trulyWatched, type World, type WorldEvent } from "./gate-world.ts";
import { randomNumbers } from "./random-numbers.ts";

/** What many random schedules came to, beside what was true in them. */
export interface ScheduleTotals {
  readonly schedules: number;
  /** Gates judged: one after every look of a schedule. */
  readonly decisions: number;
  readonly open: number;
  /** Schedules in which a gate opened before the bundle was done. There must be none. */
  readonly early: readonly number[];
  /** Schedules with clocks that are right in which a gate did not open at the very look that completes it. */
  readonly late: readonly number[];
}

export interface ScheduleRun {
  /** A number is a schedule: it is the same each time. */
  readonly first: number;
  readonly count: number;
  /** After which looks gates are judged: all, or those before and at which the truth changes, and the last. */
  readonly looks: "all" | "telling";
}

/**
 * Lets schedules happen and judges the gate as they go. Every other one is wild: three machines whose clocks are set
 * forward and back, and that start again; there no gate may open early. In the others one observer's clock is right, and
 * gates must open at the very look.
 */
export function runSchedules({ first, count, looks }: ScheduleRun): ScheduleTotals {
  let [decisions, open] = [0, 0];
  const early: number[] = [];
  const late: number[] = [];
  for (let number = first; number < first + count; number += 1) {
    const schedule = scheduleOf(number);
    for (const moment of judgedMoments(schedule, looks)) {
      const { isDone } = moment;
      const isOpen = isOpenAt(moment, schedule);
      decisions += 1;
      if (isOpen) open += 1;
      if (isOpen && !isDone) early.push(number);
      if (!isOpen && isDone && !schedule.isWild) late.push(number);
    }
  }
  return { schedules: count, decisions, open, early, late };
}

interface Moment {
  readonly records: World["records"];
  readonly image: number;
  /** By the clock of who judges. */
  readonly now: number;
  /** The truth. */
  readonly isDone: boolean;
}

/** The world goes on while it is looked at: what is judged later is kept as it was. */
function judgedMoments(schedule: Schedule, looks: ScheduleRun["looks"]): readonly Moment[] {
  const moments: Moment[] = [];
  let seen = 0;
  for (const world of liveThrough(schedule.events, schedule)) {
    if (world.records.length === seen) continue;
    seen = world.records.length;
    const isDone = isTrulyDone(world, schedule.minutes);
    moments.push({ records: world.records.slice(), image: world.image, now: dateIn(world, schedule), isDone });
  }
  if (looks === "all") return moments;
  return moments.filter(({ isDone }, index) => {
    const [before, after] = [moments[index - 1], moments[index + 1]];
    return after === undefined || after.isDone !== isDone || before?.isDone !== isDone;
  });
}

interface Schedule {
  readonly events: readonly WorldEvent[];
  readonly isWild: boolean;
  /** Whether machines count their seconds and say so. */
  readonly named: boolean;
  /** By whose clock it is judged; undefined: by the one that is furthest ahead. */
  readonly judging: number | undefined;
  /** How long the bundle has to soak. */
  readonly minutes: number;
}

const everyMinutes = 20;

function scheduleOf(number: number): Schedule {
  const random = randomNumbers(number);
  const below = (limit: number): number => Math.floor(random() * limit);
  const isWild = number % 2 === 0;
  const events = Array.from({ length: 20 + below(100) }, () => eventOf(isWild, below));
  const judging = isWild ? [0, 1, 2, undefined][below(4)] : 0;
  return { events, isWild, named: isWild || below(2) === 0, judging, minutes: below(41) };
}

function eventOf(isWild: boolean, below: (limit: number) => number): WorldEvent {
  const machine = isWild ? ([0, 0, 0, 1, 2][below(5)] ?? 0) : 0;
  const what = below(isWild ? 200 : 180);
  if (what < 80) return { kind: "wait", minutes: 1 + below(15) };
  if (what < 160) return { kind: "look", machine };
  if (what < 170) return { kind: below(4) === 0 ? "break" : "heal" };
  if (what < 180) return { kind: "deploy", image: below(2) };
  if (what >= 194) return { kind: "reboot", machine };
  const reach = below(2) === 0 ? 30 : 10_000;
  return { kind: "set-clock", machine, minutes: below(2 * reach + 1) - reach };
}

function dateIn({ records, dateOf }: World, { judging }: Schedule): number {
  return judging === undefined ? Math.max(...records.map(({ at }) => at)) : dateOf(judging);
}

function isOpenAt({ records, image, now }: Moment, { minutes }: Schedule): boolean {
  const policy = withSoak({ minimumSeconds: minutes * 60, observeEverySeconds: everyMinutes * 60 });
  const verdict = judge({
    bundle: { parts: partsWith(image), madeAt: Number.NEGATIVE_INFINITY },
    testing: { policy, hubs: [aHub("try")] },
    stage: { hubs: [] },
    evidence: records,
    now,
  });
  return verdict.kind === "open";
}

function isTrulyDone(world: World, minutes: number): boolean {
  const watched = (["image/lab", "settings"] as const).map((part) => trulyWatched(world, { part, everyMinutes }) ?? -1);
  return Math.min(...watched) >= minutes;
}
