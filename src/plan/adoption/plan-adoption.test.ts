import { describe, expect, it } from "vitest";

import { aKubernetesFleet, renderAlpha } from "../../../test/support/a-kubernetes-hub.ts";
import type { ChartValues } from "../../ports/helm.ts";
import { type Adoption, planAdoption } from "./plan-adoption.ts";

const defaults = {
  fullnameOverride: "",
  hub: { baseUrl: "/", db: { type: "sqlite-pvc", pvc: { storage: "1Gi" } }, existingSecret: null },
  singleuser: { storage: { type: "dynamic", homeMountPath: "/home/jovyan" } },
};

interface Running {
  readonly values?: ChartValues;
  readonly chart?: { readonly name: string; readonly version: string };
  readonly users?: readonly string[];
}

/** What it means to take over the jupyterhub release of "alpha" as it was given these values. */
function adopt(
  { values = {}, chart = { name: "jupyterhub", version: "4.4.0" }, users = [] }: Running,
  keys: Readonly<Record<string, unknown>> = {},
): Adoption {
  const builder = aKubernetesFleet(keys);
  const fleet = builder.build();
  const hub = fleet.hubs.get("alpha");
  const release = renderAlpha(builder).releases.find((one) => one.chart === "jupyterhub");
  if (hub === undefined || release === undefined) throw new Error("there is a hub alpha");
  return planAdoption({
    hub,
    found: [{ release, record: { chart, values, defaults, parts: {} } }],
    users,
    origins: fleet.origins,
  });
}
const words = (adoption: Adoption): readonly string[] => adoption.differences["alpha"]?.because ?? [];

describe("planAdoption", () => {
  it("counts what hubfleet sets of its own accord, and lists nothing of a release with the chart's own values", () => {
    const adoption = adopt({});

    expect(adoption.problems).toEqual([]);
    expect(words(adoption).filter((text) => text.includes("hub.args"))).toEqual([]);
    expect(words(adoption).at(-1)).toMatch(/^and \d+ values that hubfleet sets itself: hubfleet render hub\/alpha$/);
  });

  it("names the version of the chart that the hub leaves", () => {
    expect(words(adopt({ chart: { name: "jupyterhub", version: "4.1.0" } }))[0]).toBe("chart jupyterhub 4.1.0 → 4.4.0");
  });

  it("says where what was set is said here, or how it is kept", () => {
    const adoption = adopt({
      values: {
        cull: { timeout: 60 },
        hub: {
          config: { Authenticator: { allowed_users: ["mary"] } },
          extraConfig: { own: "c.x = 1" },
          podSecurityContext: { fsGroup: 5 },
        },
        singleuser: { profileList: [{ display_name: "Big" }] },
      },
    });

    const all = words(adoption).join("\n");
    expect(all).toContain("cull.timeout: 60 → 3600, by culling.idle");
    expect(all).toContain('hub.config.Authenticator.allowed_users: ["mary"] → not set; here by access.users');
    expect(all).not.toContain("cull.every");
    expect(all).toContain(
      "hub.podSecurityContext.fsGroup: 5 → not set; keep it with chartValues.jupyterhub.hub.podSecurityContext.fsGroup",
    );
    expect(all).toContain("singleuser.profileList: a list of 1 → not set; here by profiles");
  });

  it("shows the line of a setting that says otherwise", () => {
    const adoption = adopt({ values: { cull: { timeout: 60 } } }, { culling: { idle: "2h" } });

    expect(words(adoption)).toContainEqual(
      expect.stringMatching(/^cull\.timeout: 60 → 7200, by culling\.idle \(hubs\/alpha\.yaml:\d+\)$/),
    );
    expect(adoption.differences["alpha"]?.at).toMatchObject([{ path: "hubs/alpha.yaml" }, {}, {}]);
  });

  it("shows no value that may be a secret, and says nothing of the random ones that are kept", () => {
    const secret = "CANARY";
    const adoption = adopt({
      values: {
        proxy: { secretToken: secret },
        hub: {
          cookieSecret: secret,
          config: { GitHubOAuthenticator: { client_secret: secret }, CryptKeeper: { keys: [secret] } },
          services: { grader: { apiToken: secret } },
          extraConfig: { own: secret },
          extraEnv: { PLAIN: secret },
        },
        singleuser: {
          extraEnv: { DATABASE: `postgres://me:${secret}@db` },
          remote: `https://me:${secret}@git.example.org`,
        },
      },
    });

    expect(JSON.stringify(adoption)).not.toContain(secret);
    expect(words(adoption).join("\n")).toContain(
      "hub.config.GitHubOAuthenticator.client_secret: (not shown) → not set; here by access.login",
    );
    expect(words(adoption).join("\n")).not.toContain("cookieSecret");
  });

  it("names those who work there and whom nothing lets in", () => {
    expect(adopt({ users: ["grace", "mary", "mary"] }).leaving).toEqual(["mary"]);
    const everyone = { access: { login: { kind: "sign-up" }, everyone: true } };
    expect(adopt({ users: ["mary"] }, everyone).leaving).toEqual([]);
  });

  it("knows the path that the hub leaves, with or without a slash at its end", () => {
    expect(adopt({ values: { hub: { baseUrl: "/lab" } } }).basePath).toBe("/lab/");
  });

  it.each<[string, Running, string]>([
    ["another chart", { chart: { name: "daskhub", version: "2024.1.0" } }, 'of the chart "daskhub" 2024.1.0'],
    ["names of its own", { values: { fullnameOverride: "jh" } }, 'fullnameOverride: "jh"'],
    ["the release before each name", { values: { fullnameOverride: null } }, "fullnameOverride"],
    ["a database elsewhere", { values: { hub: { db: { type: "postgres" } } } }, 'its database is "postgres"'],
    [
      "another disk of the database",
      { values: { hub: { db: { pvc: { storage: "9Gi" } } } } },
      "set chartValues.jupyterhub.hub.db.pvc.storage",
    ],
    ["homes on one volume", { values: { singleuser: { storage: { type: "static" } } } }, 'homes are "static" disks'],
    [
      "other names of homes",
      { values: { singleuser: { storage: { dynamic: { pvcNameTemplate: "home-{username}" } } } } },
      "set chartValues.jupyterhub.singleuser.storage.dynamic.pvcNameTemplate",
    ],
    ["a Secret of its own", { values: { hub: { existingSecret: "mine" } } }, "hub.existingSecret"],
  ])("refuses a release with %s", (_title, running, expected) => {
    expect(adopt(running).problems.join("\n")).toContain(expected);
  });

  it("takes over what the operator says in the same way", () => {
    const storage = { dynamic: { pvcNameTemplate: "home-{username}" } };
    const values = { singleuser: { storage } };

    expect(adopt({ values }, { chartValues: { jupyterhub: values } }).problems).toEqual([]);
  });
});
