import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ObjectKind, ObjectReference } from "../../ports/kubernetes.ts";
import type { ClusterRequests } from "./cluster-request.ts";

/** Where a cluster keeps the objects of a kind. */
export interface KindPlace {
  /** "/apis/apps/v1". */
  readonly base: string;
  /** "deployments". */
  readonly plural: string;
  readonly isNamespaced: boolean;
}

export type FindPlace = (kind: ObjectKind, signal: AbortSignal) => Promise<KindPlace>;

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Asks the cluster which kinds it has, once for each API version; again for one that it did not have then. */
export function createFindPlace(name: string, requests: ClusterRequests): FindPlace {
  const known = new Map<string, ResourceList>();
  const read = async (apiVersion: string, signal: AbortSignal): Promise<ResourceList> => {
    const answer = await requests.ask(
      { path: baseOf(apiVersion), asked: { verb: "list", what: `the kinds of ${apiVersion}` }, answers: [404] },
      signal,
    );
    const list = answer.status === 404 ? {} : (JSON.parse(answer.text) as ResourceList);
    known.set(apiVersion, list);
    return list;
  };
  return async ({ apiVersion, kind }, signal) => {
    const find = (list: ResourceList | undefined): KindPlace | undefined => {
      const found = list?.resources?.find((one) => one.kind === kind && !one.name.includes("/"));
      return found && { base: baseOf(apiVersion), plural: found.name, isNamespaced: found.namespaced };
    };
    const place = find(known.get(apiVersion)) ?? find(await read(apiVersion, signal));
    if (place !== undefined) return place;
    throw new HubfleetError("KIND_UNKNOWN", {
      message: `cluster "${name}" has no objects of the kind ${kind} (${apiVersion})`,
      hint: "install what defines it, or look whether the cluster's version is one that the chart is made for",
      retry: "later",
    });
  };
}

/** The path of all objects of a kind, in a namespace or everywhere; with a name that of the one. */
export function pathOf(
  place: KindPlace,
  { namespace, name }: { readonly namespace?: string | undefined; readonly name?: string },
): string {
  const within = place.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${place.base}${within}/${place.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}

/** `configmap "look" in "lab"`, for messages. */
export function nameOf({ kind, name, namespace }: Pick<ObjectReference, "kind" | "name" | "namespace">): string {
  return `${kind.toLowerCase()} "${name}"${namespace === undefined ? "" : ` in "${namespace}"`}`;
}

function baseOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
