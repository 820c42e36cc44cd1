import type { FleetStatus } from "../../src/app/use-cases.ts";
import type { StagesStatus } from "../../src/operate/stage-status.ts";
import { aFleet, type FleetBuilder } from "./a-fleet.ts";
import type { PromotingFleet } from "./a-promoting-fleet.ts";

/** Hub alpha in staging, hub beta in production; with what each stage asks. */
export function aTwoStageFleet(staging: object = {}, production: object = {}, keys: object = {}): FleetBuilder {
  const stages = [
    { name: "staging", ...staging },
    { name: "production", ...production },
  ];
  return aFleet()
    .withFleet({ stages, ...keys })
    .without("hubs/alpha.yaml")
    .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } })
    .withHub("beta", { port: 18_010, stage: "production", dask: { enabled: false } });
}

export async function overview(fleet: PromotingFleet): Promise<FleetStatus> {
  return fleet.app().overview(fleet.machine.watch.signal);
}

/** What is known of its stages. */
export async function stagesOf(fleet: PromotingFleet): Promise<StagesStatus> {
  const { stages } = await overview(fleet);
  if (stages?.kind !== "read") throw new Error(stages?.remark ?? "the fleet has no bundle");
  return stages;
}
