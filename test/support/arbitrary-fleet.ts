import * as fc from "fast-check";

import { aFleet, type FleetBuilder } from "./a-fleet.ts";

/** Names that a file of a fleet may have. */
export const fleetName: fc.Arbitrary<string> = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/)
  .filter((name) => !name.startsWith("kube-") && !["default", "all", "none"].includes(name));

const memory = fc
  .tuple(fc.integer({ min: 1, max: 512 }), fc.constantFrom("M", "G", "Gi", "MB"))
  .map((parts) => parts.join(""));
const duration = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom("s", "m", "h", "d"))
  .map((parts) => parts.join(""));
const users = fc.uniqueArray(fleetName, { maxLength: 4 });

const partial: { requiredKeys: [] } = { requiredKeys: [] };

/** Settings that any layer may have: platform, group or hub. */
export const hubSettings: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record(
  {
    limits: fc.record(
      { runningServers: fc.integer({ min: 1, max: 500 }), concurrentSpawns: fc.integer({ min: 1, max: 64 }) },
      partial,
    ),
    culling: fc.record({ enabled: fc.boolean(), idle: duration, every: duration, maxAge: duration }, partial),
    access: fc.record(
      { everyone: fc.boolean(), users, groups: fc.dictionary(fleetName, users, { maxKeys: 3 }) },
      partial,
    ),
    dask: fc.record({ workerCores: fc.integer({ min: 1, max: 8 }), workerMemory: memory, idle: duration }, partial),
    announcement: fc.string({ maxLength: 40 }),
    environment: fc.dictionary(fc.constantFrom("TZ", "LANG", "OMP_NUM_THREADS"), fc.string({ maxLength: 10 })),
    profiles: fc.uniqueArray(
      fc.record(
        { id: fc.constantFrom("small", "large", "classroom"), name: fc.constantFrom("A", "B"), memoryLimit: memory },
        { requiredKeys: ["id", "name"] },
      ),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    chartValues: fc.record(
      { jupyterhub: fc.dictionary(fleetName, fc.oneof(fc.integer(), fc.string(), fc.boolean()), { maxKeys: 3 }) },
      partial,
    ),
  },
  partial,
);

/** A good fleet with groups and hubs of all kinds. */
export const goodFleet: fc.Arbitrary<FleetBuilder> = fc
  .record({
    platform: hubSettings,
    groups: fc.dictionary(fleetName, hubSettings, { maxKeys: 3 }),
    hubs: fc.dictionary(fleetName, hubSettings, { maxKeys: 5 }),
  })
  .map(({ platform, groups, hubs }) => {
    let fleet = aFleet().without("hubs/alpha.yaml").withPlatform(platform);
    const groupNames = Object.keys(groups);
    for (const [name, settings] of Object.entries(groups)) fleet = fleet.withGroup(name, settings);
    for (const [index, [name, settings]] of Object.entries(hubs).entries()) {
      fleet = fleet.withHub(name, { port: 20_000 + index * 10, groups: groupNames, ...settings });
    }
    return fleet;
  });
