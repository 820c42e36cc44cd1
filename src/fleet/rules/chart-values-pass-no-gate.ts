import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { valueAtSteps } from "../value-at-steps.ts";
import { type Rule, settingsFiles } from "./rule.ts";

/** Chart values that would do what hubfleet decides, and the setting to use instead. */
const reserved: Readonly<Record<"jupyterhub" | "dask-gateway", Readonly<Record<string, string>>>> = {
  jupyterhub: {
    "singleuser.image": "set images.notebook",
    "singleuser.profileList": "use profiles",
    "singleuser.cpu": "use limits or profiles",
    "singleuser.memory": "use limits or profiles",
    "singleuser.extraEnv": "use environment",
    "hub.image": "set images.hub",
    "hub.config": "use hubConfig",
    "hub.cookieSecret": "leave it out: it is made once and kept in the cluster",
    "proxy.secretToken": "leave it out: it is made once and kept in the cluster",
    "proxy.chp.image": "leave it out: it follows the chart's version",
    "proxy.traefik.image": "leave it out: it follows the chart's version",
    "prePuller.hook": "leave it out: hubfleet pulls images itself and says which node is slow",
    "prePuller.continuous": "leave it out: hubfleet pulls images itself",
    "prePuller.extraImages": "leave it out: hubfleet pulls images itself",
    cull: "use culling",
    "scheduling.userScheduler.image": "leave it out: it follows the chart's version",
  },
  "dask-gateway": {
    "gateway.image": "leave it out: it follows the chart's version",
    "gateway.backend.image": "set images.worker",
    "gateway.backend.worker": "use dask.workerCores and dask.workerMemory",
    "gateway.auth": "leave it out: it is connected to the hub",
    "controller.image": "leave it out: it follows the chart's version",
    "traefik.image": "leave it out: it follows the chart's version",
  },
};

export const chartValuesPassNoGate: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    (["jupyterhub", "dask-gateway"] as const).flatMap((chart) => {
      const values = value.chartValues?.[chart];
      if (values === undefined) return [];
      return Object.entries(reserved[chart]).flatMap(([key, hint]) => {
        const found = valueAtSteps(values, key.split("."));
        if (found === undefined) return [];
        return [
          new HubfleetError("RESERVED_CHART_VALUE", {
            message: `"${key}" of the ${chart} chart is decided by hubfleet`,
            hint,
            at: document.position(["chartValues", chart, ...found.path], "key"),
          }),
        ];
      });
    }),
  );
