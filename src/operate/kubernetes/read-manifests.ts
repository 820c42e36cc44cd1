import { parseAllDocuments } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { KubernetesObject } from "../../runtime/kubernetes/kubernetes-object.ts";

/** Kinds that belong to a whole cluster, which a hub's manifests must not change for all its neighbours. */
export const clusterWide: ReadonlySet<string> = new Set([
  ...["Namespace", "Node", "PersistentVolume", "StorageClass", "CustomResourceDefinition", "ClusterRole"],
  ...["ClusterRoleBinding", "PriorityClass", "IngressClass", "GatewayClass", "RuntimeClass", "CSIDriver", "APIService"],
  ...["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy"],
]);

/** The objects of a hub's own manifests, in their order. @throws HubfleetError MANIFEST_INVALID */
export async function readManifests(
  hub: Hub,
  directory: string,
  { files }: { readonly files: Pick<LocalWorld["files"], "read"> },
): Promise<readonly KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  for (const path of hub.manifests ?? []) {
    const text = (await files.read(`${directory}/${path}`)) ?? "";
    for (const document of parseAllDocuments(text)) {
      const [error] = document.errors;
      const line = lineOf(text, document.range?.[0] ?? 0);
      if (error !== undefined)
        throw invalid(path, error.linePos?.[0].line ?? line, `no YAML: ${error.message.split("\n")[0]}`);
      const value: unknown = document.toJS();
      if (value === null || value === undefined) continue;
      objects.push(toObject(value, path, line));
    }
  }
  return objects;
}

function toObject(value: unknown, path: string, line: number): KubernetesObject {
  const { apiVersion, kind, metadata } = Object(value) as Readonly<Record<string, unknown>>; // any shape may be written
  const { name } = Object(metadata) as { name?: unknown }; // any shape may be written
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof name !== "string" || Array.isArray(value)) {
    throw invalid(path, line, "an object of Kubernetes has apiVersion, kind and metadata.name");
  }
  if (clusterWide.has(kind)) {
    throw invalid(path, line, `"${kind}" belongs to the whole cluster, and this file to one hub`);
  }
  return value as KubernetesObject; // looked at above
}

function invalid(path: string, line: number, message: string): HubfleetError {
  return new HubfleetError("MANIFEST_INVALID", {
    message,
    hint: "write objects that live in a namespace, one after another, divided by `---`",
    at: { path, line, column: 1 },
  });
}

function lineOf(text: string, offset: number): number {
  const rest = text.slice(offset);
  const skipped = /^(?:[ \t]*(?:#[^\n]*|---[^\n]*)?\n)*/.exec(rest)?.[0].length ?? 0;
  return text.slice(0, offset + skipped).split("\n").length;
}
