import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { aKubernetesFleet } from "../../../test/support/a-kubernetes-hub.ts";

const clientSecretInCluster = { name: "github-app", key: "client-secret" };
const loginWith = (more: object): object => ({
  access: { login: { kind: "github", clientId: "Iv1.0123456789abcdef", ...more }, users: ["grace"] },
});
const codes = (fleet: ReturnType<typeof aFleet>): readonly string[] => fleet.read().problems.map(({ code }) => code);

describe("a Secret of the cluster that a login names", () => {
  it("is taken on Kubernetes", () => {
    expect(codes(aKubernetesFleet(loginWith({ clientSecretInCluster }) as Record<string, unknown>))).toEqual([]);
  });

  it("is refused on this machine, which has none", () => {
    const { problems } = aFleet()
      .withHub("alpha", { port: 18_000, ...loginWith({ clientSecretInCluster }) })
      .read();

    expect(problems).toMatchObject([
      {
        code: "CLUSTER_SECRET_MISPLACED",
        message: expect.stringContaining("the hub is on this machine") as string,
        at: { path: "hubs/alpha.yaml", excerpt: expect.stringContaining("github-app") as string },
      },
    ]);
  });

  it("is refused beside an encrypted file", () => {
    const clientSecret = { secret: "login", key: "github.clientSecret" };
    const fleet = aKubernetesFleet(
      loginWith({ clientSecretInCluster, clientSecret }) as Record<string, unknown>,
    ).withFile("secrets/login.enc.yaml", "github:\n  clientSecret: ENC[x]\nsops: { mac: x, version: 3.9.0 }\n");

    expect(codes(fleet)).toEqual(["CLUSTER_SECRET_MISPLACED"]);
  });
});
