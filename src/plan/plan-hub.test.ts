import { describe, expect, it } from "vitest";

import { desiredAlpha, anImage, aLocalHub } from "../../test/support/a-local-hub.ts";
import { aUser, observedAbsent, observedRunning } from "../../test/support/observed.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import type { Change } from "./plan.ts";
import { planHub } from "./plan-hub.ts";

const { origins } = aFleet().build();
const alpha = aLocalHub();
const plan = (desired: DesiredHub, observed: ObservedHub): readonly Change[] =>
  planHub({
    desired,
    observed,
    origins,
    lockText: (digest) => (digest.endsWith("2") ? "numpy==2.4.6\nscipy==1.17.0" : "numpy==2.3.5"),
  });
const brief = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ action, part, effect }) => `${action} ${part}: ${effect}`);

describe("planHub", () => {
  it("creates a hub that is nowhere", () => {
    expect(brief(plan(desiredAlpha(), observedAbsent("alpha")))).toEqual(["create hub: none"]);
  });

  it("has nothing to do for a hub that runs as it should", () => {
    expect(plan(desiredAlpha(), observedRunning(desiredAlpha(), [aUser("grace")]))).toEqual([]);
  });

  it.each([
    ["a title", { title: "Other" }, ["update hub: hub restarts"]],
    ["a login", { access: { ...alpha.access, login: { kind: "sign-up" } as const } }, ["update hub: hub restarts"]],
    ["traits of the hub", { hubConfig: { JupyterHub: { log_level: "DEBUG" } } }, ["update hub: hub restarts"]],
    ["an announcement", { announcement: "Friday" }, ["update live settings: none"]],
    [
      "an added user",
      { access: { ...alpha.access, users: [...alpha.access.users, "mary"] } },
      ["update live settings: none"],
    ],
    ["a ceiling", { limits: { ...alpha.limits, runningServers: 3 } }, ["update live settings: none"]],
    ["an environment variable", { environment: { A: "1" } }, ["update live settings: new servers only"]],
    [
      "a shared directory",
      { storage: { shared: [{ name: "data", writers: "admins" }] } } as const,
      ["update live settings: new servers only"],
    ],
    ["the culling", { culling: { ...alpha.culling, idleSeconds: 60 } }, ["update culler: none"]],
    ["no culling", { culling: { ...alpha.culling, enabled: false } }, ["delete culler: none"]],
    [
      "no Dask",
      { dask: { ...alpha.dask, enabled: false } },
      ["delete gateway: hub restarts", "update hub: hub restarts"],
    ],
    ["what only places it", { stage: "production", twin: "beta" }, []],
    [
      "the port",
      { port: 19_000 },
      [
        "delete servers: servers end",
        "update proxy: proxy restarts",
        "update gateway: hub restarts",
        "update hub: hub restarts",
        "update culler: none",
      ],
    ],
  ])("says what people feel of %s", (_, changes, expected) => {
    expect(brief(plan(desiredAlpha(changes), observedRunning(desiredAlpha())))).toEqual(expected);
  });

  it("ends servers of those who are taken off the list, and names them", () => {
    const without = desiredAlpha({ access: { ...alpha.access, users: [] } });

    const [change] = plan(without, observedRunning(desiredAlpha(), [aUser("grace")]));

    expect(change).toMatchObject({ effect: "servers end" });
    expect(change?.because[0]).toBe("servers of grace end: no longer allowed");
  });

  it("gives new servers the packages of another lock, and says which", () => {
    const desired = desiredAlpha({}, { images: { hub: anImage("hub"), lab: anImage("lab", "2") } });

    const changes = plan(desired, observedRunning(desiredAlpha()));

    expect(brief(changes)).toEqual(["update live settings: new servers only"]);
    expect(changes[0]?.because).toEqual(["image lab: numpy 2.3.5 → 2.4.6, + scipy 1.17.0"]);
  });

  it("restarts what runs in the hub image when its lock changes, but not the proxy", () => {
    const desired = desiredAlpha({}, { images: { hub: anImage("hub", "2"), lab: anImage("lab") } });

    expect(brief(plan(desired, observedRunning(desiredAlpha())))).toEqual([
      "update gateway: hub restarts",
      "update hub: hub restarts",
      "update culler: none",
    ]);
  });

  it("starts a component that ended, and clears what outlived it", () => {
    const running = observedRunning(desiredAlpha());
    const stray = { pid: 7, startTime: "1", marker: "x", parent: 1, uid: 0, command: "dask-gateway-proxy" };
    const observed = {
      ...running,
      components: { ...running.components, gateway: { process: undefined, strays: [stray] } },
    };

    const changes = plan(desiredAlpha(), observed);

    expect(brief(changes)).toEqual(["delete gateway leftovers: none", "create gateway: none"]);
    expect(changes[0]?.because).toEqual(["process 7 outlived the gateway that started it"]);
  });

  it("notes what runs where a command was killed before it could", () => {
    const running = observedRunning(desiredAlpha());
    const before = observedRunning(desiredAlpha({ port: 19_000 }));

    const first = plan(desiredAlpha(), { ...running, applied: undefined });
    const moved = plan(desiredAlpha(), { ...running, applied: before.applied });

    expect(brief(first)).toEqual(["create notes: none"]);
    expect(brief(moved)).toEqual(["update notes: none"]);
    expect(moved[0]?.because).toEqual(["port: 19000 → 18000"]);
  });

  it("says that a picture changed under its name", () => {
    const changes = { appearance: { logo: "logo.svg" } };
    const before = desiredAlpha(changes, { look: { logo: "1.svg" } });

    const [change] = plan(desiredAlpha(changes, { look: { logo: "2.svg" } }), observedRunning(before));

    expect(change?.because).toEqual(["the content of logo.svg (appearance.logo) changed"]);
  });

  it("names the secret of the GitHub app among what it cannot see", () => {
    const login = { kind: "github", clientId: "x", clientSecretVariable: "SECRET", address: "https://x.test" } as const;
    const changes = { access: { ...alpha.access, login } };
    const running = observedRunning(desiredAlpha(changes, { loginSecretDigest: "1" }));

    const [change] = plan(desiredAlpha(changes, { loginSecretDigest: "2" }), running);

    expect(change?.because).toEqual(["hubfleet itself, or the secret of the GitHub app, changed since it was started"]);
  });

  it("says that hubfleet itself changed when no setting did", () => {
    const running = observedRunning(desiredAlpha());
    const process = { pid: 1, startTime: "1", specDigest: "older", startedAt: new Date(0) };
    const observed = { ...running, components: { ...running.components, hub: { process, strays: [] } } };

    expect(plan(desiredAlpha(), observed)[0]?.because).toEqual(["hubfleet itself changed since it was started"]);
  });
});
