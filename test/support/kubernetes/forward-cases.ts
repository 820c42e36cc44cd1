import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

import { expect, it } from "vitest";

import type { ClusterConnection, ContainerReference } from "../../../src/ports/kubernetes.ts";
import { eventually } from "../eventually.ts";
import { skipUnless } from "../skip.ts";
import type { KubernetesSubject, SubjectWithout } from "./kubernetes-cases.ts";

const never = new AbortController().signal;

/** The way from this machine to a port of a pod. */
export function describeForward(subject: () => KubernetesSubject, without: SubjectWithout): void {
  const itWithContainer = skipUnless(without.container === undefined, without.container ?? "");

  itWithContainer("leads connections to a port of a pod, each for itself", async () => {
    const { namespace, pod } = subject().container as ContainerReference; // there, or this is skipped
    const forward = await subject().connection.forward({ namespace, pod, port: 7000 }, never);
    const [first, second] = [await dial(forward.port), await dial(forward.port)];

    second.client.write("second");
    first.client.write("first");

    await eventually("both hear themselves", async () => first.heard() === "first" && second.heard() === "second");
    first.client.end();
    await first.ended;
    second.client.write(", again");
    await eventually("the other goes on", async () => second.heard() === "second, again");
    await forward.close();
    await second.ended;
    await expect(dial(forward.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  itWithContainer("carries much through a port, in both directions at once", async () => {
    const { namespace, pod } = subject().container as ContainerReference; // there, or this is skipped
    const forward = await subject().connection.forward({ namespace, pod, port: 7000 }, never);
    const sent = randomBytes(3_000_000).toString("base64");

    const { client, heard } = await dial(forward.port);
    client.write(sent);

    await eventually("it comes back whole", async () => heard().length === sent.length, 60_000);
    expect(heard()).toBe(sent);
    await forward.close();
  });

  itWithContainer("ends a connection to a port on which nothing listens", async () => {
    const { namespace, pod } = subject().container as ContainerReference; // there, or this is skipped
    const forward = await subject().connection.forward({ namespace, pod, port: 7001 }, never);

    const { heard, ended } = await dial(forward.port);

    await ended;
    expect(heard()).toBe("");
    await forward.close();
  });

  itWithContainer("closes the way to a port when it is told to", async () => {
    const { namespace, pod } = subject().container as ContainerReference; // there, or this is skipped
    const interruption = new AbortController();
    const forward = await subject().connection.forward({ namespace, pod, port: 7000 }, interruption.signal);
    const { ended } = await dial(forward.port);

    interruption.abort(new Error("enough"));

    await ended;
    await expect(dial(forward.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("knows no way to a pod that is not there", async () => {
    const port = { namespace: subject().namespace, pod: "nobody", port: 7000 };

    await expect(subject().connection.forward(port, never)).rejects.toMatchObject({ code: "OBJECT_ABSENT" });
  });

  const itWithVisitor = skipUnless(without.visitor === undefined, without.visitor ?? "");

  itWithVisitor("opens none for a visitor", async () => {
    const visitor = subject().visitor as ClusterConnection; // there, or this is skipped
    const port = { namespace: subject().namespace, pod: "talker", port: 7000 };

    await expect(visitor.forward(port, never)).rejects.toMatchObject({
      code: "CLUSTER_DENIED",
      message: expect.stringContaining('"visitor"') as string,
    });
  });
}

interface Dialled {
  readonly client: Socket;
  readonly heard: () => string;
  /** Settles when the connection is over, in whichever way. */
  readonly ended: Promise<void>;
}

async function dial(port: number): Promise<Dialled> {
  const client = connect(port, "127.0.0.1");
  const pieces: Buffer[] = [];
  client.on("data", (piece: Buffer) => pieces.push(piece)); // no encoding was set
  const ended = new Promise<void>((resolve) => client.once("close", () => resolve()));
  await once(client, "connect");
  client.on("error", () => undefined); // `ended` tells
  return { client, heard: () => Buffer.concat(pieces).toString(), ended };
}
