import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createHubApiHttp } from "../../src/adapters/hub-api/hub-api-http.ts";
import { createHubApiMemory, type HubApiMemory } from "../../src/adapters/hub-api/hub-api-memory.ts";
import type { HubAddress, HubApi } from "../../src/ports/hub-api.ts";
import { sha256 } from "../../src/runtime/local/digest.ts";
import { aLoopbackHub, type LoopbackHub } from "../support/a-loopback-hub.ts";

/** A hub with ada (admin, one server) and bob, of whom the next sync demotes ada and removes bob. */
interface Subject {
  readonly api: HubApi;
  readonly address: HubAddress;
  readonly proxy: HubAddress;
  breakHub(): void;
  routesRestored(): number;
  stop(): Promise<void>;
}

const token = "operator-token";
const before = current({ users: ["bob"], admins: ["ada"] });
const after = current({ users: ["ada"], admins: [] });
const digests = { before: sha256(before), after: sha256(after) };
const used = '{"at":"2026-11-21T09:00:00.000Z","kind":"ready","user":"0123","image":"lab"}\n';
const server = {
  name: "",
  ready: true,
  pending: null,
  started: "2026-11-21T09:00:00.000Z",
  lastActivity: "2026-11-21T09:00:00.000Z",
  url: "/staging/user/bob/",
  profile: "lab",
  image: "lab",
  environment: "/environments/one",
};

const subjects: Record<string, () => Promise<Subject>> = {
  http: async () => {
    const hub = await aLoopbackHub("/staging/", token, {
      state: {
        version: "5.5.4",
        current: digests.before,
        users: [
          { name: "bob", admin: false, servers: [server] },
          { name: "ada", admin: true, servers: [] },
        ],
        limitsEnforced: true,
        limitsReason: "",
      },
      sync: {
        current: digests.after,
        removedUsers: ["bob"],
        demotedAdmins: ["ada"],
        stoppedServers: ["bob"],
        revokedTokens: 2,
      },
      use: { servers: used, dask: null },
    });
    return {
      api: createHubApiHttp(),
      address: { url: hub.url, token },
      proxy: { url: hub.url, token },
      breakHub: () => {
        hub.mood = "fails";
      },
      routesRestored: () => hub.requests.filter(({ path }) => path.endsWith("/api/proxy")).length,
      stop: async () => hub.close(),
    };
  },
  memory: async () => {
    const api = createHubApiMemory();
    const url = "http://127.0.0.1:18002/staging/";
    const hub = api.addHub({ url, token, current: "/run/current.json" });
    hub.use.servers = [used.replace("T09", "T08"), used];
    await writeCurrent(api, before);
    await hub.start();
    hub.startServer("bob", "lab");
    hub.logIn("ada");
    await writeCurrent(api, after);
    return {
      api,
      address: { url, token },
      proxy: { url: "http://127.0.0.1:18001/", token },
      breakHub: () => api.break(url),
      routesRestored: () => hub.routesRestored,
      stop: async () => hub.stop(),
    };
  },
};

describe.each(Object.keys(subjects))("hub api: %s", (kind) => {
  let subject: Subject;
  let api: HubApi;
  let address: HubAddress;

  beforeEach(async () => {
    subject = await (subjects[kind] as () => Promise<Subject>)(); // a key of the table
    ({ api, address } = subject);
  });

  afterEach(async () => subject.stop());

  it("tells what the hub says of itself", async () => {
    expect(await api.state(address)).toEqual({
      version: "5.5.4",
      current: digests.before,
      users: [
        { name: "bob", admin: false, servers: [server] },
        { name: "ada", admin: true, servers: [] },
      ],
      limitsEnforced: true,
      limitsReason: "",
    });
  });

  it("tells what was written down of its use from a moment on", async () => {
    const use = await api.use(address, new Date("2026-11-21T09:00:00.000Z"));

    expect(use).toEqual({ servers: used, dask: undefined });
  });

  it("tells who lost what in a sync", async () => {
    expect(await api.sync(address)).toEqual({
      current: digests.after,
      removedUsers: ["bob"],
      demotedAdmins: ["ada"],
      stoppedServers: ["bob"],
      revokedTokens: 2,
    });
  });

  it("has the proxy told every route again", async () => {
    await api.restoreRoutes(address);

    expect(subject.routesRestored()).toBe(1);
  });

  it("ends a server", async () => {
    await api.stopServer(address, "bob", "");

    expect((await api.state(address)).users.find(({ name }) => name === "bob")?.servers).toEqual([]);
  });

  it("tells the paths that the proxy knows", async () => {
    expect(await api.routes(subject.proxy)).toContain("/staging/user/bob");
  });

  it("says whether the hub is healthy and whether an address answers", async () => {
    expect(await api.isHealthy(address)).toBe(true);
    expect(await api.answers(`${address.url}hub/health`)).toBe(true);
  });

  it("throws HUB_UNREACHABLE for a token that is not the operator's", async () => {
    const stranger = { ...address, token: "another" };

    await expect(api.state(stranger)).rejects.toMatchObject({ code: "HUB_UNREACHABLE", retry: "later" });
    await expect(api.sync(stranger)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    await expect(api.restoreRoutes(stranger)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });

  it("throws HUB_UNREACHABLE for a hub that answers with an error", async () => {
    subject.breakHub();

    await expect(api.state(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    await expect(api.sync(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    expect(await api.isHealthy(address)).toBe(false);
    expect(await api.answers(`${address.url}hub/health`)).toBe(false);
  });

  it("throws HUB_UNREACHABLE where nobody listens", async () => {
    await subject.stop();

    await expect(api.state(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE", retry: "later" });
    await expect(api.restoreRoutes(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    expect(await api.isHealthy(address)).toBe(false);
    expect(await api.answers(address.url)).toBe(false);
  });
});

describe("hub api: only over HTTP can the hub", () => {
  const api = createHubApiHttp({ quickMilliseconds: 200, syncMilliseconds: 300 });
  let hub: LoopbackHub;
  let address: HubAddress;

  beforeEach(async () => {
    const state = { version: "", current: "", users: [], limitsEnforced: false, limitsReason: "" };
    const sync = { current: "", removedUsers: [], demotedAdmins: [], stoppedServers: [], revokedTokens: 0 };
    hub = await aLoopbackHub("/", token, { state, sync });
    address = { url: hub.url, token };
  });

  afterEach(async () => hub.close());

  it("hang", async () => {
    hub.mood = "hangs";

    await expect(api.state(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    await expect(api.sync(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    await expect(api.restoreRoutes(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    expect(await api.isHealthy(address)).toBe(false);
  });

  it.each(["says html", "says nothing"] as const)("be somebody else who %s", async (mood) => {
    hub.mood = mood;

    await expect(api.state(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    await expect(api.sync(address)).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });

  it("be somebody else who answers 404 where a hub is healthy", async () => {
    const elsewhere = { url: `${hub.url}elsewhere/`, token };

    expect(await api.isHealthy(elsewhere)).toBe(false);
    expect(await api.answers(`${elsewhere.url}hub/health`, token)).toBe(true);
  });

  it("name the address, but never the token, in an error", async () => {
    const error: unknown = await api
      .state({ ...address, url: `${hub.url}elsewhere/` })
      .catch((thrown: unknown) => thrown);

    expect(String(error)).toContain(`${hub.url}elsewhere/hub/api/hubfleet/state answers 404`);
    expect(JSON.stringify(error)).not.toContain(token);
  });

  it("be given the operator's token", async () => {
    await api.state(address);

    expect(hub.requests).toEqual([{ method: "GET", path: "/hub/api/hubfleet/state", token }]);
  });
});

async function writeCurrent(api: HubApiMemory, text: string): Promise<void> {
  await api.files.ensureFile("/run/current.json", text, 0o600);
}

function current(access: { users: readonly string[]; admins: readonly string[] }): string {
  const profile = { id: "lab", notebookImage: "lab", notebookEnvironment: "/environments/one" };
  return JSON.stringify({ access: { everyone: false, ...access }, profiles: [profile] });
}
