import { beforeEach, describe, expect, it } from "vitest";

import { aClusterFleet, aTwoClusterFleet, clusterHub, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import { decoded } from "../../test/support/pretended-hub-chart.ts";
import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";

const platform = { charts: { jupyterhub: { version: "4.4.0" } } };
const secretKind = { apiVersion: "v1", kind: "Secret" };
const access = { login: { kind: "sign-up" }, users: ["grace"], admins: ["ada"] };

describe("hubs on clusters with secrets", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;
  const canary = "CANARY-4f1d";
  const clientSecret = { secret: "login", key: "github.clientSecret" };
  const login = { kind: "github", clientId: "x", clientSecret };

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
    fleet.machine.secretFiles.put("login", { github: { clientSecret: canary } });
    await fleet.become((now) =>
      now
        .withFile("secrets/login.enc.yaml", "github:\n  clientSecret: ENC[x]\nsops: { mac: x, version: 3.9.0 }\n")
        .withHub("alpha", clusterHub("alpha", "cloud", { access: { ...access, login } })),
    );
    await fleet.promote(await fleet.bundle());
    await fleet.become((now) => now.withPlatform({ ...platform, announcement: "Friday" }));
  });

  const keptIn = (name: string): object => cloud.find({ ...secretKind, namespace: "alpha", name }) ?? {};

  it("give them to the cluster, and no placeholder in their place", () => {
    const texts = cloud
      .select({ ...secretKind, namespace: "alpha" })
      .filter(({ metadata }) => metadata.name !== "hubfleet-applied")
      .flatMap((secret) => Object.keys(Object(secret["data"])).map((key) => decoded(secret, key)));
    const objects = ["Deployment", "ConfigMap", "Pod"].flatMap((kind) =>
      cloud.select({ apiVersion: kind === "Deployment" ? "apps/v1" : "v1", kind }),
    );

    expect(texts.join("\n")).toContain(canary);
    expect(decoded(keptIn("hub"), "values.yaml")).toContain(decoded(keptIn("hubfleet-made"), "operatorToken"));
    expect(`${texts.join("\n")}${JSON.stringify(objects)}`).not.toContain("HUBFLEET-PLACEHOLDER");
  });

  it("tell none in plans, in what is kept of them, or while they work", async () => {
    const plan = await fleet.plan();
    await fleet.apply();
    const applied = decoded(keptIn("hubfleet-applied"), "applied.json") ?? "";
    const journal = decoded(keptIn("hubfleet-journal"), "journal") ?? "";
    const state = [...fleet.machine.remote.commits.values()].flatMap(({ files }) => [...files.values()]).join("\n");
    const told = [JSON.stringify(plan), applied, journal, JSON.stringify(fleet.machine.watch.events), state];
    const made = Object.keys(Object(Object(keptIn("hubfleet-made")).data));
    const secrets = [canary, ...made.map((key) => decoded(keptIn("hubfleet-made"), key) ?? "")];

    expect(plan.changes).not.toEqual([]);
    expect(applied).toContain("HUBFLEET-PLACEHOLDER-operatorToken");
    expect(secrets.length).toBeGreaterThan(4);
    for (const secret of secrets) {
      expect(told.join("\n")).not.toContain(secret);
      expect(told.join("\n")).not.toContain(Buffer.from(secret).toString("base64"));
    }
  });

  it("keep what they have where no key is, and say so", async () => {
    fleet.machine.secretFiles.become("login", "locked");

    const outcomes = await fleet.apply("hub/alpha");

    expect(outcomes).toMatchObject([{ kind: "changed" }]);
    expect(decoded(keptIn("hubfleet-secrets"), "githubClientSecret")).toBe(canary);
    expect(JSON.stringify(fleet.machine.watch.events)).toContain("keeps the secret that it has");
  });

  it("get a new one by the first apply that has a key, whoever applied before without one", async () => {
    await fleet.apply();
    fleet.machine.secretFiles.put("login", { github: { clientSecret: "next" } });
    fleet.machine.secretFiles.become("login", "locked");
    await fleet.become((now) =>
      now.withFile("secrets/login.enc.yaml", "github:\n  clientSecret: ENC[y]\nsops: { mac: y, version: 3.9.0 }\n"),
    );
    await fleet.apply();

    const plan = await fleet.plan();
    fleet.machine.secretFiles.become("login", "readable");
    await fleet.apply();

    expect(plan.changes).toMatchObject([{ target: "hub/alpha", part: "secrets" }]);
    expect(decoded(keptIn("hubfleet-secrets"), "githubClientSecret")).toBe("next");
    expect((await fleet.plan()).changes).toEqual([]);
  });
});
