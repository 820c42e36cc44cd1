import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { findLogin, type Login } from "../../src/adapters/registry/registry-login.ts";
import { createRun, type Run } from "../../src/adapters/run.ts";

const encoded = Buffer.from("me:se:cret").toString("base64");
const password: Login = { kind: "password", user: "me", password: "se:cret" };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hubfleet-login-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

it.each<readonly [string, object, Login]>([
  ["nothing", {}, { kind: "nobody" }],
  ["a login", { auths: { "quay.io": { auth: encoded } } }, password],
  ["a login by address", { auths: { "https://quay.io/v2/": { auth: encoded } } }, password],
  ["a login for a part", { auths: { "quay.io": { auth: "eDp5" }, "quay.io/team": { auth: encoded } } }, password],
  ["another registry's", { auths: { "quay.io.example.org": { auth: encoded } } }, { kind: "nobody" }],
  ["a token", { auths: { "quay.io": { identitytoken: "kept" } } }, { kind: "identity-token", token: "kept" }],
  ["rubbish", { auths: { "quay.io": { auth: "%%%" } } }, { kind: "nobody" }],
])("finds in a file with %s what is there", async (_, config, expected) => {
  await writeFile(join(directory, "config.json"), JSON.stringify(config));

  expect(await find("quay.io")).toEqual(expected);
});

it("knows Docker Hub by its first address", async () => {
  await writeFile(
    join(directory, "config.json"),
    JSON.stringify({ auths: { "https://index.docker.io/v1/": { auth: encoded } } }),
  );

  expect(await find("docker.io")).toEqual(password);
});

it.each(["credHelpers", "credsStore"])("asks the program that %s names", async (key) => {
  await aHelper('read registry; echo "$registry" > "$HELPER_NOTE"; echo \'{"Username":"me","Secret":"se:cret"}\'');
  const config = key === "credHelpers" ? { credHelpers: { "quay.io": "test" } } : { credsStore: "test" };
  await writeFile(join(directory, "config.json"), JSON.stringify(config));

  expect(await find("quay.io")).toEqual(password);
  expect(await readFile(join(directory, "note"), "utf8")).toBe("quay.io\n");
});

it.each<readonly [string, string, Login]>([
  ["knows a token", `echo '{"Username":"<token>","Secret":"kept"}'`, { kind: "identity-token", token: "kept" }],
  ["knows nobody", 'echo "credentials not found in native keychain"; exit 1', { kind: "nobody" }],
  [
    "is in trouble",
    "echo secret >&2; exit 3",
    { kind: "nobody", problem: '"docker-credential-test" did not tell the login' },
  ],
])("understands a program that %s", async (_, script, expected) => {
  await aHelper(script);
  await writeFile(join(directory, "config.json"), JSON.stringify({ credHelpers: { "quay.io": "test" } }));

  expect(await find("quay.io")).toEqual(expected);
});

it("says that the program is missing, and runs nothing that is no name of one", async () => {
  await writeFile(
    join(directory, "config.json"),
    JSON.stringify({ credHelpers: { "quay.io": "test", "ghcr.io": "x; id" } }),
  );

  expect(await find("quay.io")).toEqual({ kind: "nobody", problem: '"docker-credential-test" is not on PATH' });
  expect(await find("ghcr.io")).toEqual({
    kind: "nobody",
    problem: "the name of the credential helper is no program's",
  });
});

it("looks in the file that is named first, and says when it is broken", async () => {
  await writeFile(join(directory, "config.json"), JSON.stringify({ auths: { "quay.io": { auth: "eDp5" } } }));
  await writeFile(join(directory, "auth.json"), JSON.stringify({ auths: { "quay.io": { auth: encoded } } }));

  expect(await find("quay.io", { REGISTRY_AUTH_FILE: join(directory, "auth.json") })).toEqual(password);
  await writeFile(join(directory, "config.json"), "{");
  expect(await find("quay.io")).toEqual({ kind: "nobody", problem: "the file of registry logins is no JSON" });
});

async function aHelper(script: string): Promise<void> {
  const path = join(directory, "docker-credential-test");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

function find(registry: string, variables: Readonly<Record<string, string>> = {}): Promise<Login> {
  const given: Readonly<Record<string, string>> = { DOCKER_CONFIG: directory, ...variables };
  const environment = { PATH: `${directory}:/usr/bin:/bin`, HELPER_NOTE: join(directory, "note") };
  const run: Run = (argv, options) => createRun()(argv, { ...options, environment });
  const read = (path: string): Promise<string | undefined> => readFile(path, "utf8").catch(() => undefined);
  return findLogin(registry, "team/lab", { variable: (name) => given[name], read, run, userId: undefined });
}
