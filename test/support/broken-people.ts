import { pretendedKey, publicText } from "../../src/adapters/signer/signer-memory.ts";
import { aFleet, type FleetBuilder } from "./a-fleet.ts";

const having = (...people: readonly object[]): FleetBuilder => aFleet().withFleet({ people });
const key = publicText(pretendedKey("ada"));

const real = { port: 18_000, access: { login: { kind: "sign-up" } } };

/** People whose keys prove nothing, the codes that must be reported, and where the first one is. */
export const brokenPeople: readonly [string, FleetBuilder, readonly string[], string?][] = [
  ["a person twice", having({ id: "ada" }, { id: "grace" }, { id: "ada" }), ["DUPLICATE_ITEM"], "fleet.yaml:10:9"],
  [
    "a key that was cut short",
    having({ id: "ada", keys: [key, key.slice(0, -7)] }),
    ["KEY_UNUSABLE"],
    "fleet.yaml:12:9",
  ],
  ["a key of a kind that nobody trusts", having({ id: "ada", keys: ["ssh-dss AAAAB3NzaC1kc3M="] }), ["KEY_UNUSABLE"]],
  ["a key of two people", having({ id: "ada", keys: [key] }, { id: "grace", keys: [`${key} laptop`] }), ["KEY_SHARED"]],
  [
    "a login of two people",
    having({ id: "ada", logins: { alpha: "ada" } }, { id: "grace", logins: { alpha: "Ada" } }).withHub("alpha", real),
    ["LOGIN_SHARED"],
    "fleet.yaml:13:14",
  ],
  ["a login that proves nothing", having({ id: "ada", logins: { alpha: "ada" } }), ["LOGIN_PROVES_NOBODY"]],
  ["a login at a hub that is none", having({ id: "ada", logins: { alfa: "ada" } }), ["UNKNOWN_HUB"]],
  ["a key that ends on no day", having({ id: "ada", keys: [`valid-before="soon" ${key}`] }), ["INVALID_VALUE"]],
];
