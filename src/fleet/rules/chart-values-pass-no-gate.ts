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
    "hub.args": "leave it out: hubfleet's own code keeps access as it is written",
    "hub.command": "leave it out: hubfleet's own code keeps access as it is written",
    "hub.extraEnv.PYTHONPATH": "leave it out: it leads to hubfleet's own code",
    "hub.baseUrl": "use basePath",
    "hub.activeServerLimit": "use limits.runningServers",
    "hub.concurrentSpawnLimit": "use limits.concurrentSpawns",
    "hub.db.type": "leave it out: what logins know lies beside the database, on the hub's disk",
    "hub.db.url": "leave it out: what logins know lies beside the database, on the hub's disk",
    "hub.db.upgrade": "leave it out: hubfleet upgrades the database itself, after a copy",
    "hub.existingSecret": "leave it out: secrets are made once and kept in the cluster",
    "hub.serviceAccount.name": "leave it out: the hub's rights are given to that account",
    "hub.services.hubfleet": "leave it out: that is how hubfleet asks the hub",
    "hub.services.dask-gateway": "use dask.enabled",
    "hub.loadRoles.user": "leave it out: it opens Dask Gateway for users",
    "hub.loadRoles.operator": "leave it out: it is what hubfleet may ask the hub",
    fullnameOverride: "leave it out: hubfleet finds a hub's things by the chart's names",
    nameOverride: "leave it out: hubfleet finds a hub's things by the chart's names",
    "singleuser.storage.type": "use storage.disk or storage.nfs",
    "singleuser.storage.capacity": "use storage.disk.size",
    "hub.cookieSecret": "leave it out: it is made once and kept in the cluster",
    "proxy.secretToken": "leave it out: it is made once and kept in the cluster",
    "prePuller.hook": "leave it out: hubfleet pulls images itself and says which node is slow",
    "prePuller.continuous": "leave it out: hubfleet pulls images itself",
    "prePuller.extraImages": "leave it out: hubfleet pulls images itself",
    cull: "use culling",
  },
  "dask-gateway": {
    fullnameOverride: "leave it out: hubfleet finds a hub's things by the chart's names",
    nameOverride: "leave it out: hubfleet finds a hub's things by the chart's names",
    "gateway.prefix": "use basePath",
    "gateway.extraConfig.hubfleet-1-data": "take another name: this one is hubfleet's",
    "gateway.extraConfig.hubfleet-2-code": "take another name: this one is hubfleet's",
    "gateway.backend.image": "set images.worker",
    "gateway.backend.worker": "use dask.workerCores and dask.workerMemory",
    "gateway.auth": "leave it out: it is connected to the hub",
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
