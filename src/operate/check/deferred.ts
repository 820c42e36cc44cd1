import type { Check, Hub } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { hubPaths } from "../../runtime/local/paths.ts";
import type { StepReport } from "./check-report.ts";
import { standardSteps } from "./select-steps.ts";

/** Part of a check that can only be seen later, and is run by a later check. */
export interface DeferredPart {
  /** "extra/nodes-gone" */
  readonly step: string;
  /** ISO 8601; from then on it is run. */
  readonly due: string;
  /** The check that deferred it. */
  readonly run: string;
}

export interface Deferral {
  /** Steps to run, as `--only` takes them; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** What waits once these steps have been run, and the check was not interrupted. */
  readonly after: (steps: readonly StepReport[], run: string) => readonly DeferredPart[];
}

/**
 * Which steps a check runs and which it leaves for later. A whole check leaves out what is to be seen later and runs what
 * is due of earlier ones; "due" among the steps asked for stands for those; a part that is named is run at once. Only a
 * whole check defers anything. Parts of checks that the hub no longer has are forgotten.
 */
export function planDeferral(
  { checks }: Pick<Hub, "checks">,
  { only, waiting, now }: { only: readonly string[] | undefined; waiting: readonly DeferredPart[]; now: Date },
): Deferral {
  const later = checks.filter(({ afterSeconds }) => afterSeconds > 0);
  const known = waiting.filter(({ step }) => later.some((check) => stepOf(check) === step));
  const due = known.filter((part) => new Date(part.due) <= now).map(({ step }) => step);
  const isWhole = only === undefined;
  const atOnce = checks.filter(({ afterSeconds }) => afterSeconds === 0).map(stepOf);
  return {
    only: later.length === 0 ? only?.filter((name) => name !== "due") : asked(only, { due, atOnce }),
    after: (steps, run) => {
      const seen = new Set(
        steps.filter(({ state }) => state === "passed" || state === "failed").map(({ name }) => name),
      );
      const left = known.filter(({ step }) => !seen.has(step));
      const begun = isWhole ? later.filter((check) => !left.some(({ step }) => step === stepOf(check))) : [];
      return [...left, ...begun.map((check) => ({ step: stepOf(check), due: dueOf(check, now), run }))];
    },
  };
}

/** Where parts of a hub's checks wait, so that a later check finds them. */
export interface DeferredStore {
  read(): Promise<readonly DeferredPart[]>;
  write(parts: readonly DeferredPart[]): Promise<void>;
}

/** On this machine, where the hub is. */
export function deferredHere(
  fleetUuid: string,
  hub: string,
  world: Pick<LocalWorld, "files" | "machine">,
): DeferredStore {
  const path = `${hubPaths(world.machine.stateRoot, fleetUuid, hub).run}/deferred.json`;
  return {
    async read() {
      const text = await world.files.read(path);
      return text === undefined ? [] : parseDeferred(text);
    },
    async write(parts) {
      if (parts.length === 0) await world.files.remove(path);
      else await world.files.ensureFile(path, writeDeferred(parts), 0o600);
    },
  };
}

export function parseDeferred(text: string): readonly DeferredPart[] {
  return (JSON.parse(text) as { parts: DeferredPart[] }).parts; // written below
}

export function writeDeferred(parts: readonly DeferredPart[]): string {
  return `${JSON.stringify({ version: 1, parts }, undefined, 2)}\n`;
}

function asked(
  only: readonly string[] | undefined,
  { due, atOnce }: { readonly due: readonly string[]; readonly atOnce: readonly string[] },
): readonly string[] {
  if (only === undefined) return [...standardSteps, ...atOnce, ...due];
  return only.flatMap((name) => (name === "due" ? due : [name]));
}

function stepOf({ name }: Pick<Check, "name">): string {
  return `extra/${name}`;
}

function dueOf({ afterSeconds }: Check, now: Date): string {
  return new Date(now.getTime() + afterSeconds * 1000).toISOString();
}
