import { expect, it } from "vitest";

import { aKubernetesFleet } from "../../../test/support/a-kubernetes-hub.ts";
import { createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import { lookAtHubSecrets } from "./look-at-hub-secrets.ts";
import type { DoctorLine } from "./line.ts";

const context = "campus";
const address = { context, server: "https://campus.example.org:6443", certificateAuthority: undefined };
const clientSecretInCluster = { name: "github-app", key: "client-secret" };
const access = { login: { kind: "github", clientId: "Iv1.0123456789abcdef", clientSecretInCluster }, users: ["grace"] };
const where = 'Secret "github-app" of namespace "alpha"';

async function look(data: Readonly<Record<string, string>> | undefined, afterDays = 0): Promise<readonly DoctorLine[]> {
  const cluster = createClusterMemory({});
  const giving = { manager: "somebody", takesOver: false, isTrial: false };
  cluster.give({ apiVersion: "v1", kind: "Namespace", metadata: { name: "alpha" } }, giving);
  const metadata = { name: "github-app", namespace: "alpha" };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, data };
  const given = data === undefined ? undefined : cluster.give(secret, giving);
  const since = (given?.metadata as { readonly creationTimestamp?: string } | undefined)?.creationTimestamp;
  const now = new Date(Date.parse(since ?? "2026-11-22T00:00:00Z") + afterDays * 86_400_000);
  const connection = await createKubernetesMemory({ contexts: [{ ...address, cluster }] }).connect({
    name: context,
    context,
  });
  const hub = aKubernetesFleet({ access }).build().hubs.get("alpha");
  if (hub === undefined) throw new Error("the fleet has no hub alpha");
  return lookAtHubSecrets(connection, { hub, now, signal: new AbortController().signal });
}

it.each([
  [3, "ok", `${where} has it, and was made 3 days ago`],
  [400, "warn", `${where} has it, and was made 400 days ago`],
])("says how old a Secret is that a login names: %s days", async (days, level, says) => {
  const lines = await look({ "client-secret": "dGVsbC1ub2JvZHk=" }, days);

  expect(lines).toMatchObject([{ level, about: "login of hub/alpha", says }]);
  expect(JSON.stringify(lines)).not.toContain("dGVsbC1ub2JvZHk=");
});

it.each([
  [undefined, `${where} is not there, and the hub does not start without it`],
  [{ other: "eA==" }, `${where} has no value at "client-secret" (it has: other)`],
  [{}, `${where} has no value at "client-secret" (it has: nothing)`],
])("says that the Secret which a login names has it not: %j", async (data, says) => {
  expect(await look(data)).toMatchObject([{ level: "fail", says }]);
});
