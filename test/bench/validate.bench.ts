import { readFleet } from "../../src/fleet/read-fleet.ts";
import { aFleet } from "../support/a-fleet.ts";

/** How long reading and checking takes. Run with `node test/bench/validate.bench.ts`. Figures, no assertions. */
for (const count of [2, 200, 2000]) {
  const snapshot = aFleet()
    .withGroup("classes", { culling: { idle: "30m" }, environment: { OMP_NUM_THREADS: "2" } })
    .withHubs(count, {
      groups: ["classes"],
      limits: { memoryLimit: "4G" },
      profiles: ["small", "large"].map((id) => ({ id, name: id, memoryLimit: "2G", cpuLimit: 1 })),
      access: { users: Array.from({ length: 30 }, (_, index) => `user-${index}`) },
    })
    .snapshot();

  const milliseconds = [1, 2, 3].map(() => {
    const start = performance.now();
    const { problems } = readFleet(snapshot);
    if (count <= 200 && problems.length > 0) throw new Error(`${problems.length} problems in the bench's own fleet`);
    return Math.round(performance.now() - start);
  });
  console.log(`validate ${count} hubs: ${milliseconds[0]} ms, again ${milliseconds.slice(1).join(" ms, ")} ms`);
}
