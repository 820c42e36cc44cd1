import { aClusterFleet, aTwoClusterFleet, clusterHub } from "../support/a-cluster-fleet.ts";

/**
 * What an unchanged plan of 50 hubs on two clusters costs hubfleet itself: reading the fleet, its bundle, rendering every hub,
 * comparing. The clusters are pretended, so what they take to answer (a few lists of metadata for each) comes on top. Figures, no
 * assertions.
 */
const count = 50;
const hubs = Array.from({ length: count - 2 }, (_, index) => `hub-${String(index).padStart(2, "0")}`);
const tree = hubs.reduce(
  (fleet, name, index) => fleet.withHub(name, clusterHub(name, index % 2 === 0 ? "cloud" : "campus")),
  aTwoClusterFleet(),
);
const fleet = await aClusterFleet(tree);
await fleet.promote(await fleet.bundle());
for (const time of ["first", "second", "third"]) {
  await fleet.become((same) => same); // what a command has read before is forgotten
  const begun = performance.now();
  const { changes, hubs: seen } = await fleet.plan();
  const seconds = ((performance.now() - begun) / 1000).toFixed(2);
  console.log(`${time} plan of ${seen.length} hubs: ${seconds} s, ${changes.length} changes (goal 2 s)`);
}
