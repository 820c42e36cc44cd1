import { expect, it } from "vitest";

import { createRandomMemory } from "../../adapters/random/random-memory.ts";
import { createRandomSystem } from "../../adapters/random/random-system.ts";
import { completeSecrets } from "./secrets.ts";

it("makes every secret once, and each a different one", () => {
  const secrets = completeSecrets({}, createRandomMemory());

  const values = Object.values(secrets);
  expect(values).toHaveLength(9);
  expect(new Set(values).size).toBe(9);
  expect(completeSecrets(secrets, createRandomMemory())).toEqual(secrets);
});

it("keeps what is there and makes what is missing", () => {
  const present = { cookieSecret: "kept", githubClientSecret: "given" };

  const secrets = completeSecrets(present, createRandomMemory());

  expect(secrets).toMatchObject(present);
  expect(secrets.proxyToken).toMatch(/^[0-9a-f]{64}$/);
});

it("makes keys as long as JupyterHub wants them", () => {
  const { cookieSecret, cryptKey, adminPassword, sharedPassword } = completeSecrets({}, createRandomSystem());

  expect([cookieSecret, cryptKey].map((secret) => secret.length)).toEqual([64, 64]);
  expect(adminPassword).toHaveLength(32);
  expect(sharedPassword.length).toBeGreaterThanOrEqual(12);
});
