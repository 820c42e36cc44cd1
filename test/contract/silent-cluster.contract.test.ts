import { afterEach, beforeEach, expect, it } from "vitest";

import { createKubernetesHttp } from "../../src/adapters/kubernetes/kubernetes-http.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { ClusterConnection } from "../../src/ports/kubernetes.ts";
import { makeCertificate } from "../support/certificates.ts";
import { scriptedServers } from "../support/scripted-server.ts";

const never = new AbortController().signal;
const servers = scriptedServers();
/** Which questions, counted from 1, the API server answers. */
let answered: Set<number>;
let asked: number;
let cluster: ClusterConnection;

beforeEach(async () => {
  [answered, asked] = [new Set(), 0];
  const day = 86_400_000;
  const [from, to] = [-day, day].map((distance) => new Date(Date.now() + distance));
  if (from === undefined || to === undefined) throw new Error("both were made");
  const issuer = makeCertificate({ name: "cluster", from, to });
  const tls = makeCertificate({ name: "server", issuer, hosts: ["127.0.0.1"], from, to });
  const address = await servers.serve(
    (_request, response) => {
      asked += 1;
      if (answered.has(asked)) response.end(JSON.stringify({ gitVersion: "v1.34.4" }));
    },
    { tls },
  );
  const authority = Buffer.from(issuer.certificate).toString("base64");
  const kubeconfig = {
    clusters: [{ name: "c", cluster: { server: `https://${address}`, "certificate-authority-data": authority } }],
    users: [{ name: "u", user: { token: "known" } }],
    contexts: [{ name: "campus", context: { cluster: "c", user: "u" } }],
  };
  const kubernetes = createKubernetesHttp({
    ...{ environment: { KUBECONFIG: "/kubeconfig" }, homeDirectory: "/", run: createRun(), now: () => new Date() },
    ...{ readFile: async () => JSON.stringify(kubeconfig), pause: async () => {}, answerMilliseconds: 300 },
  });
  cluster = await kubernetes.connect({ name: "campus", context: "campus" });
});
afterEach(() => servers.close());

it("is asked once when it says nothing at all: others wait for the command", async () => {
  await expect(cluster.version(never)).rejects.toMatchObject({ code: "CLUSTER_UNREACHABLE" });

  expect(asked).toBe(1);
});

it("is asked again when it has answered before", async () => {
  answered = new Set([1, 4]);
  await cluster.version(never);

  expect(await cluster.version(never)).toBe("1.34.4");
  expect(asked).toBe(4);
});
