import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";

describe("readFleet", () => {
  it("fills every default in", () => {
    const hub = aFleet().build().hubs.get("alpha");

    expect(hub).toMatchObject({
      title: "alpha",
      basePath: "/alpha/",
      images: { hub: "hub", notebook: "lab", worker: "lab" },
      culling: { enabled: true, idleSeconds: 3600, everySeconds: 300, maxAgeSeconds: 0 },
      access: { login: { kind: "shared-password" }, everyone: false, users: ["grace"], admins: ["ada"] },
      dask: { enabled: true, workerCores: 1, workerMemoryBytes: 1024 ** 3 },
      profiles: [{ id: "standard", name: "Standard", isDefault: true, notebookImage: "lab", workerImage: "lab" }],
    });
  });

  it("merges platform, groups in order, and hub", () => {
    const hub = aFleet()
      .withGroup("base", { announcement: "base", environment: { A: "base", B: "base" } })
      .withGroup("early", { groups: ["base"], announcement: "early", access: { users: ["edsger"] } })
      .withGroup("late", { environment: { B: "late", C: "late" } })
      .withHub("alpha", { port: 18_000, groups: ["early", "late"], environment: { C: "hub" } })
      .build()
      .hubs.get("alpha");

    expect(hub?.announcement).toBe("early");
    expect(hub?.environment).toEqual({ A: "base", B: "late", C: "hub" });
    expect(hub?.access).toMatchObject({ users: ["edsger"], admins: ["ada"] });
  });

  it("merges profiles by id, removes and orders them", () => {
    const hub = aFleet()
      .withImage("big")
      .withGroup("base", {
        profiles: [
          { id: "small", name: "Small", cpuLimit: 1 },
          { id: "large", name: "Large", notebookImage: "big" },
          { id: "gone", name: "Gone" },
        ],
      })
      .withHub("alpha", {
        port: 18_000,
        groups: ["base"],
        limits: { memoryLimit: "4G" },
        profiles: [
          { id: "gone", remove: true },
          { id: "large", memoryLimit: "2G", default: true },
        ],
      })
      .build()
      .hubs.get("alpha");

    expect(hub?.profiles).toMatchObject([
      { id: "small", isDefault: false, cpuLimit: 1, memoryLimitBytes: 4 * 1024 ** 3, notebookImage: "lab" },
      { id: "large", isDefault: true, memoryLimitBytes: 2 * 1024 ** 3, notebookImage: "big", workerImage: "big" },
    ]);
  });

  it("replaces the login as a whole", () => {
    const fleet = aFleet()
      .withPlatform({
        access: { admins: ["ada"], login: { kind: "github", clientId: "abc", address: "https://example.org" } },
      })
      .withHub("beta", { port: 18_010, access: { login: { kind: "sign-up" } } })
      .withHub("gamma", { port: 18_020, access: { login: { kind: "github", clientId: "xyz" } } })
      .build();

    expect(fleet.hubs.get("beta")?.access.login).toEqual({ kind: "sign-up" });
    expect(fleet.hubs.get("gamma")?.access.login).toEqual({
      kind: "github",
      clientId: "xyz",
      clientSecretVariable: "GITHUB_CLIENT_SECRET",
      address: "https://github.com",
    });
  });

  it("remembers where each value came from", () => {
    const { origins } = aFleet()
      .withGroup("base", { culling: { idle: "30m" } })
      .withHub("alpha", { port: 18_000, groups: ["base"] })
      .build();

    expect(origins.layers("hubs.alpha.culling.idle").map(({ layer, value }) => [layer, value])).toEqual([
      ["default", "1h"],
      ["group/base", "30m"],
    ]);
    expect(origins.at("hubs.alpha.culling.idle")).toMatchObject({ path: "groups/base.yaml", line: 3, column: 3 });
    expect(origins.at("hubs.alpha.culling.idleSeconds")).toEqual(origins.at("hubs.alpha.culling.idle"));
    expect(origins.at("hubs.alpha.images.worker")).toMatchObject({ path: "platform.yaml", line: 4 });
    expect(origins.at("hubs.alpha.port")).toMatchObject({ path: "hubs/alpha.yaml", line: 4 });
    expect(origins.at("hubs.alpha.culling.every")).toBeUndefined();
    expect(origins.at("clusters.here.provider")).toMatchObject({ path: "clusters/here.yaml" });
    expect(origins.at("name")).toMatchObject({ path: "fleet.yaml" });
    expect(origins.layers("hubs.nowhere.port")).toEqual([]);
  });

  it("keeps a problem of platform.yaml one problem, however many hubs share it", () => {
    const { problems } = aFleet()
      .withHubs(20)
      .withPlatform({ images: { hub: "hub", notebook: "hub" } })
      .read();

    expect(problems.map(({ code, at }) => [code, at?.path])).toEqual([["IMAGE_ROLE", "platform.yaml"]]);
  });

  it("tells every key that is missing", () => {
    const { problems } = aFleet().withFile("clusters/x.yaml", "version: 1\nprovider: gcp\n").read();

    expect(problems.map(({ message }) => message)).toEqual([
      'the key "project" is missing',
      'the key "region" is missing',
    ]);
  });

  it("does not blame a hub for the broken file of its cluster", () => {
    const { problems } = aFleet().withFile("clusters/here.yaml", "provider: [\n").read();

    expect([...new Set(problems.map(({ at }) => at?.path))]).toEqual(["clusters/here.yaml"]);
  });

  it("reads what other tools write: a byte order mark, Windows line ends, comments", () => {
    const text = "\uFEFFversion: 1\r\n# a comment\r\ncluster: here\r\nstage: production\r\nport: 18010\r\n";

    expect(aFleet().withFile("hubs/beta.yaml", text).build().hubs.get("beta")?.port).toBe(18_010);
  });

  it("reads remote clusters, experiments and secrets", () => {
    const { fleet, problems } = aFleet()
      .withCluster("cloud", {
        provider: "aws",
        region: "eu-central-1",
        nodeGroups: { user: { instance: "m7i.large", max: 5 } },
      })
      .withHub("beta", {
        cluster: "cloud",
        domain: "hub.example.org",
        access: { login: { kind: "sign-up" } },
        profiles: [{ id: "x", name: "X", nodeGroup: "user" }],
      })
      .withImage("lab", { variants: { next: { requirements: "requirements-next.txt" } } })
      .withFile("images/lab/requirements-next.txt", "numpy\n")
      .withFile(
        "experiments/next.yaml",
        'version: 1\nimage: lab\nvariant: next\nhubs: [alpha]\nstart: "2026-11-21"\ndeadline: "2026-12-19"\n',
      )
      .withFile("secrets/alpha.enc.yaml", "token: ENC[AES256_GCM,data:x]\nsops:\n  mac: ENC[x]\n  version: 3.9.0\n")
      .read();

    expect(problems).toEqual([]);
    expect(fleet?.hubs.get("beta")).toMatchObject({ basePath: "/", domain: "hub.example.org" });
    expect(fleet?.clusters.get("cloud")).toMatchObject({ provider: "aws", settings: { region: "eu-central-1" } });
  });

  it("warns about access that nobody can use", () => {
    const { problems, warnings } = aFleet()
      .withPlatform({ access: { users: ["grace", "Grace"], groups: { staff: ["edsger"] } } })
      .read();

    expect(problems).toEqual([]);
    expect(warnings.map(({ code }) => code).sort()).toEqual([
      "ACCESS_GROUP_STRANGER",
      "ACCESS_NO_ADMIN",
      "ACCESS_SAME_USER",
    ]);
  });

  it("warns about a stage whose gate nothing could open", () => {
    const { fleet, warnings } = aFleet()
      .withFleet({
        people: [{ id: "ada", roles: ["approver"] }],
        stages: [
          { name: "testing", hubs: 2 },
          {
            name: "production",
            signoffs: [
              { role: "approver", count: 2 },
              { role: "viewer", noObjectionWithin: "3d" },
            ],
          },
        ],
      })
      .read();

    expect(fleet).toBeDefined();
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ["STAGE_CANNOT_PASS", 'stage "testing" asks for 2 hubs and has 0'],
      ["STAGE_CANNOT_PASS", 'stage "production" asks for 2 of role "approver", and `people` has 1'],
    ]);
  });

  it("warns about what is probably a mistake", () => {
    const { fleet, warnings } = aFleet()
      .withFleet({ uuid: "00000000-0000-0000-0000-000000000000" })
      .withHub("beta", { port: 18_010, twin: "alpha" })
      .withFile("hub/gamma.yaml", "version: 1\n")
      .withFile("platfrom.yaml", "version: 1\n")
      .withFile("imagery/logo.png", "x")
      .withFile("compose.yaml", "services: {}\n")
      .read();

    expect(fleet).toBeDefined();
    expect(warnings.map(({ code, at }) => [code, at?.path])).toEqual([
      ["UUID_PLACEHOLDER", "fleet.yaml"],
      ["FILE_OVERLOOKED", "hub"],
      ["TWIN_NOT_EARLIER", "hubs/beta.yaml"],
      ["FILE_OVERLOOKED", "platfrom.yaml"],
    ]);
  });
});
