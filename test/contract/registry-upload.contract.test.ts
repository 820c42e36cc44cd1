import { afterEach, expect, it } from "vitest";

import { digestOf } from "../support/compose-image.ts";
import {
  answers,
  aRegistry,
  blob,
  bodyOf,
  breaksAfter,
  content,
  type Mishap,
  type Pretended,
} from "../support/pretended-registry.ts";
import { aRegistryClient, type RegistryClientProps } from "../support/registry-client.ts";
import { scriptedServers } from "../support/scripted-server.ts";

const pieceBytes = 300_000;
const { signal } = new AbortController();
const { serve, close } = scriptedServers();
const slept: number[] = [];

afterEach(async () => {
  slept.length = 0;
  await close();
});

it("sends a blob as a whole, with its length", async () => {
  const registry = await aRegistry(serve, {});

  expect(await upload(registry)).toBe("uploaded");

  expect(registry.requests).toEqual(["POST /uploads/", "PUT /uploads/1 1000000"]);
  expect(registry.kept?.equals(content)).toBe(true);
});

it("goes on in pieces where the line broke, from where the registry says that it is", async () => {
  const registry = await aRegistry(serve, { "PUT 1": breaksAfter(400_000), "PATCH 2": breaksAfter(150_000) });

  expect(await upload(registry)).toBe("uploaded");

  expect(registry.kept?.equals(content)).toBe(true);
  expect(registry.requests).toEqual([
    "POST /uploads/",
    "PUT /uploads/1 1000000",
    "HEAD blob",
    "GET /uploads/1",
    "PATCH /uploads/1 300000 400000-699999",
    "PATCH /uploads/1 300000 700000-999999",
    "HEAD blob",
    "GET /uploads/1",
    "PATCH /uploads/1 150000 850000-999999",
    "PUT /uploads/1 0",
  ]);
});

it("begins anew where the registry knows nothing of the upload any more", async () => {
  const registry = await aRegistry(serve, { "PUT 1": breaksAfter(400_000), "GET 1": answers(404) });

  expect(await upload(registry)).toBe("uploaded");

  expect(registry.kept?.equals(content)).toBe(true);
  expect(registry.requests.filter((request) => request.startsWith("POST"))).toHaveLength(2);
});

it("sends nothing again where only the answer was lost", async () => {
  const registry = await aRegistry(serve, {
    "PUT 1": async (request, response, pretended) => {
      pretended.kept = await bodyOf(request);
      response.destroy();
    },
  });

  expect(await upload(registry)).toBe("uploaded");
  expect(registry.requests).toEqual(["POST /uploads/", "PUT /uploads/1 1000000", "HEAD blob"]);
});

it("goes in pieces where something in between takes no request that large", async () => {
  const registry = await aRegistry(serve, { "PUT 1": answers(413) });

  expect(await upload(registry)).toBe("uploaded");

  expect(registry.kept?.equals(content)).toBe(true);
  expect(registry.requests.filter((request) => request.startsWith("PATCH"))).toHaveLength(4);
});

it("goes as a whole again where the registry takes no pieces", async () => {
  const registry = await aRegistry(serve, {
    "PUT 1": breaksAfter(100_000),
    "GET 1": answers(404),
    "PATCH 1": answers(405),
  });

  expect(await upload(registry)).toBe("uploaded");
  expect(registry.kept?.equals(content)).toBe(true);
});

it("waits as long as a busy registry wants, and no longer than a minute", async () => {
  const patient = await aRegistry(serve, { "PUT 1": answers(429, { "retry-after": "7" }) });
  const impatient = await aRegistry(serve, { "PUT 1": answers(429, { "retry-after": "3600" }) });

  expect(await upload(patient)).toBe("uploaded");
  expect(slept).toEqual([7_000]);
  await expect(upload(impatient)).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    hint: "run the command again in 3600 seconds; accounts that are logged in are usually allowed more",
  });
});

it("gives up on a line that breaks again and again", async () => {
  const registry = await aRegistry(serve, { PUT: breaksAfter(0), PATCH: breaksAfter(0) });

  await expect(upload(registry)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE", retry: "later" });
  expect(registry.kept).toBeUndefined();
  expect(slept).toHaveLength(5);
});

it("gives up on a registry that takes a blob and says nothing", async () => {
  const registry = await aRegistry(serve, { PUT: async (request) => void (await bodyOf(request)) });

  await expect(upload(registry, { commitMilliseconds: 100 })).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    message: `"${registry.host}" cannot be reached: no answer in time`,
  });
});

const noSpace = '{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{"Op":"write","Err":28}}]}';
const quota =
  '{"errors":[{"code":"DENIED","message":"adding 1 GiB of storage resource will exceed the limit of quota"}]}';

it.each<readonly [string, number, string, string, string]>([
  ["is full", 500, noSpace, "REGISTRY_FULL", "has no room for"],
  ["has a quota", 403, quota, "REGISTRY_FULL", "adding 1 GiB of storage resource"],
  [
    "may not be written to",
    403,
    '{"errors":[{"code":"DENIED","message":"pull only"}]}',
    "REGISTRY_DENIED",
    "pull only",
  ],
  [
    "is read-only",
    405,
    '{"errors":[{"code":"UNSUPPORTED","message":"read only"}]}',
    "REGISTRY_REFUSED",
    "read only (405)",
  ],
  [
    "wants its repositories made",
    404,
    '{"errors":[{"code":"NAME_UNKNOWN"}]}',
    "REPOSITORY_ABSENT",
    "makes none by itself",
  ],
  ["is behind a broken proxy", 502, "<html>Bad gateway</html>", "REGISTRY_UNREACHABLE", "answered 502"],
])("says before anything is sent that a registry %s", async (_, status, body, code, words) => {
  const registry = await aRegistry(serve, { POST: (_request, response) => void response.writeHead(status).end(body) });
  const client = aRegistryClient({ slept });
  const place = { registry: registry.host, repository: "team/lab" };

  for (const work of [client.checkPush(place, signal), client.uploadBlob(place, blob, { signal })]) {
    const failure = await work.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).toContain(words);
  }
  expect(registry.requests.every((request) => request.startsWith("POST"))).toBe(true);
});

it("says while it sends that the registry's disk is full, and does not try again", async () => {
  const full: Mishap = (_, response) => void response.writeHead(500).end(noSpace);
  const registry = await aRegistry(serve, { PUT: full });

  await expect(upload(registry)).rejects.toMatchObject({ code: "REGISTRY_FULL" });
  expect(registry.requests).toHaveLength(2);
});

it("cancels the upload that it began to find out whether it may", async () => {
  const registry = await aRegistry(serve, {});

  await aRegistryClient().checkPush({ registry: registry.host, repository: "team/lab" }, signal);

  expect(registry.requests).toEqual(["POST /uploads/", "DELETE /uploads/1"]);
});

it("shows its login to nobody that it is told to upload to", async () => {
  const seen: (string | undefined)[] = [];
  const store = await serve((request, response) => {
    seen.push(request.headers.authorization);
    request.resume().on("end", () => response.writeHead(201).end());
  });
  const host = await serve((request, response) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return void response.writeHead(401, { "www-authenticate": "Basic" }).end();
    return void response.writeHead(202, { location: `http://${store}/elsewhere?signature=1` }).end();
  });
  const client = aRegistryClient({ login: { kind: "password", user: "me", password: "secret" } });

  await client.uploadBlob({ registry: host, repository: "team/lab" }, blob, { signal });

  expect(seen).toEqual([undefined]);
});

it("logs in again when its token ends in the middle", async () => {
  let token = 1;
  const registry = await aRegistry(serve, {
    "PUT 1": async (request, response) => {
      await bodyOf(request);
      token = 2;
      response.writeHead(401, { "www-authenticate": `Bearer realm="http://${tokens}/token",service="x"` }).end();
    },
  });
  const asked: string[] = [];
  const tokens = await serve((request, response) => {
    asked.push(new URL(request.url ?? "", "http://x").searchParams.get("scope") ?? "");
    response.end(JSON.stringify({ token: `token${token}` }));
  });

  expect(await upload(registry)).toBe("uploaded");
  expect(registry.kept?.equals(content)).toBe(true);
  expect(asked).toEqual(["repository:team/lab:pull,push"]);
});

it("waits for nothing of a source that ends too early", async () => {
  const registry = await aRegistry(serve, {});
  const short = { ...blob, read: (from: number) => blob.read(Math.max(from, 100_000)) };
  const words = `1000000 bytes were announced of "${blob.digest}", and 900000 came`;

  await expect(upload(registry, {}, short)).rejects.toThrow(words);
});

it("stops in the middle of an upload when it is told to", async () => {
  const interruption = new AbortController();
  const registry = await aRegistry(serve, { PUT: () => interruption.abort() });
  const place = { registry: registry.host, repository: "team/lab" };

  await expect(
    aRegistryClient({ slept }).uploadBlob(place, blob, { signal: interruption.signal }),
  ).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(registry.requests).toHaveLength(2);
});

it("follows a list of tags from page to page, and not for ever", async () => {
  const host = await serve((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    const last = url.searchParams.get("last");
    const page = last === null ? ["b", "a"] : ["c"];
    const link = last === null ? { link: '</v2/team/lab/tags/list?n=1000&last=b>; rel="next"' } : {};
    response.writeHead(200, link).end(JSON.stringify({ name: "team/lab", tags: page }));
  });
  const round = await serve((_, response) => {
    response.writeHead(200, { link: "</v2/team/lab/tags/list?n=1000>; rel=next" }).end('{"tags":["a"]}');
  });

  expect(await aRegistryClient().tags({ registry: host, repository: "team/lab" }, signal)).toEqual(["a", "b", "c"]);
  await expect(aRegistryClient().tags({ registry: round, repository: "team/lab" }, signal)).rejects.toMatchObject({
    code: "REGISTRY_REFUSED",
  });
});

it.each([
  ["does not say the digest", 200],
  ["knows no HEAD", 405],
])("works out what a tag names where a registry %s", async (_, status) => {
  const host = await serve((request, response) => {
    if (request.method === "HEAD") return void response.writeHead(status).end();
    return void response.end("{}");
  });

  expect(await aRegistryClient().resolve({ registry: host, repository: "team/lab" }, "v1", signal)).toBe(
    digestOf(Buffer.from("{}")),
  );
});

it("believes no registry that keeps a manifest under another digest", async () => {
  const other = { "docker-content-digest": `sha256:${"1".repeat(64)}` };
  const host = await serve((_, response) => void response.writeHead(201, other).end());

  await expect(
    aRegistryClient().putManifest({ registry: host, repository: "team/lab" }, '{"layers":[]}', signal),
  ).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
});

it("says how removing is allowed where it is not", async () => {
  const host = await serve((_, response) => void response.writeHead(405).end('{"errors":[{"code":"UNSUPPORTED"}]}'));

  await expect(
    aRegistryClient().removeManifest({ registry: host, repository: "team/lab" }, blob.digest, signal),
  ).rejects.toMatchObject({
    code: "REGISTRY_REFUSED",
    hint: "removing has to be allowed by whoever runs it; for docker-registry that is REGISTRY_STORAGE_DELETE_ENABLED=true",
  });
});

function upload({ host }: Pretended, limits: RegistryClientProps = {}, what = blob): Promise<string> {
  const client = aRegistryClient({ slept, pieceBytes, ...limits });
  return client.uploadBlob({ registry: host, repository: "team/lab" }, what, { signal });
}
