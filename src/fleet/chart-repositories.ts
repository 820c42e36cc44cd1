/** Where the hub's own two charts are published. */
export const chartRepositories: Readonly<Record<string, string>> = {
  jupyterhub: "https://hub.jupyter.org/helm-chart/",
  "dask-gateway": "https://helm.dask.org/",
};
