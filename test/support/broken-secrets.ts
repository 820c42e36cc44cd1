import { aFleet, type FleetBuilder } from "./a-fleet.ts";

const withLogin = (clientSecret: object): FleetBuilder =>
  aFleet()
    .withFile("secrets/login.enc.yaml", "github:\n  clientSecret: ENC[x]\nsops: { mac: x, version: 3.9.0 }\n")
    .withHub("beta", { port: 18_010, access: { login: { kind: "github", clientId: "x", clientSecret } } });

/** Secrets that are written where anybody reads them, or named and not there; the codes, and where the first one is. */
export const brokenSecrets: readonly [string, FleetBuilder, readonly string[], string?][] = [
  [
    "a secret in plain text",
    aFleet().withHub("beta", { port: 18_010, environment: { API_TOKEN: "tell-nobody" } }),
    ["SECRET_IN_PLAIN_TEXT"],
  ],
  [
    "a plain secrets file",
    aFleet().withFile("secrets/beta.enc.yaml", "password: tell-nobody\n"),
    ["SECRET_NOT_ENCRYPTED"],
  ],
  ["a broken secrets file", aFleet().withFile("secrets/beta.enc.yaml", "password: 'tell-nobody\n"), ["YAML_INVALID"]],
  ["a secret like an alias", aFleet().withFile("secrets/b.enc.yaml", "a: *tell-nobody\n"), ["YAML_ALIAS"]],
  ["a secret like a tag", aFleet().withFile("secrets/b.enc.yaml", "a: !tell-nobody x\n"), ["YAML_INVALID"]],
  [
    "a half encrypted secrets file",
    aFleet().withFile("secrets/beta.enc.yaml", "a: ENC[x]\nb: tell-nobody\nsops: { mac: x }\n"),
    ["SECRET_NOT_ENCRYPTED"],
  ],
  [
    "a secrets file that is not there",
    withLogin({ secret: "logni", key: "github.clientSecret" }),
    ["SECRETS_FILE_MISSING"],
    "hubs/beta.yaml:10:15",
  ],
  ["a secret that is not there", withLogin({ secret: "login", key: "github.secret" }), ["SECRET_NOT_THERE"]],
  ["a secret that is a map", withLogin({ secret: "login", key: "github" }), ["SECRET_NOT_THERE"]],
];
