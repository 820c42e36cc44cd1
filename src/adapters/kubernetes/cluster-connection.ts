import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type {
  ClusterAddress,
  ClusterConnection,
  ClusterEvent,
  ContainerReference,
  KubernetesObject,
  ObjectMetadata,
  ObjectQuery,
} from "../../ports/kubernetes.ts";
import { byNamespaceAndName } from "./object-order.ts";
import { createFindPlace, nameOf, pathOf } from "./object-places.ts";
import type { ClusterRequests } from "./cluster-request.ts";
import { readKeepers } from "./read-keepers.ts";
import { readExec } from "./exec-socket.ts";
import { forwardPort } from "./forward-port.ts";
import { channelProtocol } from "./websocket-messages.ts";

export interface ClusterConnectionProps {
  readonly name: string;
  readonly address: ClusterAddress;
  readonly requests: ClusterRequests;
  readonly manager: string;
}

/** Objects of one answer; a cluster with thousands is read in pieces. */
const pageSize = 500;

/** The calls of the port as requests to the API server. */
export function createClusterConnection({
  name,
  address,
  requests,
  manager,
}: ClusterConnectionProps): ClusterConnection {
  const findPlace = createFindPlace(name, requests);

  const listPages = async <Item>(query: ObjectQuery, accept: string, signal: AbortSignal): Promise<Item[]> => {
    const place = await findPlace(query, signal);
    const selector = Object.entries(query.labels ?? {}).map(([key, value]) => `${key}=${value}`);
    const items: Item[] = [];
    for (let next = ""; ;) {
      const words = new URLSearchParams({
        limit: `${pageSize}`,
        ...(selector.length === 0 ? {} : { labelSelector: selector.join(",") }),
        ...(next === "" ? {} : { continue: next }),
      });
      const what = `${place.plural}${query.namespace === undefined ? "" : ` in "${query.namespace}"`}`;
      const request = { path: `${pathOf(place, query)}?${words.toString()}`, accept, asked: { verb: "list", what } };
      const page = JSON.parse((await requests.ask(request, signal)).text) as {
        readonly items?: readonly Item[];
        readonly metadata?: { readonly continue?: string };
      };
      items.push(...(page.items ?? []));
      next = page.metadata?.continue ?? "";
      if (next === "") return items;
    }
  };

  const review = async (kind: string, version: string, spec: unknown, signal: AbortSignal): Promise<Review> => {
    const [group, plural] =
      kind === "SelfSubjectReview"
        ? ["authentication.k8s.io", "selfsubjectreviews"]
        : ["authorization.k8s.io", "selfsubjectaccessreviews"];
    const answer = await requests.ask(
      {
        method: "POST",
        path: `/apis/${group}/${version}/${plural}`,
        body: { apiVersion: `${group}/${version}`, kind, ...(spec === undefined ? {} : { spec }) },
        asked: { verb: "answer", what: "who is asking and what they may do" },
      },
      signal,
    );
    return (JSON.parse(answer.text) as { readonly status: Review }).status;
  };

  return {
    address,
    async version(signal) {
      const answer = await requests.ask({ path: "/version", asked: { verb: "say", what: "its version" } }, signal);
      return (JSON.parse(answer.text) as { readonly gitVersion: string }).gitVersion.replace(/^v/, "");
    },
    async identity(signal) {
      const { userInfo } = await review("SelfSubjectReview", "v1", undefined, signal);
      return { user: userInfo?.username ?? "", groups: userInfo?.groups ?? [] };
    },
    async permissions(deeds, signal) {
      return Promise.all(
        deeds.map(async (deed) => {
          const [resource, subresource] = deed.resource.split("/");
          const { verb, group, namespace } = deed;
          const resourceAttributes = { verb, group, resource, subresource, namespace };
          const { allowed, reason } = await review("SelfSubjectAccessReview", "v1", { resourceAttributes }, signal);
          return { deed, isAllowed: allowed === true, reason: reason ?? "" };
        }),
      );
    },
    async get(reference, signal) {
      const place = await findPlace(reference, signal);
      const asked = { verb: "get", what: nameOf(reference) };
      const answer = await requests.ask({ path: pathOf(place, reference), asked, answers: [404] }, signal);
      return answer.status === 404 ? undefined : (JSON.parse(answer.text) as KubernetesObject);
    },
    async keepers(reference, signal) {
      const place = await findPlace(reference, signal);
      const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
      const asked = { verb: "get", what: nameOf(reference) };
      const answer = await requests.ask({ path: pathOf(place, reference), accept, asked, answers: [404] }, signal);
      return answer.status === 404 ? [] : readKeepers(JSON.parse(answer.text));
    },
    async list(query, signal) {
      const items = await listPages<KubernetesObject>(query, "application/json", signal);
      // A list says once what all of its items are.
      return items
        .map((item) => ({ ...item, apiVersion: query.apiVersion, kind: query.kind }))
        .sort(byNamespaceAndName);
    },
    async listMetadata(query, signal) {
      const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
      const items = await listPages<{ readonly metadata: ObjectMetadata }>(query, accept, signal);
      return items.sort(byNamespaceAndName).map(({ metadata }) => metadata);
    },
    async apply(object, { takesOver = false, isTrial = false, manager: other }, signal) {
      const place = await findPlace(object, signal);
      const words = new URLSearchParams({
        fieldManager: other ?? manager,
        force: `${takesOver}`,
        ...(isTrial ? { dryRun: "All" } : {}),
      });
      const { name: own, namespace } = object.metadata;
      const answer = await requests.ask(
        {
          method: "PATCH",
          path: `${pathOf(place, { name: own, namespace })}?${words.toString()}`,
          contentType: "application/apply-patch+yaml",
          body: object,
          asked: { verb: "apply", what: nameOf({ kind: object.kind, name: own, namespace }) },
        },
        signal,
      );
      return JSON.parse(answer.text) as KubernetesObject;
    },
    async delete(reference, signal) {
      const place = await findPlace(reference, signal);
      const asked = { verb: "delete", what: nameOf(reference) };
      const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
      const path = pathOf(place, reference);
      return (await requests.ask({ method: "DELETE", path, body, asked, answers: [404] }, signal)).status !== 404;
    },
    async podLogs(container, { lines, isPrevious = false }, signal) {
      const words = new URLSearchParams({
        ...(container.container === undefined ? {} : { container: container.container }),
        ...(lines === undefined ? {} : { tailLines: `${lines}` }),
        ...(isPrevious ? { previous: "true" } : {}),
      });
      const asked = { verb: "read", what: `the log of ${podOf(container)}` };
      return (await requests.ask({ path: `${podPath(container)}/log?${words.toString()}`, asked }, signal)).text;
    },
    async events(namespace, signal) {
      const query = { apiVersion: "v1", kind: "Event", namespace };
      const items = await listPages<WrittenEvent>(query, "application/json", signal);
      return items.map(readEvent).sort((left, right) => left.at.getTime() - right.at.getTime());
    },
    async exec(container, command, signal) {
      const words = new URLSearchParams([
        ...command.map((word): [string, string] => ["command", word]),
        ["stdout", "true"],
        ["stderr", "true"],
        ...(container.container === undefined ? [] : [["container", container.container] as [string, string]]),
      ]);
      const asked = { verb: "run a command in", what: podOf(container) };
      const path = `${podPath(container)}/exec?${words.toString()}`;
      const result = await readExec(await requests.open({ path, asked }, channelProtocol, signal), signal);
      if (!("refusal" in result)) return result;
      throw new HubfleetError("OBJECT_REFUSED", {
        message: `cluster "${name}" could not run "${command[0] ?? ""}" in ${podOf(container)}: ${result.refusal}`,
        retry: "later",
      });
    },
    async forward({ port, ...pod }, signal) {
      const asked = { verb: "forward a port of", what: podOf(pod) };
      const path = `${podPath(pod)}/portforward?ports=${port}`;
      return forwardPort((until) => requests.open({ path, asked }, channelProtocol, until), signal);
    },
  };
}

interface Review {
  readonly allowed?: boolean;
  readonly reason?: string;
  readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] };
}

interface WrittenEvent {
  readonly metadata: { readonly creationTimestamp: string };
  readonly involvedObject: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

function readEvent(event: WrittenEvent): ClusterEvent {
  const { involvedObject: about } = event;
  return {
    about: {
      apiVersion: about.apiVersion ?? "",
      kind: about.kind ?? "",
      name: about.name ?? "",
      namespace: about.namespace,
    },
    isWarning: event.type === "Warning",
    reason: event.reason ?? "",
    message: (event.message ?? "").trim(),
    at: new Date(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp),
    count: event.count ?? 1,
  };
}

function podPath({ namespace, pod }: ContainerReference): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
}

function podOf({ namespace, pod }: ContainerReference): string {
  return nameOf({ kind: "pod", name: pod, namespace });
}
