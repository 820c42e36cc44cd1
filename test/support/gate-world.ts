import * as fc from "fast-check";

import type { MachineClock, Observation, Parts } from "../../src/bundle/gate-evidence.ts";
import { minute, start, theParts } from "./a-gate.ts";

/** What happens around one hub, in the order in which it truly happens. */
export type WorldEvent =
  | { readonly kind: "wait"; readonly minutes: number }
  | { readonly kind: "look"; readonly machine: number }
  /** Somebody or something sets a machine's clock. */
  | { readonly kind: "set-clock"; readonly machine: number; readonly minutes: number }
  | { readonly kind: "reboot"; readonly machine: number }
  | { readonly kind: "break" }
  | { readonly kind: "heal" }
  /** The bundle is put there again, or with another image. */
  | { readonly kind: "deploy"; readonly image: number };

export interface WorldLook {
  /** True minutes since the beginning. */
  readonly at: number;
  readonly machine: number;
  readonly boot: number;
  readonly deployment: number;
  readonly image: number;
  readonly isWell: boolean;
}

/** A world whose clocks may be wrong, with what the machines record of it and what is true. */
export interface World {
  readonly looks: readonly WorldLook[];
  readonly records: readonly Observation[];
  readonly image: number;
  /** What a machine's clock says now. */
  readonly dateOf: (machine: number) => number;
}

/** Lets events happen; yields the world after each. `named`: machines count their seconds and say so. */
export function* liveThrough(events: readonly WorldEvent[], { named }: { readonly named: boolean }): Generator<World> {
  const looks: WorldLook[] = [];
  const records: Observation[] = [];
  const offsets = new Map<number, number>();
  const boots = new Map<number, { number: number; since: number }>();
  let [now, isWell, deployment, image] = [0, true, 0, 0];
  const dateOf = (machine: number): number => start + (now + (offsets.get(machine) ?? 0)) * minute;
  const bootOf = (machine: number): { number: number; since: number } =>
    boots.get(machine) ?? { number: 0, since: -machine };

  for (const event of events) {
    switch (event.kind) {
      case "wait":
        now += event.minutes;
        break;
      case "set-clock":
        offsets.set(event.machine, (offsets.get(event.machine) ?? 0) + event.minutes);
        break;
      case "reboot":
        boots.set(event.machine, { number: bootOf(event.machine).number + 1, since: now });
        break;
      case "break":
        isWell = false;
        break;
      case "heal":
        isWell = true;
        break;
      case "deploy":
        [deployment, image] = [deployment + 1, event.image];
        break;
      case "look": {
        const { machine: by } = event;
        now += 1; // no two looks are at the same moment
        const boot = bootOf(by);
        const clock: MachineClock = {
          machine: `m${by}`,
          boot: String(boot.number),
          seconds: (now - boot.since) * 60,
        };
        looks.push({ at: now, machine: by, boot: boot.number, deployment, image, isWell });
        records.push({
          kind: "observation",
          id: String(records.length),
          at: dateOf(by),
          sequence: records.length,
          ...(named ? { clock } : {}),
          hub: "try",
          stage: "testing",
          deployment: String(deployment),
          parts: partsWith(image),
          standing: "stage",
          verdict: isWell ? "passed" : "failed",
        });
      }
    }
    yield { looks, records, image, dateOf };
  }
}

export function partsWith(image: number): Parts {
  return { ...theParts, "image/lab": `lab-${image}` };
}

/**
 * Minutes for which a part of the bundle with `image` was truly watched and well: worked out from what truly happened,
 * in another way than the gate does it. `undefined`: that bundle was not seen well since it last failed.
 */
export function trulyWatched(
  { looks, image }: Pick<World, "looks" | "image">,
  { part, everyMinutes }: { readonly part: "image/lab" | "settings"; readonly everyMinutes: number },
): number | undefined {
  const watched = new Map<number, number>();
  const last = new Map<number, WorldLook>();
  let isSeen = false;
  for (const look of looks) {
    if (part === "image/lab" && look.image !== image) {
      last.clear();
      continue;
    }
    if (!look.isWell) {
      last.clear();
      if (look.image !== image) continue; // set down to the image, which was replaced
      watched.clear();
      isSeen = false;
      continue;
    }
    const before = last.get(look.machine);
    last.set(look.machine, look);
    if (look.image === image) isSeen = true;
    if (before === undefined || before.boot !== look.boot || before.deployment !== look.deployment) continue;
    const gap = look.at - before.at;
    if (gap <= everyMinutes) watched.set(look.machine, (watched.get(look.machine) ?? 0) + gap);
  }
  return isSeen ? Math.max(0, ...watched.values()) : undefined;
}

/** Mostly the first, so that it gets somewhere. */
const machine = fc.constantFrom(0, 0, 0, 1, 2);

function eventOf(who: fc.Arbitrary<number>): fc.Arbitrary<WorldEvent> {
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 15 }) }),
    },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("look" as const), machine: who }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<WorldEvent>({ kind: "break" }, { kind: "heal" }, { kind: "heal" }, { kind: "heal" }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("deploy" as const), image: fc.integer({ min: 0, max: 1 }) }),
    },
  );
}

/** Machines whose clocks are set forward and back, and that start again. */
export const wildEvents: fc.Arbitrary<readonly WorldEvent[]> = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: eventOf(machine) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("set-clock" as const),
        machine,
        minutes: fc.oneof(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -10_000, max: 10_000 })),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reboot" as const), machine }) },
  ),
  { minLength: 20, maxLength: 120 },
);

/** One observer whose clock is right. */
export const quietEvents: fc.Arbitrary<readonly WorldEvent[]> = fc.array(eventOf(fc.constant(0)), {
  minLength: 20,
  maxLength: 120,
});
