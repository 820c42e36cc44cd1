import type { HubUser } from "../../src/ports/hub-api.ts";
import { asIfRunning } from "../../src/runtime/local/as-if-running.ts";
import type { DesiredHub } from "../../src/runtime/local/desired-hub.ts";
import type { ObservedHub } from "../../src/runtime/local/observed-hub.ts";

/** A hub of which nothing is on the machine. */
export function observedAbsent(name: string): ObservedHub {
  const nothing = { process: undefined, strays: [] };
  return {
    name,
    components: { proxy: nothing, gateway: nothing, hub: nothing, culler: nothing },
    applied: undefined,
    state: undefined,
    currentOnDisk: undefined,
    lostRoutes: [],
    userProcesses: [],
    grants: {},
    strangers: [],
  };
}

/** A hub that runs just as desired and answers, with people on it. */
export function observedRunning(desired: DesiredHub, users: readonly HubUser[] = []): ObservedHub {
  const state = { version: "5.5.4", current: "", users, limitsEnforced: true, limitsReason: "" };
  return asIfRunning(desired, { ...observedAbsent(desired.name), state });
}

/** Somebody with a running server. */
export function aUser(name: string): HubUser {
  const server = {
    name: "",
    ready: true,
    pending: null,
    started: null,
    lastActivity: null,
    profile: "standard",
    image: "lab",
    environment: null,
    url: `/user/${name}/`,
  };
  return { name, admin: false, servers: [server] };
}
