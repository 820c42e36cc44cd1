import { expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import type { HubfleetError } from "../errors/hubfleet-error.ts";
import { refusals } from "./refuse-early.ts";

const github = { kind: "github", clientId: "Iv1.0123456789abcdef", clientSecretVariable: "APP_SECRET" };
const open = { provider: "local", address: "0.0.0.0", https: { key: "/key.pem", certificate: "/certificate.pem" } };
const secretsPath = "/state/fleets/11111111-2222-4333-8444-555555555555/hubs/alpha/data/secrets.json";

async function refusalsOf({
  isRoot = true,
  address = "127.0.0.1",
  variable,
  kept = {},
}: {
  isRoot?: boolean;
  address?: string;
  variable?: string;
  kept?: object;
}): Promise<readonly HubfleetError[]> {
  const fleet = aFleet()
    .withCluster("here", { ...open, address })
    .withHub("alpha", { port: 18_000, access: { login: github } })
    .build();
  const world = {
    ...aLocalWorld({ isRoot }),
    variable: (name: string) => (name === "APP_SECRET" ? variable : undefined),
  };
  await world.files.ensureFile(secretsPath, JSON.stringify(kept), 0o600);
  const hub = fleet.hubs.get("alpha");
  if (hub === undefined) throw new Error("the small fleet has a hub alpha");
  return refusals(hub, { fleet, world });
}

it.each([
  ["the secret is not set", {}, ["SECRET_MISSING"]],
  ["the secret is set but empty", { variable: "" }, ["SECRET_MISSING"]],
  ["the secret is set", { variable: "s3cret" }, []],
  ["the secret was kept", { kept: { githubClientSecret: "s3cret" } }, []],
  ["the secret was kept and is empty now", { variable: "", kept: { githubClientSecret: "s3cret" } }, []],
  ["root opens it to others", { variable: "s3cret", address: "0.0.0.0" }, []],
  ["an ordinary user keeps it here", { variable: "s3cret", isRoot: false }, []],
  [
    "an ordinary user opens it to others",
    { variable: "s3cret", isRoot: false, address: "0.0.0.0" },
    ["ADDRESS_NEEDS_ROOT"],
  ],
])("when %s: %j", async (_when, props, codes) => {
  expect((await refusalsOf(props)).map(({ code }) => code)).toEqual(codes);
});

it.each([
  ["it can be decrypted", "readable", {}, []],
  ["it cannot, and was not kept", "locked", {}, ["SECRETS_LOCKED"]],
  ["it cannot, and was kept", "locked", { githubClientSecret: "s3cret" }, []],
  ["somebody changed it", "changed", { githubClientSecret: "s3cret" }, ["SECRETS_CHANGED"]],
] as const)("when the secret lies in a file and %s: %s, %j, %j", async (_when, state, kept, codes) => {
  const login = { ...github, clientSecret: { secret: "login", key: "github.clientSecret" } };
  const fleet = aFleet()
    .withFile("secrets/login.enc.yaml", "github:\n  clientSecret: ENC[x]\nsops: { mac: x, version: 3.9.0 }\n")
    .withHub("alpha", { port: 18_000, access: { login } })
    .build();
  const world = aLocalWorld();
  world.secretFiles.put("login", { github: { clientSecret: "s3cret" } });
  world.secretFiles.become("login", state);
  await world.files.ensureFile(secretsPath, JSON.stringify(kept), 0o600);

  const errors = await refusals(fleet.hubs.get("alpha")!, { fleet, world });

  expect(errors.map(({ code }) => code)).toEqual(codes);
});

it("says where the address was written", async () => {
  const [error] = await refusalsOf({ isRoot: false, address: "192.168.1.20", variable: "s3cret" });

  expect(error?.message).toContain(`hub "alpha" can be reached from other machines (at 192.168.1.20)`);
  expect(error?.at).toMatchObject({ path: "clusters/here.yaml" });
});

it("is seen by apply as well as by up: what root brought up is not opened by somebody else", async () => {
  const https = { key: "/key.pem", certificate: "/certificate.pem" };
  const fleet = aFleet()
    .withCluster("here", { provider: "local", address: "0.0.0.0", https })
    .withHub("alpha", { port: 18_000, access: { login: { kind: "sign-up" } } });
  const machine = aLocalWorld();
  const asRoot = await machine.open(fleet);
  await asRoot.up((await asRoot.select([])).local, machine.watch);
  const app = await machine.open(fleet, { isRoot: false });

  const outcomes = await app.apply((await app.select([])).local, machine.watch);

  expect(outcomes).toMatchObject([{ target: "hub/alpha", kind: "failed", errors: [{ code: "ADDRESS_NEEDS_ROOT" }] }]);
});
