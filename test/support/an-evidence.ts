import type { ComponentName } from "../../src/runtime/local/desired-hub.ts";
import type { ComponentEvidence, Evidence } from "../../src/operate/why/evidence.ts";
import { gatherEvidence } from "../../src/operate/why/gather-evidence.ts";
import { aFleet } from "./a-fleet.ts";
import { aLocalWorld } from "./a-local-world.ts";

export const now = new Date("2026-11-21T12:00:00.000Z");
export const hourAgo = new Date("2026-11-21T11:00:00.000Z");

/** What is found on a pretended machine whose hub "alpha" is well. */
export async function healthyEvidence(): Promise<Evidence> {
  const machine = aLocalWorld();
  const app = await machine.open(aFleet());
  await app.up((await app.select([])).local, machine.watch);
  const evidence = await gatherEvidence(await app.fleet(), "alpha", machine);
  return { ...evidence, now, hubConfigPlace: "hubs/alpha.yaml:7" };
}

/** The processes named ended an hour ago; with lines, those are the end of their logs. */
export function ended(healthy: Evidence, names: readonly ComponentName[], lines: readonly string[] = []): Evidence {
  const observed = { ...healthy.observed.components };
  const components: Record<ComponentName, ComponentEvidence> = { ...healthy.components };
  for (const name of names) {
    observed[name] = { process: undefined, strays: [] };
    components[name] = { startedAt: hourAgo, lastWords: hourAgo, lines, isHalted: false };
  }
  const state = names.includes("hub") ? undefined : healthy.observed.state;
  return {
    ...healthy,
    bootTime: new Date(0),
    observed: { ...healthy.observed, components: observed, state },
    components,
  };
}

/** The hub runs and does not answer. */
export function silent(healthy: Evidence, startedAt: Date = hourAgo): Evidence {
  const hub = { ...healthy.components.hub, startedAt };
  return {
    ...healthy,
    observed: { ...healthy.observed, state: undefined },
    components: { ...healthy.components, hub },
  };
}

/** The hub is well, and these are the last lines of its log. */
export function hubSaid(healthy: Evidence, ...lines: readonly string[]): Evidence {
  return { ...healthy, components: { ...healthy.components, hub: { ...healthy.components.hub, lines } } };
}
