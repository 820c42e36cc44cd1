import { createHash, X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createKubernetesHttp } from "../../src/adapters/kubernetes/kubernetes-http.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { ClusterConnection, ClusterTarget } from "../../src/ports/kubernetes.ts";
import { type Certificate, makeCertificate } from "../support/certificates.ts";
import { scriptedServers } from "../support/scripted-server.ts";

const never = new AbortController().signal;
const now = new Date();
const hence = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
const authority = makeCertificate({ name: "campus", from: hence(-1), to: hence(1) });
const servant = (issuer: Certificate, to = hence(1)): Certificate =>
  makeCertificate({ name: "server", issuer, hosts: ["127.0.0.1"], from: hence(-2), to });

/** What a cluster says to requests; what it is asked stays in `asked`. */
describe("kubernetes over HTTPS", () => {
  const servers = scriptedServers();
  let root: string;
  let asked: string[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-kubeconfig-"));
    asked = [];
  });
  afterEach(async () => {
    await servers.close();
    await rm(root, { recursive: true, force: true });
  });

  type Say = (request: IncomingMessage, times: number) => readonly [number, unknown];
  const serve = async (say: Say, tls = servant(authority)): Promise<string> => {
    const host = await servers.serve(
      (request: IncomingMessage, response: ServerResponse) => {
        asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
        const [status, body] = say(request, asked.length);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      },
      { tls },
    );
    return `https://${host}`;
  };
  const version = { gitVersion: "v1.34.4" };
  const write = async (server: string, user: unknown = { token: "known" }, cluster: object = {}): Promise<void> =>
    writeFile(
      join(root, "config"),
      JSON.stringify({
        clusters: [
          { name: "c", cluster: { server, "certificate-authority-data": base64(authority.certificate), ...cluster } },
        ],
        users: [{ name: "u", user }],
        contexts: [{ name: "campus", context: { cluster: "c", user: "u" } }],
      }),
    );
  const connect = (
    target: Partial<ClusterTarget> = {},
    KUBECONFIG = join(root, "config"),
  ): Promise<ClusterConnection> =>
    createKubernetesHttp({
      environment: { KUBECONFIG },
      homeDirectory: root,
      readFile: (path) => readFile(path, "utf8"),
      run: createRun(),
      now: () => now,
      pause: async () => {},
      answerMilliseconds: 5_000,
    }).connect({ name: "campus", context: "campus", ...target });

  describe("finds the cluster", () => {
    it("by the first file that has it, and lets others of the list be absent", async () => {
      await write(await serve(() => [200, version]));

      const connection = await connect({}, `${join(root, "absent")}:${join(root, "config")}`);

      expect(await connection.version(never)).toBe("1.34.4");
    });

    it("and names it by the fingerprint that openssl shows", async () => {
      await write("https://127.0.0.1:1");
      const { raw } = new X509Certificate(authority.certificate);

      const { address } = await connect();

      expect(address.certificateAuthority).toBe(`sha256:${createHash("sha256").update(raw).digest("hex")}`);
    });

    it.each<[string, Partial<ClusterTarget>]>([
      ["another address", { server: "https://127.0.0.1:2" }],
      ["another authority", { certificateAuthority: `sha256:${"0".repeat(64)}` }],
    ])("and asks nothing where %s is pinned", async (_name, pins) => {
      await write(await serve(() => [200, version]));

      await expect(connect(pins)).rejects.toMatchObject({ code: "CLUSTER_MISMATCH" });
      expect(asked).toEqual([]);
    });

    it("by the pinned address, however it is written", async () => {
      await write("https://127.0.0.1:443/");

      await expect(connect({ server: "https://127.0.0.1" })).resolves.toBeDefined();
    });

    it.each<[string, unknown, object, string]>([
      [
        "no certificate is looked at",
        { token: "known" },
        { "insecure-skip-tls-verify": true },
        "looks at no certificate",
      ],
      ["it is behind a proxy", { token: "known" }, { "proxy-url": "http://127.0.0.1:1" }, "through a proxy"],
      ["it is not https", { token: "known" }, { server: "http://127.0.0.1:1" }, "is not https"],
      ["its login is of a removed kind", { "auth-provider": { name: "gcp" } }, {}, "auth-provider"],
    ])("but not where %s", async (_name, user, cluster, words) => {
      await write("https://127.0.0.1:1", user, cluster);

      await expect(connect()).rejects.toMatchObject({
        code: "KUBECONFIG_UNUSABLE",
        message: expect.stringContaining(words) as string,
      });
    });

    it("or says which contexts there are", async () => {
      await write("https://127.0.0.1:1");

      await expect(connect({ context: "cloud" })).rejects.toMatchObject({
        code: "KUBECONFIG_UNUSABLE",
        hint: expect.stringContaining('"campus"') as string,
      });
    });

    it("or says that there is no kubeconfig, without a word of what a broken one holds", async () => {
      await expect(connect({}, "")).rejects.toMatchObject({ code: "KUBECONFIG_UNUSABLE" });
      await writeFile(join(root, "config"), "users: [{token: canary-secret");
      await expect(connect()).rejects.not.toThrow("canary-secret");
    });
  });

  describe("logs in", () => {
    const bearers: string[] = [];
    const note: Say = (request) => {
      bearers.push(request.headers.authorization ?? "");
      return request.headers.authorization === "Bearer good" ? [200, version] : [401, { message: "Unauthorized" }];
    };
    beforeEach(() => void bearers.splice(0));
    const aProgram = async (says: string): Promise<object> => {
      const path = join(root, "login");
      await writeFile(path, `#!/bin/sh\necho called >>"${root}/calls"\n${says}\n`);
      await chmod(path, 0o755);
      return { exec: { apiVersion: "client.authentication.k8s.io/v1", command: path, interactiveMode: "Never" } };
    };
    const credential = (token: string): string =>
      `echo '${JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token } })}'`;

    it("with a token's file, read anew where the old one is refused", async () => {
      await writeFile(join(root, "token"), "old\n");
      await write(await serve(note), { tokenFile: "token" });
      const connection = await connect();
      await expect(connection.version(never)).rejects.toMatchObject({ code: "CLUSTER_LOGIN" });
      await writeFile(join(root, "token"), "good\n");

      expect(await connection.version(never)).toBe("1.34.4");
    });

    it("by a program, asked once", async () => {
      await write(await serve(note), await aProgram(credential("good")));
      const connection = await connect();

      await Promise.all([connection.version(never), connection.version(never)]);

      expect(bearers).toEqual(["Bearer good", "Bearer good"]);
      expect(await readFile(join(root, "calls"), "utf8")).toBe("called\n");
    });

    it("by a program, asked again where its login is refused, and once only", async () => {
      await write(await serve(note), await aProgram(credential("bad")));

      await expect((await connect()).version(never)).rejects.toMatchObject({ code: "CLUSTER_LOGIN" });
      expect(bearers).toEqual(["Bearer bad", "Bearer bad"]);
    });

    it.each([
      ["fails", "echo 'session is over' >&2; exit 1", "session is over"],
      ["says something else", "echo hello", "no login"],
    ])("and says when the program %s", async (_name, says, words) => {
      await write("https://127.0.0.1:1", await aProgram(says));

      await expect((await connect()).version(never)).rejects.toMatchObject({
        code: "CLUSTER_LOGIN",
        message: expect.stringContaining(words) as string,
      });
    });

    it("and says what to install where the program is not there", async () => {
      const exec = { apiVersion: "v1", command: "no-such-login", installHint: "install the campus tools" };
      await write("https://127.0.0.1:1", { exec });

      await expect((await connect()).version(never)).rejects.toMatchObject({
        code: "CLUSTER_LOGIN",
        hint: "install the campus tools",
      });
    });
  });

  describe("asks", () => {
    const kinds = { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] };
    const query = { apiVersion: "v1", kind: "ConfigMap", namespace: "lab" };

    it("again while the server is busy", async () => {
      await write(await serve((_request, times) => (times < 3 ? [503, { message: "starting" }] : [200, version])));

      expect(await (await connect()).version(never)).toBe("1.34.4");
      expect(asked).toHaveLength(3);
    });

    it("not for ever", async () => {
      await write(await serve(() => [503, { message: "starting" }]));

      await expect((await connect()).version(never)).rejects.toMatchObject({
        code: "CLUSTER_UNREACHABLE",
        message: expect.stringContaining("starting") as string,
      });
    });

    it("for lists in pieces", async () => {
      const items = [{ metadata: { name: "a", namespace: "lab" } }, { metadata: { name: "b", namespace: "lab" } }];
      await write(
        await serve(({ url = "" }) => {
          if (!url.includes("configmaps")) return [200, kinds];
          const isSecond = url.includes("continue=more");
          return [200, { metadata: isSecond ? {} : { continue: "more" }, items: [items[isSecond ? 0 : 1]] }];
        }),
      );

      const found = await (await connect()).list(query, never);

      expect(found.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
    });

    it("which kinds there are once for an API version", async () => {
      await write(await serve(({ url = "" }) => [200, url.includes("configmaps") ? { items: [] } : kinds]));
      const connection = await connect();

      await connection.list(query, never);
      await connection.list(query, never);

      expect(asked.filter((one) => one === "GET /api/v1")).toHaveLength(1);
    });

    it("nothing of a server whose certificate another authority made", async () => {
      const other = makeCertificate({ name: "campus", from: hence(-1), to: hence(1) });
      await write(await serve(() => [200, version], servant(other)));

      await expect((await connect()).version(never)).rejects.toMatchObject({ code: "CLUSTER_CERTIFICATE" });
      expect(asked).toEqual([]);
    });

    it("nothing of a server whose certificate has ended", async () => {
      await write(await serve(() => [200, version], servant(authority, hence(-1))));

      await expect((await connect()).version(never)).rejects.toMatchObject({
        code: "CLUSTER_CERTIFICATE",
        message: expect.stringContaining("it has ended") as string,
      });
    });

    it("and says in whose words it was refused", async () => {
      await write(
        await serve(({ url = "" }) => (url.includes("configmaps") ? [403, { message: "no way" }] : [200, kinds])),
      );

      await expect((await connect()).list(query, never)).rejects.toMatchObject({
        code: "CLUSTER_DENIED",
        message: 'cluster "campus" refused to list configmaps in "lab": no way',
      });
    });

    it("and says when nothing listens there", async () => {
      await write("https://127.0.0.1:1");

      await expect((await connect()).version(never)).rejects.toMatchObject({
        code: "CLUSTER_UNREACHABLE",
        message: expect.stringContaining("nothing listens there") as string,
      });
    });
  });
});

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
