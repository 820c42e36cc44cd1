import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { KubernetesObject } from "../../ports/kubernetes.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import { type DeferredStore, parseDeferred, writeDeferred } from "../check/deferred.ts";
import type { RemoteHub } from "./remote-hubs.ts";

const never = new AbortController().signal;
const key = "deferred.json";

/**
 * In the hub's namespace: machines that run checks come and go. Where the cluster does not tell what waits, nothing does, and
 * nothing is written: the check itself says what is wrong there.
 */
export function deferredThere(remote: RemoteHub, fleetUuid: string): DeferredStore {
  const { hub, names } = remote;
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: names.deferred, namespace: names.namespace };
  let isKnown = true;
  const find = async (): Promise<KubernetesObject | undefined> => {
    try {
      return await (await remote.connect()).get(reference, never);
    } catch (thrown) {
      if (!(thrown instanceof HubfleetError)) throw thrown;
      isKnown = false;
      return undefined;
    }
  };
  return {
    async read() {
      const found = await find();
      const { [key]: text } = Object(found?.["data"]) as Readonly<Record<string, string | undefined>>; // a map of texts, as the API has it
      return text === undefined ? [] : parseDeferred(text);
    },
    async write(parts) {
      if (!isKnown) return;
      const connection = await remote.connect();
      if (parts.length === 0) {
        // Nothing is deleted that was not there: who checks may have no right to.
        if ((await connection.get(reference, never)) !== undefined) await connection.delete(reference, never);
        return;
      }
      const { name, namespace, ...kind } = reference;
      const metadata = { name, namespace, labels: ownLabels(hub, { uuid: fleetUuid }) };
      const object: KubernetesObject = { ...kind, metadata, data: { [key]: writeDeferred(parts) } };
      await connection.apply(object, { takesOver: true }, never);
    },
  };
}
