import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";

/** Steps that every check has, each with those that must have passed before it can be tried. */
export const stepNeeds = {
  user: [],
  server: ["user"],
  kernel: ["server"],
  dask: ["kernel"],
  scale: ["dask"],
  compute: ["dask"],
  adapt: ["dask"],
  shutdown: ["dask"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type StandardStep = keyof typeof stepNeeds;

export const standardSteps = Object.keys(stepNeeds) as readonly StandardStep[]; // keys of the table

const extraNeeds: readonly StandardStep[] = ["user", "server"];

/**
 * The steps to run, in order, with all that they need: `only` names steps ("kernel"), extra checks ("extra/climate"), or
 * all extra checks ("extra"); without any, everything.
 * @throws HubfleetError UNKNOWN_STEP with the nearest name
 */
export function selectSteps(extras: readonly string[], only: readonly string[] | undefined): ReadonlySet<string> {
  const extraSteps = extras.map((name) => `extra/${name}`);
  const all: readonly string[] = [...standardSteps, ...extraSteps];
  if (only === undefined) return new Set(all);
  const wanted = only.flatMap((name) => (name === "extra" ? extraSteps : [name]));
  for (const name of wanted) requireKnown(name, all);
  if (only.includes("extra") && extras.length === 0) requireKnown("extra", all);
  const chosen = new Set(wanted.flatMap((name) => [...needsOf(name), name]));
  return new Set(all.filter((name) => chosen.has(name)));
}

function needsOf(name: string): readonly string[] {
  if (!isStandard(name)) return extraNeeds;
  return stepNeeds[name].flatMap((need) => [...needsOf(need), need]);
}

function isStandard(name: string): name is StandardStep {
  return Object.hasOwn(stepNeeds, name);
}

function requireKnown(name: string, all: readonly string[]): void {
  if (all.includes(name)) return;
  throw new HubfleetError("UNKNOWN_STEP", {
    message: `the check of this hub has no step "${name}"`,
    hint: nameHint(name, all) ?? `it has: ${all.join(", ")}`,
  });
}
