import { describe, expect, it } from "vitest";

import { aLocalHub, anImage, desiredAlpha } from "../../../test/support/a-local-hub.ts";
import { createRandomMemory } from "../../adapters/random/random-memory.ts";
import type { Hub } from "../../fleet/fleet.ts";
import { type DesiredHub, type DesiredHubProps, markerPrefix } from "./desired-hub.ts";
import { completeSecrets } from "./secrets.ts";

it("gives the same bytes for the same hub", () => {
  expect(desiredAlpha()).toEqual(desiredAlpha());
  expect(JSON.stringify(desiredAlpha())).toBe(JSON.stringify(desiredAlpha()));
});

it("gives the same bytes whatever the order of keys", () => {
  const reversed = Object.fromEntries(Object.entries(aLocalHub()).toReversed()) as unknown as Hub; // the same keys

  expect(outline(desiredAlpha(reversed))).toEqual(outline(desiredAlpha()));
});

const { access, appearance, culling, dask, limits, profiles } = aLocalHub();
const oneImage = (name: string): Partial<DesiredHubProps> => ({
  images: { hub: anImage("hub"), lab: anImage("lab"), [name]: anImage(name, "2") },
});

describe("a change touches what it must and nothing else", () => {
  it.each<[string, readonly string[], Partial<Hub>, Partial<DesiredHubProps>?]>([
    ["nothing", [], {}],
    ["the title", ["hub"], { title: "Another title" }],
    ["the logo", ["hub"], { appearance: { ...appearance, logo: "logo.svg" } }, { look: { logo: "logo-1.svg" } }],
    ["the port", ["culler", "gateway", "hub", "proxy"], { port: 18_100 }],
    ["a user", ["current"], { access: { ...access, users: [...access.users, "linus"] } }],
    ["an admin", ["current"], { access: { ...access, admins: [] } }],
    ["a group", ["current"], { access: { ...access, groups: { teachers: ["grace"] } } }],
    ["the login", ["hub"], { access: { ...access, login: { kind: "sign-up" } } }],
    ["the secret of its GitHub app", ["hub"], {}, { loginSecretDigest: "2" }],
    ["a limit", ["current"], { limits: { ...limits, memoryLimitBytes: 2_000_000_000 } }],
    ["the announcement", ["current"], { announcement: "Maintenance on Friday" }],
    ["culling", ["culler"], { culling: { ...culling, idleSeconds: culling.idleSeconds + 60 } }],
    ["culling switched off", ["culler"], { culling: { ...culling, enabled: false } }],
    ["the size of Dask workers", ["current"], { dask: { ...dask, workerCores: dask.workerCores + 1 } }],
    ["a profile", ["current"], { profiles: profiles.map((profile) => ({ ...profile, description: "Another" })) }],
    ["the hub's configuration", ["hub"], { hubConfig: { JupyterHub: { active_server_limit: 3 } } }],
    ["the environment of servers", ["current"], { environment: { LANG: "de_DE.UTF-8" } }],
    ["the notebook image's lock", ["current"], {}, oneImage("lab")],
    ["the hub image's lock", ["culler", "gateway", "hub"], {}, oneImage("hub")],
  ])("%s: %j", (_what, touched, changes, props = {}) => {
    const before = outline(desiredAlpha());
    const after = outline(desiredAlpha(changes, props));

    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    expect(
      names.filter((name) => before[name] !== after[name]).toSorted((one, other) => (one < other ? -1 : 1)),
    ).toEqual(touched);
  });
});

it("has no culler and no gateway where they are switched off", () => {
  const desired = desiredAlpha({ culling: { ...culling, enabled: false }, dask: { ...dask, enabled: false } });

  expect(desired.components.map(({ name }) => name)).toEqual(["proxy", "hub"]);
});

it("listens on five ports of its block, each of one component", () => {
  const ports = desiredAlpha({ port: 18_020 }).components.flatMap((component) => component.ports);

  expect(ports.toSorted((one, other) => one - other)).toEqual([18_020, 18_021, 18_022, 18_023, 18_024]);
});

it("marks each component so that a hub is never the prefix of another", () => {
  const markers = desiredAlpha().components.map(({ marker }) => marker);

  expect(markers).toHaveLength(4);
  expect(
    markers.every((marker) => marker.startsWith(markerPrefix("11111111-2222-4333-8444-555555555555", "alpha"))),
  ).toBe(true);
  expect(markerPrefix("uuid", "alpha-two").startsWith(markerPrefix("uuid", "alpha"))).toBe(false);
});

it("names settings by their content, so that a running process keeps those it was started with", () => {
  const [hub, gateway] = desiredAlpha().settings;
  const [other, sameGateway] = desiredAlpha({ title: "Another title" }).settings;

  expect(other?.path).not.toBe(hub?.path);
  expect(sameGateway?.path).toBe(gateway?.path);
});

it("carries no secret", () => {
  const text = JSON.stringify(desiredAlpha());

  expect(Object.keys(completeSecrets({}, createRandomMemory())).filter((name) => text.includes(name))).toEqual([]);
});

it("refuses a hub without a port or with an image that nobody resolved", () => {
  const { port, ...portless } = aLocalHub();
  expect(port).toBe(18_000);

  expect(() => desiredAlpha({}, { hub: portless })).toThrow("has no port");
  expect(() => desiredAlpha({}, { images: {} })).toThrow("was not resolved");
});

/** What is compared to find out what a change touches: the digest of each process, and the live settings. */
function outline({ components, current }: DesiredHub): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(components.map(({ name, specDigest }) => [name, specDigest])),
    current: current.content,
  };
}
