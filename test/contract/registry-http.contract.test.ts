import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, expect, it } from "vitest";

import type { Login } from "../../src/adapters/registry/registry-login.ts";
import type { WritableRegistry } from "../../src/ports/registry.ts";
import { digestOf } from "../support/compose-image.ts";
import { aRegistryClient, type RegistryClientProps } from "../support/registry-client.ts";

const content = Buffer.alloc(500_000, "layer ");
const digest = digestOf(content);
const servers: Server[] = [];
const slept: number[] = [];

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

afterEach(async () => {
  slept.length = 0;
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((done) => {
          server.close(done).closeAllConnections();
        }),
    ),
  );
});

it("logs in where it is sent for a token, and keeps the token", async () => {
  const seen: string[] = [];
  const host = await serve((request, response) => {
    const { authorization = "nobody" } = request.headers;
    seen.push(`${request.url} ${authorization}`);
    if (request.url?.startsWith("/token") === true) return void response.end(JSON.stringify({ token: "granted" }));
    if (authorization === "Bearer granted") return void response.end(content);
    const challenge = `Bearer realm="http://${host}/token",service="the registry",scope="repository:team/lab:pull"`;
    return void response.writeHead(401, { "www-authenticate": challenge }).end();
  });
  const registry = anHttpRegistry({ kind: "password", user: "me", password: "secret" });

  for (const _ of [1, 2]) await readAll(registry.blob({ registry: host, repository: "team/lab" }, digest, signal()));

  const basic = `Basic ${Buffer.from("me:secret").toString("base64")}`;
  expect(seen).toEqual([
    `/v2/team/lab/blobs/${digest} nobody`,
    `/token?service=the+registry&scope=repository%3Ateam%2Flab%3Apull ${basic}`,
    `/v2/team/lab/blobs/${digest} Bearer granted`,
    `/v2/team/lab/blobs/${digest} Bearer granted`,
  ]);
});

it("changes an identity token for one that the registry takes", async () => {
  let form = "";
  const host = await serve((request, response) => {
    if (request.url === "/token") {
      request.on("data", (chunk: Buffer) => (form += chunk.toString()));
      return void request.on("end", () => response.end(JSON.stringify({ access_token: "granted" })));
    }
    if (request.headers.authorization === "Bearer granted") return void response.end(content);
    return void response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token",service=x` }).end();
  });

  await readAll(anHttpRegistry({ kind: "identity-token", token: "kept" }).blob(at(host), digest, signal()));

  expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
    grant_type: "refresh_token",
    refresh_token: "kept",
    client_id: "hubfleet",
    scope: "repository:team/lab:pull",
    service: "x",
  });
});

it("shows its login to nobody that it is sent on to", async () => {
  const seen: (string | undefined)[] = [];
  const store = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end(content);
  });
  const host = await serve((request, response) => {
    seen.push(request.headers.authorization);
    if (request.headers.authorization === undefined) {
      return void response.writeHead(401, { "www-authenticate": 'Basic realm="here"' }).end();
    }
    return void response.writeHead(307, { location: `http://${store}/elsewhere?signature=1` }).end();
  });

  await readAll(anHttpRegistry({ kind: "password", user: "me", password: "secret" }).blob(at(host), digest, signal()));

  expect(seen).toEqual([undefined, `Basic ${Buffer.from("me:secret").toString("base64")}`, undefined]);
});

it("sends no password in the open", async () => {
  const host = await serve((_, response) => {
    response.writeHead(401, { "www-authenticate": 'Bearer realm="http://login.example.org/token",service="x"' }).end();
  });
  const registry = anHttpRegistry({ kind: "password", user: "me", password: "secret" });

  await expect(registry.manifest({ ...at(host), digest }, signal())).rejects.toMatchObject({
    code: "REGISTRY_LOGIN",
    message: `"${host}" wants a login to read "team/lab"; its login service "login.example.org" speaks no TLS, so the login was not sent there`,
  });
});

it("says why a login that is configured could not be read", async () => {
  const host = await serve((_, response) => void response.writeHead(401, { "www-authenticate": "Basic" }).end());
  const registry = anHttpRegistry({ kind: "nobody", problem: '"docker-credential-x" is not on PATH' });

  await expect(registry.manifest({ ...at(host), digest }, signal())).rejects.toMatchObject({
    code: "REGISTRY_LOGIN",
    message: `"${host}" wants a login to read "team/lab"; "docker-credential-x" is not on PATH`,
  });
});

it("asks again when the registry is busy, as late as it wants", async () => {
  let asked = 0;
  const host = await serve((_, response) => {
    asked += 1;
    if (asked === 1) return void response.writeHead(429, { "retry-after": "3" }).end();
    if (asked === 2) return void response.writeHead(503).end();
    return void response.end(content);
  });

  await readAll(anHttpRegistry().blob(at(host), digest, signal()));

  expect(asked).toBe(3);
  expect(slept).toEqual([3_000, 1_000]);
});

it.each([
  ["knows ranges", true],
  ["begins anew each time", false],
])("goes on where a transfer broke off, with a registry that %s", async (_, knowsRanges) => {
  const ranges: (string | undefined)[] = [];
  const host = await serve((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const from = knowsRanges && range !== undefined ? Number(/\d+/.exec(range)?.[0]) : 0;
    const rest = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length });
    if (ranges.length > 2) return void response.end(rest);
    return void response.write(rest.subarray(0, 150_000 * ranges.length), () => {
      // Not before the client has what was sent.
      setTimeout(() => response.destroy(), 50);
    });
  });

  const pieces = await readAll(anHttpRegistry().blob(at(host), digest, signal()));

  expect(digestOf(pieces)).toBe(digest);
  expect(ranges[0]).toBeUndefined();
  expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ""))).toBe(true);
});

it.each<readonly [string, Answer, string]>([
  ["other bytes", (_, response) => void response.end("other"), "DIGEST_MISMATCH"],
  ["nothing at all", () => undefined, "REGISTRY_UNREACHABLE"],
  ["errors for ever", (_, response) => void response.writeHead(500).end(), "REGISTRY_UNREACHABLE"],
  [
    "half of it, then silence",
    (_, response) => void response.write(content.subarray(0, 1_000)),
    "REGISTRY_UNREACHABLE",
  ],
  [
    "to go to itself",
    (request, response) => void response.writeHead(302, { location: request.url }).end(),
    "REGISTRY_UNREACHABLE",
  ],
  ["forbidden", (_, response) => void response.writeHead(403).end(), "REGISTRY_DENIED"],
])("ends in words when a registry answers %s", async (_, answer, code) => {
  const host = await serve(answer);
  const registry = anHttpRegistry(
    { kind: "password", user: "me", password: "secret" },
    { answerMilliseconds: 200, silenceMilliseconds: 100 },
  );

  const failure = await readAll(registry.blob(at(host), digest, signal())).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code });
  expect(String(failure)).toContain(host);
  expect(String(failure)).not.toContain("secret");
});

it("believes no manifest that is not what its digest names, nor one without an end", async () => {
  const other = await serve((_, response) => void response.end("{}"));
  const endless = await serve((_, response) => {
    const more = (): void => void response.write(Buffer.alloc(1_000_000), more);
    more();
  });

  for (const host of [other, endless]) {
    await expect(anHttpRegistry().manifest({ ...at(host), digest }, signal())).rejects.toMatchObject({
      code: "DIGEST_MISMATCH",
    });
  }
});

it("stops in the middle of a layer when it is told to", async () => {
  const host = await serve((_, response) => void response.write(content.subarray(0, 1_000)));
  const interruption = new AbortController();
  const reading = (async () => {
    for await (const _ of anHttpRegistry().blob(at(host), digest, interruption.signal)) interruption.abort();
  })();

  await expect(reading).rejects.toMatchObject({ name: "AbortError" });
});

it("names a registry that nobody runs", async () => {
  await expect(anHttpRegistry().manifest({ ...at("127.0.0.1:9"), digest }, signal())).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    retry: "later",
  });
});

function anHttpRegistry(
  login: Login = { kind: "nobody" },
  limits: Omit<RegistryClientProps, "login" | "slept"> = {},
): WritableRegistry {
  return aRegistryClient({ login, slept, ...limits });
}

function at(registry: string): { readonly registry: string; readonly repository: string } {
  return { registry, repository: "team/lab" };
}

function signal(): AbortSignal {
  return new AbortController().signal;
}

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
