/**
 * Random values of the charts. They are made once and kept in the cluster; what is rendered has a placeholder for each,
 * so that the same hub is the same bytes on every machine, and a plan reads no secret.
 */
export interface ChartSecret {
  readonly name: "proxyToken" | "cookieSecret" | "cryptKey" | "operatorToken" | "gatewayToken" | "metricsToken";
  readonly chart: "jupyterhub";
  /** Where in the chart's values it goes. */
  readonly path: readonly string[];
}

/** What people chose or a login needs: goes into a Secret that the hub reads, never into a chart's values. */
export type HubSecretName = "sharedPassword" | "adminPassword" | "githubClientSecret";

export function placeholder(name: string): string {
  return `HUBFLEET-PLACEHOLDER-${name}`;
}

const cryptKeys = ["hub", "config", "CryptKeeper", "keys"] as const;

export function chartSecrets(has: { readonly dask: boolean; readonly metrics: boolean }): readonly ChartSecret[] {
  const service = (name: string): readonly string[] => ["hub", "services", name, "apiToken"];
  return [
    { name: "proxyToken", chart: "jupyterhub", path: ["proxy", "secretToken"] },
    { name: "cookieSecret", chart: "jupyterhub", path: ["hub", "cookieSecret"] },
    { name: "cryptKey", chart: "jupyterhub", path: cryptKeys },
    { name: "operatorToken", chart: "jupyterhub", path: service("hubfleet") },
    ...(has.dask ? [{ name: "gatewayToken", chart: "jupyterhub", path: service("dask-gateway") } as const] : []),
    ...(has.metrics ? [{ name: "metricsToken", chart: "jupyterhub", path: service("prometheus") } as const] : []),
  ];
}

/** The placeholder as it stands at its place: keys of auth state are a list. */
export function placeholderAt({ name, path }: ChartSecret): unknown {
  return path === cryptKeys ? [placeholder(name)] : placeholder(name);
}
