import type { ClusterConnection, Kubernetes } from "../../ports/kubernetes.ts";

/** For whoever looks again and again: each cluster is connected once, so that one login serves. */
export function rememberConnections(kubernetes: Kubernetes): Kubernetes {
  const known = new Map<string, Promise<ClusterConnection>>();
  return {
    connect: async (target) => {
      const key = JSON.stringify(target);
      const connection = known.get(key) ?? kubernetes.connect(target);
      known.set(key, connection);
      try {
        return await connection;
      } catch (error) {
        known.delete(key);
        throw error;
      }
    },
  };
}
