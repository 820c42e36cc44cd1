/** What a version of the jupyterhub chart brings: its JupyterHub, and the Python of its hub image, k8s-hub. */
export interface HubChartVersion {
  readonly jupyterhub: string;
  readonly python: string;
}

/**
 * The releases of the jupyterhub chart (zero-to-jupyterhub). Source: at each release's tag of
 * https://github.com/jupyterhub/zero-to-jupyterhub-k8s, `appVersion` of jupyterhub/Chart.yaml, the pin in
 * images/hub/requirements.txt (they agree) and FROM of images/hub/Dockerfile; read up to 4.4.0. A version that is not
 * here is unknown, and rules say so.
 */
export const hubChartVersions: ReadonlyMap<string, HubChartVersion> = new Map(
  [
    ["2.0.0", "3.0.0", "3.9"],
    ...["3.0.0", "3.0.1", "3.0.2", "3.0.3", "3.1.0", "3.2.0", "3.2.1"].map((chart) => [chart, "4.0.2", "3.11"]),
    ...["3.3.0", "3.3.1", "3.3.2"].map((chart) => [chart, "4.1.0", "3.11"]),
    ["3.3.3", "4.1.1", "3.11"],
    ["3.3.4", "4.1.2", "3.11"],
    ["3.3.5", "4.1.3", "3.11"],
    ["3.3.6", "4.1.4", "3.11"],
    ["3.3.7", "4.1.5", "3.11"],
    ["3.3.8", "4.1.6", "3.11"],
    ["4.0.0", "5.2.1", "3.12"],
    ["4.1.0", "5.2.1", "3.12"],
    ["4.2.0", "5.3.0", "3.12"],
    ["4.3.0", "5.4.0", "3.12"],
    ["4.3.1", "5.4.1", "3.12"],
    ["4.3.2", "5.4.3", "3.12"],
    ["4.3.3", "5.4.4", "3.12"],
    ["4.3.4", "5.4.5", "3.12"],
    ["4.3.5", "5.4.6", "3.12"],
    ["4.4.0", "5.5.0", "3.12"],
  ].map(([chart = "", jupyterhub = "", python = ""]) => [chart, { jupyterhub, python }]),
);
