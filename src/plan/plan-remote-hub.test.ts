import { describe, expect, it } from "vitest";

import { aKubernetesFleet, renderAlpha } from "../../test/support/a-kubernetes-hub.ts";
import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import type { RemoteCluster } from "../fleet/fleet.ts";
import { partDigests, type RemoteApplied } from "../runtime/kubernetes/remote-applied.ts";
import { planRemoteHub, type PlanRemoteProps, type SeenRelease } from "./plan-remote-hub.ts";
import type { Change } from "./plan.ts";

type Images = Readonly<Record<string, string>>;

const reference = (name: string, digit: string): string => `registry.example.org/${name}@sha256:${digit.repeat(64)}`;
const images: Images = { hub: reference("hub", "1"), lab: reference("lab", "2") };
const bundle = { id: "2026.11.1", digest: "b".repeat(64) };
const releases: readonly SeenRelease[] = [
  { name: "alpha", revision: 3, status: "deployed" },
  { name: "alpha-dask-gateway", revision: 2, status: "deployed" },
];

/** What is wanted of "alpha", and the record of it as if it were in place. */
function alphaOf(
  builder: FleetBuilder,
  made: Images = images,
  secrets: unknown = "same",
): { readonly desired: PlanRemoteProps["desired"]; readonly applied: RemoteApplied } {
  const fleet = builder.build();
  const hub = fleet.hubs.get("alpha");
  if (hub === undefined) throw new Error("the fleet has no hub alpha");
  const cluster = fleet.clusters.get(hub.cluster) as RemoteCluster; // on no local one
  const rendered = renderAlpha(builder, { images: made });
  const parts = partDigests(rendered, secrets);
  const desired = { hub, cluster, images: made, bundle, parts, releases: rendered.releases };
  const applied: RemoteApplied = {
    ...{ version: 1, hub, cluster, images: made, bundle, parts, objects: [], code: {} },
    revisions: Object.fromEntries(releases.map(({ name, revision }) => [name, revision])),
    ...{ since: "2026-11-20T09:00:00.000Z", at: "2026-11-20T09:00:00.000Z", renderer: "r" },
    releases: Object.fromEntries(rendered.releases.map(({ origins: _origins, ...one }) => [one.release, one])),
  };
  return { desired, applied };
}

const was = alphaOf(aKubernetesFleet());
const access = { login: { kind: "sign-up" }, users: ["grace"], admins: ["ada"] };

/** Against the plain "alpha", which is in place. */
function plan(desired: PlanRemoteProps["desired"], more: Partial<PlanRemoteProps> = {}): readonly Change[] {
  const { origins } = aKubernetesFleet().build();
  return planRemoteHub({ desired, before: was.applied, releases, applied: was.applied, origins, ...more });
}

const brief = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ action, part, effect }) => `${action} ${part}: ${effect}`);
const reasons = (changes: readonly Change[]): readonly string[] => changes.flatMap(({ because }) => because);

describe("planRemoteHub", () => {
  it("creates a hub of which nothing is there", () => {
    const changes = plan(was.desired, { before: undefined, releases: [], applied: undefined });

    expect(brief(changes)).toEqual(["create hub: none"]);
    expect(reasons(changes)).toEqual(["it is not on cluster cloud yet"]);
  });

  it("has nothing to do for a hub that is as it should be", () => {
    expect(plan(was.desired)).toEqual([]);
    expect(plan(was.desired, { applied: undefined })).toEqual([]);
  });

  it.each([
    ["an added user", { access: { ...access, users: ["grace", "mary"] } }, ["update live settings: none"]],
    ["an announcement", { announcement: "Friday" }, ["update live settings: none"]],
    ["a removed user", { access: { ...access, users: [] } }, ["update live settings: servers end"]],
    [
      "an environment variable",
      { environment: { REGION: "north" } },
      ["update live settings: new servers only", "update release alpha-dask-gateway: hub restarts"],
    ],
    [
      "the version of the hub's chart",
      { charts: { jupyterhub: { version: "4.5.0" }, "dask-gateway": { version: "2026.3.0" } } },
      ["update release alpha: proxy restarts"],
    ],
    [
      "the version of the gateway's chart",
      { charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.4.0" } } },
      ["update release alpha-dask-gateway: proxy restarts"],
    ],
    [
      "traits of the hub",
      { hubConfig: { JupyterHub: { log_level: "DEBUG" } } },
      ["update release alpha: hub restarts"],
    ],
    [
      "values of its proxy",
      { chartValues: { jupyterhub: { proxy: { chp: { extraCommandLineFlags: ["--log-level=debug"] } } } } },
      ["update release alpha: proxy restarts"],
    ],
  ])("plans %s", (_title, keys, expected) => {
    const changes = plan(alphaOf(aKubernetesFleet(keys)).desired);

    expect(brief(changes)).toEqual(expected);
    expect(reasons(changes)).not.toEqual([]);
  });

  it("names who loses access, and where that is written", () => {
    const changed = aKubernetesFleet({ access: { ...access, users: [] } });

    const changes = plan(alphaOf(changed).desired, { origins: changed.build().origins });

    expect(reasons(changes)[0]).toBe("servers of grace end: no longer allowed");
    expect(changes[0]?.at).toMatchObject([{ path: "hubs/alpha.yaml", excerpt: "  users: []" }]);
  });

  it("restarts the hub for another hub image, and gives new servers another notebook image", () => {
    const hub = plan(alphaOf(aKubernetesFleet(), { ...images, hub: reference("hub", "3") }).desired);
    const lab = plan(alphaOf(aKubernetesFleet(), { ...images, lab: reference("lab", "4") }).desired);

    expect(brief(hub)).toContain("update release alpha: hub restarts");
    expect(reasons(hub)).toContain("image hub: 111111111111 → 333333333333");
    expect(brief(lab)).toContain("update live settings: new servers only");
    expect(reasons(lab)).toContain("image lab: 222222222222 → 444444444444");
  });

  it("sees a secret that people changed, without knowing it", () => {
    expect(brief(plan(alphaOf(aKubernetesFleet(), images, "other").desired))).toEqual(["update secrets: none"]);
  });

  it("takes Dask away where the hub has it no more", () => {
    const changes = plan(alphaOf(aKubernetesFleet({ dask: { enabled: false } })).desired);

    expect(brief(changes)).toContain("delete release alpha-dask-gateway: servers end");
    expect(brief(changes)[0]).toBe("delete servers: servers end");
    expect(reasons(changes)[0]).toBe("Dask clusters that run end: the Dask Gateway goes");
  });

  it("ends servers where the hub leaves its path, and names the line", () => {
    const changed = aKubernetesFleet({ basePath: "/lab/" });

    const [first] = plan(alphaOf(changed).desired, { origins: changed.build().origins });

    expect(first).toMatchObject({ action: "delete", part: "servers", effect: "servers end" });
    expect(first?.because).toEqual(["servers that run end: they know the hub by the path that it leaves"]);
    expect(first?.at).toMatchObject([{ path: "hubs/alpha.yaml", excerpt: "basePath: /lab/" }]);
  });

  it("says that data is at risk where Helm takes a chart of the operator's own away", () => {
    const extra = { name: "alpha-database", revision: 1, status: "deployed" };
    const before = { ...was.applied, revisions: { ...was.applied.revisions, "alpha-database": 1 } };

    const changes = plan(was.desired, { before, releases: [...releases, extra] });

    expect(brief(changes)).toEqual(["delete release alpha-database: data at risk"]);
  });

  it("says that somebody changed a release beside hubfleet", () => {
    const [, gateway] = releases as readonly [SeenRelease, SeenRelease];
    const changes = plan(was.desired, { releases: [{ name: "alpha", revision: 5, status: "deployed" }, gateway] });

    expect(brief(changes)).toEqual(["update release alpha: hub restarts"]);
    expect(reasons(changes)).toEqual([
      "somebody changed it beside hubfleet: it is at revision 5, and hubfleet left it at 3",
    ]);
  });

  it("puts back what ran a release's pods and is gone", () => {
    const changes = plan(was.desired, { missing: { alpha: ["Deployment hub"] } });

    expect(brief(changes)).toEqual(["update release alpha: hub restarts"]);
    expect(reasons(changes)).toEqual(["Deployment hub is not there any more"]);
  });

  it("puts back a release that is gone", () => {
    const changes = plan(was.desired, { releases: releases.slice(1) });

    expect(brief(changes)).toEqual(["create release alpha: none"]);
    expect(reasons(changes)).toEqual(["release alpha is not there any more"]);
  });

  it.each(["pending-upgrade", "failed"])("goes on with a release that Helm left %s", (status) => {
    const [, gateway] = releases as readonly [SeenRelease, SeenRelease];
    const changes = plan(was.desired, { releases: [{ name: "alpha", revision: 3, status }, gateway] });

    expect(brief(changes)).toEqual(["update release alpha: hub restarts"]);
    expect(reasons(changes)).toEqual([`its last change did not end well: Helm says "${status}"`]);
  });

  it("takes over releases that somebody else installed, and leaves those that it knows nothing of", () => {
    const strange = { name: "grafana", revision: 9, status: "deployed" };
    const changes = plan(was.desired, { before: undefined, applied: undefined, releases: [...releases, strange] });

    expect(brief(changes)).toEqual([
      "create objects: none",
      "create live settings: none",
      "create secrets: none",
      "update release alpha: proxy restarts",
      "update release alpha-dask-gateway: proxy restarts",
    ]);
    expect(reasons(changes)).toContain("it was not installed by hubfleet, which takes it over");
  });

  it("notes another bundle that makes the same hub", () => {
    const other = { id: "2026.11.2", digest: "c".repeat(64) };

    expect(plan({ ...was.desired, bundle: other })).toMatchObject([
      { part: "notes", effect: "none", because: ["bundle 2026.11.2 makes the same hub of it"] },
    ]);
  });
});
