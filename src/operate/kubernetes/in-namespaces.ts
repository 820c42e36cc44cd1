import { HubfleetError } from "../../errors/hubfleet-error.ts";

/**
 * What some namespaces have of something: one list of the whole cluster's, or one for each namespace where somebody may look
 * into these only. `ask` is given no namespace for all of them.
 */
export async function inNamespaces<Item>(
  namespaces: readonly string[],
  ask: (namespace: string | undefined) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const [only] = namespaces;
  if (namespaces.length === 1) return ask(only);
  try {
    return await ask(undefined);
  } catch (error) {
    if (!(error instanceof HubfleetError) || error.code !== "CLUSTER_DENIED") throw error;
    const lists = await Promise.all(namespaces.map((namespace) => ask(namespace)));
    return lists.flat();
  }
}
