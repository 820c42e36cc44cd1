import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { HubUse } from "../../src/operate/observe/count-use.ts";
import { hubUse } from "../../src/operate/observe/hub-use.ts";
import { aLocalWorld } from "./a-local-world.ts";
import type { Sandbox } from "./process-sandbox.ts";

/** What a real hub wrote down of its use since a moment. */
export function useOf(sandbox: Sandbox, hub: string, since: Date = new Date(0)): Promise<HubUse | undefined> {
  const machine = { ...aLocalWorld().machine, stateRoot: sandbox.state };
  const props = { fleetUuid: sandbox.uuid(), hub, since, until: new Date(Date.now() + 1) };
  return hubUse(props, { files: createStateFilesDisk(), machine });
}
