import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { findIndexAddress, parseUvConfig } from "../../src/adapters/package-index/index-address.ts";
import { createPackageIndexHttp } from "../../src/adapters/package-index/package-index-http.ts";
import { createPackageIndexMemory } from "../../src/adapters/package-index/package-index-memory.ts";
import type { IndexFile, PackageIndex } from "../../src/ports/package-index.ts";

const json = "application/vnd.pypi.simple.v1+json";
const { signal } = new AbortController();
const files: readonly IndexFile[] = [
  { filename: "six-1.0-py3-none-any.whl", hashes: ["sha256:aa"], size: 1_000, yanked: undefined },
  { filename: "six-1.0.tar.gz", hashes: ["sha256:bb", "sha512:cc"], size: undefined, yanked: undefined },
  { filename: "six-1.1-py3-none-any.whl", hashes: [], size: 2_000, yanked: "breaks everything" },
  { filename: "six-1.2-py3-none-any.whl", hashes: [], size: 3_000, yanked: "" },
];
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((done) => {
          server.close(done).closeAllConnections();
        }),
    ),
  );
});

const subjects: Readonly<Record<string, () => Promise<PackageIndex>>> = {
  http: async () => {
    const address = await serve((request, response) => {
      if (request.url !== "/simple/typing-extensions/") return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": json }).end(JSON.stringify(project(files)));
    });
    return createPackageIndexHttp({ address: async () => `${address}/simple/` });
  },
  memory: async () => createPackageIndexMemory({ projects: { "typing-extensions": files } }),
};

for (const [name, create] of Object.entries(subjects)) {
  describe(`package index: ${name}`, () => {
    it("tells a project's files with hashes, sizes and which were taken back", async () => {
      const index = await create();

      expect(await index.project("Typing_Extensions", signal)).toEqual({ kind: "project", files });
    });

    it("tells that it has no such project", async () => {
      const index = await create();

      expect(await index.project("no-such-project", signal)).toEqual({ kind: "unknown-project" });
    });
  });
}

describe("package index: http, when something is wrong", () => {
  it.each<readonly [string, (request: IncomingMessage, response: ServerResponse) => void, string]>([
    [
      "neither form",
      (_, response) => void response.writeHead(200, { "content-type": "text/plain" }).end("hello"),
      "something else",
    ],
    ["an error", (_, response) => void response.writeHead(503).end(), "answered 503"],
    ["no project", (_, response) => void response.writeHead(200, { "content-type": json }).end("[]"), "something else"],
    ["half an answer", (_, response) => void response.writeHead(200, { "content-type": json }).end("{"), "JSON"],
    ["silence", () => undefined, "no answer in time"],
  ])("says so for an index that answers %s, and asks no more", async (_, answer, because) => {
    let asked = 0;
    const address = await serve((request, response) => {
      asked += 1;
      answer(request, response);
    });
    const index = createPackageIndexHttp({
      address: async () => address.replace("//", "//me:secret@"),
      timeoutMilliseconds: 300,
    });

    const [first, second] = [await index.project("six", signal), await index.project("other", signal)];

    expect(first).toEqual({ kind: "not-asked", because: expect.stringContaining(because) as string });
    expect(second).toEqual(first);
    expect(JSON.stringify(first)).not.toContain("secret");
    expect(asked).toBe(1);
  });

  it("understands an index that speaks HTML only, which knows no sizes", async () => {
    const page = [
      "<!DOCTYPE html><html><body><h1>Links</h1>",
      '<a href="../x.whl#sha256=aa" data-requires-python="&gt;=3.9">six-1.0-py3-none-any.whl</a><br/>',
      `<a data-yanked="it&#39;s &lt;broken&gt;" href='https://files.example.org/six-1.1.tar.gz#sha256=bb'>six-1.1.tar.gz</a>`,
      '<a href="six-1.2.tar.gz" data-yanked>six-1.2.tar.gz</a> <a href="/">all projects</a>',
    ].join("\n");
    const address = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end(page);
    });
    const size = undefined;

    expect(await createPackageIndexHttp({ address: async () => address }).project("six", signal)).toEqual({
      kind: "project",
      files: [
        { filename: "six-1.0-py3-none-any.whl", hashes: ["sha256:aa"], size, yanked: undefined },
        { filename: "six-1.1.tar.gz", hashes: ["sha256:bb"], size, yanked: "it's <broken>" },
        { filename: "six-1.2.tar.gz", hashes: [], size, yanked: "" },
      ],
    });
  });

  it("says so where nobody listens", async () => {
    const index = createPackageIndexHttp({ address: async () => "http://127.0.0.1:9/simple" });

    expect(await index.project("six", signal)).toMatchObject({ kind: "not-asked" });
  });

  it("asks nobody when it is offline", async () => {
    const index = createPackageIndexHttp({ address: async () => "offline" });

    expect(await index.project("six", signal)).toEqual({ kind: "not-asked", because: "offline" });
  });

  it("sends the address's login, and to no other host", async () => {
    const seen: (string | undefined)[] = [];
    const note = (request: IncomingMessage): void => void seen.push(request.headers.authorization);
    const elsewhere = await serve((request, response) => {
      note(request);
      response.writeHead(200, { "content-type": json }).end(JSON.stringify(project(files)));
    });
    const address = await serve((request, response) => {
      note(request);
      response.writeHead(302, { location: `${elsewhere}/six/` }).end();
    });
    const index = createPackageIndexHttp({ address: async () => address.replace("//", "//me:s%40crt@") });

    expect(await index.project("six", signal)).toMatchObject({ kind: "project" });

    expect(seen).toEqual([`Basic ${Buffer.from("me:s@crt").toString("base64")}`, undefined]);
  });
});

describe("the index's address", () => {
  it.each([
    [{}, {}, "https://pypi.org/simple"],
    [{ PIP_INDEX_URL: "https://pip.example.org" }, {}, "https://pip.example.org"],
    [
      { UV_INDEX_URL: "https://uv.example.org", PIP_INDEX_URL: "https://pip.example.org" },
      {},
      "https://uv.example.org",
    ],
    [{ UV_DEFAULT_INDEX: "ours=https://named.example.org" }, {}, "https://named.example.org"],
    [{ UV_OFFLINE: "1" }, {}, "offline"],
    [{ HOME: "/h" }, { "/h/.config/uv/uv.toml": 'index-url = "https://own.example.org"\n' }, "https://own.example.org"],
    [
      { HOME: "/h" },
      { "/fleet/uv.toml": 'index-url = "https://fleet"\n', "/h/.config/uv/uv.toml": 'index-url = "https://own"\n' },
      "https://fleet",
    ],
    [{}, { "/etc/uv/uv.toml": '[pip]\nindex-url = "https://all.example.org"\n' }, "https://all.example.org"],
  ] satisfies [Record<string, string>, Record<string, string>, string][])(
    "is, with %j and %j, %s",
    async (variables: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>>, expected) => {
      const found = await findIndexAddress({
        variable: (name) => variables[name],
        read: async (path) => texts[path],
        fleetDirectory: "/fleet",
      });

      expect(found).toBe(expected);
    },
  );

  it("is that of uv's default index among several", () => {
    const text = '[[index]]\nname = "a"\nurl = "https://a"\n\n[[index]]\nurl = "https://b"\ndefault = true\n';

    expect(parseUvConfig(text)).toBe("https://b");
    expect(parseUvConfig('# index-url = "https://c"\n[[index]]\nurl = "https://a"\n')).toBeUndefined();
  });
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As PEP 691 writes it. */
function project(written: readonly IndexFile[]): object {
  return {
    meta: { "api-version": "1.1" },
    name: "typing-extensions",
    files: written.map(({ filename, hashes, size, yanked }) => ({
      filename,
      url: `../../files/${filename}`,
      hashes: Object.fromEntries(hashes.map((hash) => hash.split(":"))) as object,
      ...(size === undefined ? {} : { size }),
      yanked: yanked === "" ? true : (yanked ?? false),
    })),
  };
}
