import { strandedProcesses } from "../../plan/stranded.ts";
import { type ComponentName, componentNames, type DesiredHub } from "./desired-hub.ts";
import type { ObservedComponent, ObservedHub } from "./observed-hub.ts";

const nobody = { version: "", users: [], limitsEnforced: true, limitsReason: "" };

/** What would be observed if the hub ran exactly as desired; who uses it is taken from how it is found now. */
export function asIfRunning(desired: DesiredHub, found: ObservedHub): ObservedHub {
  const { hub, cluster, images, look, currentDigest } = desired;
  const componentOf = (name: ComponentName): ObservedComponent => {
    const wanted = desired.components.find((component) => component.name === name);
    if (wanted === undefined) return { process: undefined, strays: [] };
    return { process: { pid: 0, startTime: "", specDigest: wanted.specDigest, startedAt: new Date(0) }, strays: [] };
  };
  const [proxy, gateway, hubProcess, culler] = componentNames.map(componentOf);
  if (!proxy || !gateway || !hubProcess || !culler) throw new TypeError("a component is missing"); // the list has four
  return {
    name: desired.name,
    components: { proxy, gateway, hub: hubProcess, culler },
    applied: { version: 1, at: "", hub, cluster, images, look },
    state: { ...(found.state ?? nobody), current: currentDigest },
    currentOnDisk: currentDigest,
    lostRoutes: [],
    userProcesses: withoutStranded(desired, found),
    grants: found.grants,
    strangers: [],
  };
}

/** Those that end on the way there have ended. */
function withoutStranded(desired: DesiredHub, found: ObservedHub): ObservedHub["userProcesses"] {
  const stranded = new Set(strandedProcesses(desired, found).map(({ pid }) => pid));
  return found.userProcesses.filter(({ pid }) => !stranded.has(pid));
}
