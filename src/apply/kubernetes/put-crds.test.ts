import { describe, expect, it } from "vitest";

import { aCrd } from "../../../test/support/kubernetes/a-crd.ts";
import { createClockMemory } from "../../adapters/clock/clock-memory.ts";
import { createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { putCrds } from "./put-crds.ts";

const never = new AbortController().signal;
const definition = aCrd([{ name: "v1", fields: ["a"] }]);

/** A cluster that says of a definition what it is told, one after another, and the last for ever. */
async function aSlowCluster(...conditions: readonly unknown[]): Promise<ClusterConnection> {
  const address = { context: "cloud", server: "https://cloud.example.org", certificateAuthority: undefined };
  const kubernetes = createKubernetesMemory({ contexts: [{ ...address, cluster: createClusterMemory() }] });
  const connection = await kubernetes.connect({ name: "cloud", context: "cloud" });
  const said = [...conditions];
  return {
    ...connection,
    get: async () => ({ ...definition, status: { conditions: said.length > 1 ? said.shift() : said[0] } }),
  };
}

describe("putCrds", () => {
  it("waits until the cluster serves what it was given", async () => {
    const clock = createClockMemory();
    const served = [{ type: "Established", status: "True" }];
    const connection = await aSlowCluster(null, undefined, [{ type: "Established", status: "False" }], served);
    const begun = clock.now().getTime();

    await putCrds([definition], { connection, clock, signal: never });

    expect(clock.now().getTime() - begun).toBe(600);
  });

  it("does not wait for ever", async () => {
    const about = { connection: await aSlowCluster(null), clock: createClockMemory(), signal: never };

    await expect(putCrds([definition], about)).rejects.toMatchObject({
      code: "OBJECT_REFUSED",
      message: expect.stringContaining("looks.look.example.org") as string,
    });
  });
});
