import { expect, it } from "vitest";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { awaitReady } from "../../src/operate/kubernetes/await-ready.ts";
import type { ProgressEvent } from "../../src/ports/local-world.ts";
import { smallDeployment } from "../support/kubernetes/small-pods.ts";
import { describeTroubles } from "../support/kubernetes/troubled-cluster.ts";

const never = new AbortController().signal;

describeTroubles("waiting for small pods", ({ connection, space, put }) => {
  const wait = (
    namespace: string,
    name: string,
    timeoutMilliseconds: number,
  ): { readonly events: ProgressEvent[]; readonly done: Promise<void> } => {
    const events: ProgressEvent[] = [];
    const done = awaitReady({
      ...{ connection: connection(), namespace, workloads: [{ kind: "Deployment", name }], target: "hub/tried" },
      ...{ timeoutMilliseconds, clock: createClockSystem(), signal: never },
      report: (event) => void events.push(event),
    });
    return { events, done };
  };

  it("waits until a Deployment runs, and until its next version does", async () => {
    const namespace = await space();
    await put(smallDeployment({ name: "calm", namespace }));

    await wait(namespace, "calm", 60_000).done;
    await put(smallDeployment({ name: "calm", namespace, container: { command: ["sleep", "3601"] } }));
    const { events, done } = wait(namespace, "calm", 60_000);
    await done;

    const pods = await connection().list({ apiVersion: "v1", kind: "Pod", namespace }, never);
    expect(events).toEqual([]);
    expect(pods).toMatchObject([{ spec: { containers: [{ command: ["sleep", "3601"] }] } }]);
  });

  it("tells while it waits that a container ends, and at its limit what it said", async () => {
    const namespace = await space();
    const command = ["sh", "-c", "echo 'NameError: no such name'; exit 3"];
    await put(smallDeployment({ name: "short", namespace, container: { command } }));

    const { events, done } = wait(namespace, "short", 12_000);
    await expect(done).rejects.toMatchObject({
      code: "HUB_NOT_READY",
      message: expect.stringMatching(
        /^hub\/tried is not ready after 1[234] s:\n {2}deployment short: container "main" ends by itself with exit status 3.*\n {4}\| NameError: no such name$/,
      ) as string,
    });

    const words = expect.stringMatching(
      /^deployment short: container "main" ends by itself with exit status 3/,
    ) as string;
    expect(events).toEqual([{ target: "hub/tried", state: "note", text: words }]);
  });
});
