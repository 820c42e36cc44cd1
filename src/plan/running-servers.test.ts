import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalHub, anImage, desiredAlpha } from "../../test/support/a-local-hub.ts";
import { aUser, observedRunning } from "../../test/support/observed.ts";
import type { Hub } from "../fleet/fleet.ts";
import type { MarkedProcess } from "../ports/processes.ts";
import type { DesiredHub, DesiredHubProps } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import type { Change } from "./plan.ts";
import { planHub } from "./plan-hub.ts";
import { describeCount, strandedProcesses } from "./stranded.ts";

const alpha = aLocalHub();
const uuid = "11111111-2222-4333-8444-555555555555";
const { origins, clusters } = aFleet().build();
const here = clusters.get("here") as DesiredHub["cluster"]; // the small fleet's is local
const prefix = `${uuid}/alpha/`;

const aProcess = (pid: number, part: string, reportsTo?: string): MarkedProcess => ({
  ...{ pid, startTime: String(pid), marker: `${prefix}${part}`, parent: 1, uid: 100_007, command: part },
  ...(reportsTo === undefined ? {} : { reportsTo }),
});
const hubAt = "http://127.0.0.1:18002/alpha/hub/api";
const gatewayAt = "http://127.0.0.1:18003/alpha/services/dask-gateway/api";
const server = aProcess(7, "server/grace", hubAt);
const cluster = aProcess(8, "dask/grace/4f98", gatewayAt);

const root = { uids: { firstUid: 100_000, count: 10_000 } } as const;
const running = (hub: Partial<Hub> = {}, props: Partial<DesiredHubProps> = root): ObservedHub => ({
  ...observedRunning(desiredAlpha({ port: 18_000, basePath: "/alpha/", ...hub }, props), [aUser("grace")]),
  userProcesses: [server, cluster],
});
const changesOf = (desired: DesiredHub, observed: ObservedHub): readonly Change[] =>
  planHub({ desired, observed, origins, lockText: () => undefined });

const { access, culling, dask, limits } = alpha;
const https = { certificate: "/etc/cert.pem", key: "/etc/key.pem" };
const github = { kind: "github", clientId: "x", clientSecretVariable: "SECRET", address: "https://x.test" } as const;
const admins = [{ name: "data", writers: "admins" }] as const;
const listed = { ...access, users: ["grace"], admins: ["ada"] };

interface Row {
  readonly what: string;
  readonly from?: Partial<Hub>;
  readonly to?: Partial<Hub>;
  readonly props?: Partial<DesiredHubProps>;
  readonly observed?: Partial<ObservedHub>;
  /** First words of the reasons with which servers end; none: they go on. */
  readonly ends: readonly string[];
}

const moves = "1 server and 1 Dask cluster end: they know the hub by the address that it leaves";

/** Whether the servers and Dask clusters that run go on. */
const rows: readonly Row[] = [
  { what: "another port", to: { port: 19_000 }, ends: [moves] },
  { what: "another base path", to: { basePath: "/beta/" }, ends: [moves] },
  { what: "Dask off", to: { dask: { ...dask, enabled: false } }, ends: ["1 Dask cluster ends: the Dask Gateway goes"] },
  { what: "Dask on", from: { dask: { ...dask, enabled: false } }, observed: { userProcesses: [server] }, ends: [] },
  { what: "another address", props: { cluster: { ...here, address: "0.0.0.0" } }, ends: [] },
  { what: "https on", props: { cluster: { ...here, https } }, ends: [] },
  { what: "another domain", to: { domain: "hub.example.org" }, ends: [] },
  { what: "a title", to: { title: "Other" }, ends: [] },
  { what: "another login", to: { access: { ...access, login: { kind: "sign-up" } } }, ends: [] },
  { what: "a GitHub login", to: { access: { ...access, login: github } }, ends: [] },
  { what: "a new secret of the GitHub app", props: { loginSecretDigest: "2" }, ends: [] },
  { what: "traits of the hub", to: { hubConfig: { JupyterHub: { log_level: "DEBUG" } } }, ends: [] },
  { what: "another hub image", props: { images: { hub: anImage("hub", "2"), lab: anImage("lab") } }, ends: [] },
  { what: "another notebook image", props: { images: { hub: anImage("hub"), lab: anImage("lab", "2") } }, ends: [] },
  { what: "a new version of the proxy", props: { machine: { ...machine(), proxyVersion: "6.0.0" } }, ends: [] },
  { what: "a new version of hubfleet", props: { machine: { ...machine(), pythonPath: "/state/runtime/2" } }, ends: [] },
  { what: "lower limits", to: { limits: { ...limits, runningServers: 1, memoryLimitBytes: 1 } }, ends: [] },
  { what: "no Dask cluster a user", to: { dask: { ...dask, maxClustersPerUser: 0 } }, ends: [] },
  { what: "a variable", to: { environment: { A: "1" } }, ends: [] },
  { what: "a shared directory less", from: { storage: { shared: admins } }, ends: [] },
  {
    what: "culling after a shorter while",
    to: { culling: { ...culling, idleSeconds: 60 } },
    ends: ["servers end that are idle for 60 s"],
  },
  {
    what: "an age at which servers end",
    to: { culling: { ...culling, maxAgeSeconds: 3_600 } },
    ends: ["servers end that run for 3600 s"],
  },
  {
    what: "culling on",
    from: { culling: { ...culling, enabled: false } },
    to: { culling: { ...culling, idleSeconds: 60 } },
    ends: ["servers end that are idle for 60 s"],
  },
  { what: "culling after a longer while", to: { culling: { ...culling, idleSeconds: 999_999 } }, ends: [] },
  { what: "culling off", to: { culling: { ...culling, enabled: false } }, ends: [] },
  {
    what: "a user less",
    from: { access: listed },
    to: { access: { ...listed, users: [] } },
    ends: ["servers of grace end: no longer allowed"],
  },
  {
    what: "a user less, who only has a Dask cluster, while the hub is down",
    from: { access: listed },
    to: { access: { ...listed, users: [] } },
    observed: { state: undefined, userProcesses: [cluster] },
    ends: ["servers of grace end: no longer allowed"],
  },
  {
    what: "a user less, whom an organisation lets in as well",
    from: { access: { ...listed, organizations: ["Lab"] } },
    to: { access: { ...listed, users: [], organizations: ["Lab"] } },
    observed: { grants: { grace: ["organization:lab", "users"] } },
    ends: [],
  },
  {
    what: "an organisation less",
    from: { access: { ...listed, users: [], organizations: ["lab"], teams: ["other:people"] } },
    to: { access: { ...listed, users: [], teams: ["other:people"] } },
    observed: { grants: { grace: ["organization:lab"] } },
    ends: ["servers of grace end: no longer allowed"],
  },
  {
    what: "everyone no longer, but listed in other letters",
    from: { access: { ...listed, everyone: true } },
    to: { access: { ...listed, users: ["Grace"] } },
    ends: [],
  },
  {
    what: "an administrator less",
    from: { access: { ...listed, admins: ["grace"] } },
    to: { access: listed },
    ends: [],
  },
  {
    what: "an administrator less, with a directory that only administrators write",
    from: { access: { ...listed, admins: ["grace"] }, storage: { shared: admins } },
    to: { access: listed, storage: { shared: admins } },
    ends: ["servers of grace end: no longer administrators, whose shared directories they have open"],
  },
];

function machine(): DesiredHubProps["machine"] {
  const path = "/state/runtime/0123456789abcdef";
  const proxy = {
    proxyProgram: "/proxy/bin/configurable-http-proxy",
    proxyVersion: "5.3.0",
    boundLog: "/bound-log.cjs",
  };
  return {
    stateRoot: "/state",
    environments: "/state/environments",
    isRoot: false,
    node: "/usr/bin/node",
    pythonPath: path,
    ...proxy,
  };
}

describe("servers that run", () => {
  it.each(rows)("$what", ({ from = {}, to = {}, props = {}, observed = {}, ends }) => {
    const before = { ...running({ access: { ...access, users: ["grace"] }, ...from }), ...observed };
    const base = { port: 18_000, basePath: "/alpha/", access: { ...access, users: ["grace"] } };
    const after = desiredAlpha({ ...base, ...to }, { ...root, ...props });

    const changes = changesOf(after, before);

    expect(changes.length).toBeGreaterThan(0);
    const ending = changes.filter(({ effect }) => effect === "servers end");
    expect(ending.map(({ because }) => because[0])).toEqual(ends);
  });

  it("are named with the settings that end them", () => {
    const fleet = aFleet().withHub("alpha", { port: 19_000 }).build();
    const hub = fleet.hubs.get("alpha");

    const [change] = planHub({
      desired: desiredAlpha({ ...hub, basePath: "/alpha/" }),
      observed: running({}, {}),
      origins: fleet.origins,
      lockText: () => undefined,
    });

    expect(change).toMatchObject({ action: "delete", part: "servers", because: [moves, "port: 18000 → 19000"] });
    expect(change?.at).toMatchObject([{ path: "hubs/alpha.yaml", line: 4 }]);
  });

  it("may be started until a move is made, so it is said while none runs", () => {
    const nobody = { ...running(), state: undefined, userProcesses: [] };

    const [change] = changesOf(desiredAlpha({ port: 19_000, basePath: "/alpha/" }, root), nobody);

    expect(change?.because[0]).toBe(
      "servers that are started until then end: they know the hub by the address that it leaves",
    );
  });

  it("at the new address go on when a killed move is finished, and when it is taken back they end", () => {
    const [old, moved] = [18_000, 19_000].map((port) => desiredAlpha({ port, basePath: "/alpha/" }, root));
    const applied = running().applied;
    const there = aProcess(9, "server/edsger", "http://127.0.0.1:19002/alpha/hub/api");
    const killed = { ...observedRunning(moved ?? desiredAlpha()), applied, userProcesses: [there] };

    expect(changesOf(moved ?? desiredAlpha(), killed).map(({ part }) => part)).toEqual(["notes"]);
    expect(changesOf(old ?? desiredAlpha(), killed)[0]?.because[0]).toContain("1 server ends");
  });
});

describe("strandedProcesses", () => {
  const moved = desiredAlpha({ port: 19_000, basePath: "/alpha/" });

  it("takes a server with all that it started, and judges by the server", () => {
    const child = aProcess(70, "server/grace", "http://127.0.0.1:19002/alpha/hub/api");
    const own = aProcess(71, "server/grace");

    expect(strandedProcesses(moved, { userProcesses: [own, child, server] })).toEqual([own, child, server]);
    expect(describeCount([own, child, server])).toBe("1 server");
  });

  it.each([
    ["of a user's own invention", aProcess(7, "server/grace", "https://hub.example.org/api")],
    ["without an address", aProcess(7, "server/grace")],
    ["at the new address", aProcess(7, "server/grace", "http://127.0.0.1:19002/alpha/hub/api")],
  ])("leaves alone what is %s", (_, process) => {
    expect(strandedProcesses(moved, { userProcesses: [process] })).toEqual([]);
  });
});
