import type { Deployed } from "./deployed.ts";

/**
 * Where a bundle is: stages that have it, in their order, and hubs that were given it while their stage has another one:
 * "staging", "hub/alpha".
 */
export function bundlePlaces(
  digest: string,
  { stages, hubs }: Deployed,
  fleet: {
    readonly stages: readonly { readonly name: string }[];
    readonly hubs: ReadonlyMap<string, { readonly stage: string }>;
  },
): readonly string[] {
  const own = fleet.stages.map(({ name }) => name).filter((name) => stages[name]?.digest === digest);
  const alone = Object.keys(hubs).filter((name) => {
    const hub = fleet.hubs.get(name);
    return hub !== undefined && hubs[name]?.digest === digest && !own.includes(hub.stage);
  });
  return [...own, ...alone.map((name) => `hub/${name}`)];
}
