import { afterAll, beforeAll, expect, it } from "vitest";

import { HubfleetError } from "../../../src/errors/hubfleet-error.ts";
import type { ClusterConnection, ContainerReference, KubernetesObject } from "../../../src/ports/kubernetes.ts";
import { skipUnless } from "../skip.ts";
import { describeKeepers } from "./keeper-cases.ts";
import { describeDefinitions } from "./definition-cases.ts";
import { describeForward } from "./forward-cases.ts";

/** One cluster for the cases, with a namespace that is theirs alone. */
export interface KubernetesSubject {
  readonly connection: ClusterConnection;
  /** The same cluster, set by another tool or person. */
  readonly other: ClusterConnection;
  readonly namespace: string;
  /** A pod that has printed "one", "two", "three", runs, has a shell, and answers on port 7000 with what it hears; undefined where there is no image for one. */
  readonly container: ContainerReference | undefined;
  /** Somebody who may do nothing; undefined where the cluster has no such login. */
  readonly visitor: ClusterConnection | undefined;
  clean(): Promise<void>;
}

export interface SubjectWithout {
  readonly container?: string;
  readonly visitor?: string;
}

const never = new AbortController().signal;
const map = { apiVersion: "v1", kind: "ConfigMap" } as const;

/** What a connection to a cluster does, whichever it is. */
export function describeCluster(create: () => Promise<KubernetesSubject>, without: SubjectWithout = {}): void {
  let subject: KubernetesSubject;
  beforeAll(async () => {
    subject = await create();
  });
  afterAll(async () => subject.clean());

  const aMap = (
    name: string,
    data: Readonly<Record<string, string>>,
    labels?: Readonly<Record<string, string>>,
  ): KubernetesObject => ({
    ...map,
    metadata: { name, namespace: subject.namespace, ...(labels === undefined ? {} : { labels }) },
    data,
  });
  const apply = (object: KubernetesObject): Promise<KubernetesObject> => subject.connection.apply(object, {}, never);
  const read = (name: string): Promise<KubernetesObject | undefined> =>
    subject.connection.get({ ...map, name, namespace: subject.namespace }, never);
  const refusal = async (deed: Promise<unknown>): Promise<HubfleetError> => {
    const thrown = await deed.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(HubfleetError);
    return thrown as HubfleetError; // the line before says so
  };

  it("says which version it is, and as whom it sees us", async () => {
    expect(await subject.connection.version(never)).toMatch(/^\d+\.\d+\.\d+/);
    expect((await subject.connection.identity(never)).groups).toContain("system:authenticated");
  });

  it("makes an object, and changes nothing when it is given again", async () => {
    const made = await apply(aMap("again", { look: "dark" }));
    const again = await apply(aMap("again", { look: "dark" }));

    expect(made["data"]).toEqual({ look: "dark" });
    expect(again.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    expect((await read("again"))?.metadata.uid).toBe(made.metadata.uid);
  });

  it("takes away what is no longer given, and leaves what others keep", async () => {
    await apply(aMap("shared", { look: "dark", logo: "old" }));
    await subject.other.apply(aMap("shared", { motto: "hello" }), {}, never);

    await apply(aMap("shared", { look: "light" }));

    expect((await read("shared"))?.["data"]).toEqual({ look: "light", motto: "hello" });
  });

  it("does not take a field from somebody else, and names both", async () => {
    await subject.other.apply(aMap("contested", { look: "dark" }), {}, never);

    const error = await refusal(apply(aMap("contested", { look: "light" })));

    expect(error.code).toBe("OBJECT_CONFLICT");
    expect(error.message).toContain(".data.look");
    expect(error.message).toContain('"somebody"');
    expect((await read("contested"))?.["data"]).toEqual({ look: "dark" });
  });

  it("takes a field over when it is told to", async () => {
    await subject.other.apply(aMap("taken", { look: "dark" }), {}, never);
    await subject.connection.apply(aMap("taken", { look: "light" }), { takesOver: true }, never);

    expect((await read("taken"))?.["data"]).toEqual({ look: "light" });
    expect((await refusal(subject.other.apply(aMap("taken", { look: "dark" }), {}, never))).code).toBe(
      "OBJECT_CONFLICT",
    );
  });

  it("tries an object without making it", async () => {
    const tried = await subject.connection.apply(aMap("tried", { look: "dark" }), { isTrial: true }, never);

    expect(tried["data"]).toEqual({ look: "dark" });
    expect(await read("tried")).toBeUndefined();
  });

  it("counts what was wanted of an object, and not its labels", async () => {
    const policy = (labels: Readonly<Record<string, string>>, types: readonly string[]): Promise<KubernetesObject> =>
      apply({
        ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
        metadata: { name: "counted", namespace: subject.namespace, labels },
        spec: { podSelector: {}, policyTypes: types },
      });
    const made = await policy({}, ["Ingress"]);
    const labelled = await policy({ look: "dark" }, ["Ingress"]);
    const changed = await policy({ look: "dark" }, ["Ingress", "Egress"]);

    expect([made, labelled, changed].map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2]);
    const query = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: subject.namespace };
    expect((await subject.connection.listMetadata(query, never))[0]?.generation).toBe(2);
  });

  describeDefinitions(() => subject);
  describeKeepers(() => subject);

  it("refuses what the cluster does not take", async () => {
    const error = await refusal(apply(aMap("Not_A_Name", {})));

    expect(error.code).toBe("OBJECT_REFUSED");
    expect(error.message).toContain("metadata.name");
  });

  it("refuses an object of a namespace that is not there", async () => {
    const lost = { ...map, metadata: { name: "lost", namespace: "hubfleet-nowhere" }, data: {} };

    expect(await refusal(apply(lost))).toMatchObject({ code: "OBJECT_REFUSED" });
  });

  it("knows that a cluster lacks a kind", async () => {
    const kind = { apiVersion: "example.org/v1", kind: "Wish" };

    expect(await refusal(subject.connection.list(kind, never))).toMatchObject({ code: "KIND_UNKNOWN" });
    expect(await refusal(apply({ ...kind, metadata: { name: "one" } }))).toMatchObject({ code: "KIND_UNKNOWN" });
  });

  it("lists by label, in the order of names, without what is in them where only metadata is asked for", async () => {
    const labels = { "hubfleet.test/list": "yes" };
    await apply(aMap("list-b", { look: "dark" }, labels));
    await apply(aMap("list-a", { look: "light" }, labels));
    await apply(aMap("list-c", { look: "blue" }));
    const query = { ...map, namespace: subject.namespace, labels };

    const found = await subject.connection.list(query, never);

    expect(found.map(({ metadata }) => metadata.name)).toEqual(["list-a", "list-b"]);
    expect(found[0]).toMatchObject({ ...map, data: { look: "light" } });
    const metadata = await subject.connection.listMetadata(query, never);
    expect(metadata.map(({ name, labels: own }) => [name, own])).toEqual([
      ["list-a", labels],
      ["list-b", labels],
    ]);
    expect(JSON.stringify(metadata)).not.toContain("dark");
  });

  it("removes an object once", async () => {
    await apply(aMap("going", {}));
    const reference = { ...map, name: "going", namespace: subject.namespace };

    expect(await subject.connection.delete(reference, never)).toBe(true);
    expect(await subject.connection.delete(reference, never)).toBe(false);
    expect(await read("going")).toBeUndefined();
  });

  it("shows what a finalizer keeps", async () => {
    const finalizers = ["hubfleet.test/keep"];
    const plain = aMap("kept", {});
    await apply({ ...plain, metadata: { ...plain.metadata, finalizers } });

    await subject.connection.delete({ ...map, name: "kept", namespace: subject.namespace }, never);

    const kept = await read("kept");
    expect(kept?.metadata).toMatchObject({ finalizers, deletionTimestamp: expect.any(String) as string });
    await apply(plain);
    expect(await read("kept")).toBeUndefined();
  });

  it("ends when it is told to", async () => {
    const interruption = new AbortController();
    interruption.abort(new Error("enough"));

    await expect(subject.connection.version(interruption.signal)).rejects.toThrow("enough");
  });

  it("has no log and runs nothing where there is no such pod", async () => {
    const nobody = { namespace: subject.namespace, pod: "nobody" };

    expect(await refusal(subject.connection.podLogs(nobody, {}, never))).toMatchObject({ code: "OBJECT_ABSENT" });
    expect(await refusal(subject.connection.exec(nobody, ["true"], never))).toMatchObject({ code: "OBJECT_ABSENT" });
  });

  const itWithContainer = skipUnless(without.container === undefined, without.container ?? "");

  itWithContainer("reads a container's log, and the last lines of it", async () => {
    const container = subject.container as ContainerReference; // there, or this is skipped

    expect(await subject.connection.podLogs(container, {}, never)).toBe("one\ntwo\nthree\n");
    expect(await subject.connection.podLogs(container, { lines: 2 }, never)).toBe("two\nthree\n");
  });

  itWithContainer("has no log of before where a container was never restarted", async () => {
    const container = subject.container as ContainerReference; // there, or this is skipped

    const asked = subject.connection.podLogs(container, { isPrevious: true }, never);

    expect(await refusal(asked)).toMatchObject({ code: "OBJECT_REFUSED" });
  });

  itWithContainer("runs a command in a container, and tells both outputs and how it ended", async () => {
    const container = subject.container as ContainerReference; // there, or this is skipped
    const command = ["sh", "-c", "echo out; echo err >&2; exit 3"];

    expect(await subject.connection.exec(container, command, never)).toEqual({
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  itWithContainer("carries much output whole", async () => {
    const container = subject.container as ContainerReference; // there, or this is skipped
    const { stdout } = await subject.connection.exec(container, ["sh", "-c", "seq 1 200000"], never);

    expect(stdout.length).toBe(1_288_895);
    expect(stdout.endsWith("\n200000\n")).toBe(true);
  });

  itWithContainer("says when a container has no such command", async () => {
    const container = subject.container as ContainerReference; // there, or this is skipped
    const error = await refusal(subject.connection.exec(container, ["no-such-command"], never));

    expect(error.code).toBe("OBJECT_REFUSED");
    expect(error.message).toContain("no-such-command");
  });

  itWithContainer("tells what happened to an object", async () => {
    const container = subject.container as ContainerReference; // there, or this is skipped
    const events = await subject.connection.events(subject.namespace, never);

    const about = events.filter(({ about: { kind, name } }) => kind === "Pod" && name === container.pod);
    expect(about.map(({ reason }) => reason)).toContain("Started");
    expect(about.every(({ isWarning }) => !isWarning)).toBe(true);
  });

  describeForward(() => subject, without);

  it("says that its operator may do all that we need", async () => {
    const deeds = [
      { verb: "create", group: "", resource: "secrets", namespace: subject.namespace },
      { verb: "create", group: "", resource: "pods/exec", namespace: subject.namespace },
    ];

    const permissions = await subject.connection.permissions(deeds, never);

    expect(permissions.map(({ deed, isAllowed }) => [deed.resource, isAllowed])).toEqual([
      ["secrets", true],
      ["pods/exec", true],
    ]);
  });

  const itWithVisitor = skipUnless(without.visitor === undefined, without.visitor ?? "");

  itWithVisitor("tells a visitor beforehand, and when asked all the same", async () => {
    const visitor = subject.visitor as ClusterConnection; // there, or this is skipped
    const deed = { verb: "list", group: "", resource: "secrets", namespace: subject.namespace };

    const [permission] = await visitor.permissions([deed], never);
    const error = await refusal(
      visitor.list({ apiVersion: "v1", kind: "Secret", namespace: subject.namespace }, never),
    );

    expect(permission?.isAllowed).toBe(false);
    expect(error.code).toBe("CLUSTER_DENIED");
    expect(error.message).toContain('"visitor"');
    expect(error.message).toContain("secrets");
  });
}
