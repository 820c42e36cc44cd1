import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type Rule, settingsFiles, settingsOf, unknownName } from "./rule.ts";

export const hubsNameKnownClusters: Rule = ({ written }) =>
  [...written.hubs.files.values()].flatMap(({ value, document }) =>
    value.cluster === undefined
      ? []
      : unknownName({
          code: "UNKNOWN_CLUSTER",
          kind: "cluster",
          name: value.cluster,
          known: written.clusters.names,
          at: document.position(["cluster"]),
        }),
  );

export const hubsNameKnownStages: Rule = ({ written }) => {
  const stages = written.fleet?.value.stages;
  if (stages === undefined) return [];
  const known = new Set(stages.map((stage) => stage.name));
  return [...written.hubs.files.values()].flatMap(({ value, document }) =>
    value.stage === undefined
      ? []
      : unknownName({
          code: "UNKNOWN_STAGE",
          kind: "stage",
          name: value.stage,
          known,
          at: document.position(["stage"]),
        }),
  );
};

export const groupsAreKnown: Rule = ({ written }) =>
  [...written.hubs.files.values(), ...written.groups.files.values()].flatMap(({ value, document }) =>
    (value.groups ?? []).flatMap((name, index) =>
      unknownName({
        code: "UNKNOWN_GROUP",
        kind: "group",
        name,
        known: written.groups.names,
        at: document.position(["groups", index]),
      }),
    ),
  );

export const clustersNameKnownRegistries: Rule = ({ written }) => {
  const registries = written.fleet?.value.registries;
  if (written.fleet === undefined) return [];
  return [...written.clusters.files.values()].flatMap(({ value, document }) =>
    value.provider === "local" || !("registry" in value) || value.registry === undefined
      ? []
      : unknownName({
          code: "UNKNOWN_REGISTRY",
          kind: "registry",
          name: value.registry,
          known: new Set(Object.keys(registries ?? {})),
          at: document.position(["registry"]),
        }),
  );
};

export const imagesAreKnown: Rule = (fleet) => {
  const { images } = fleet.written;
  const variants = [...images.files.values()].flatMap(({ name, value }) =>
    Object.keys(value.variants ?? {}).map((variant) => `${name}/${variant}`),
  );
  const known = new Set([...images.names, ...variants]);
  const check = (name: string | undefined, at: Parameters<typeof unknownName>[0]["at"]): HubfleetError[] =>
    name === undefined ? [] : unknownName({ code: "UNKNOWN_IMAGE", kind: "image", name, known, at });
  return settingsFiles(fleet).flatMap(({ value, document }) => [
    ...(["hub", "notebook", "worker"] as const).flatMap((role) =>
      check(value.images?.[role], document.position(["images", role])),
    ),
    ...(value.profiles ?? []).flatMap((profile, index) =>
      (["notebookImage", "workerImage"] as const).flatMap((key) =>
        check(profile[key], document.position(["profiles", index, key])),
      ),
    ),
  ]);
};

export const twinsAreKnown: Rule = ({ written }) =>
  [...written.hubs.files.values()].flatMap(({ value, document }) =>
    value.twin === undefined
      ? []
      : unknownName({
          code: "UNKNOWN_HUB",
          kind: "hub",
          name: value.twin,
          known: written.hubs.names,
          at: document.position(["twin"]),
        }),
  );

/** A profile may be kept for groups of users only if the hub defines them. */
export const profilesNameKnownUserGroups: Rule = ({ hubs }) =>
  [...hubs.values()].flatMap((hub) => {
    const { profiles = [], access } = settingsOf(hub);
    const known = new Set(Object.keys(access?.groups ?? {}));
    return profiles.flatMap((profile) =>
      (profile.allowedGroups ?? []).flatMap((name) =>
        unknownName({
          code: "UNKNOWN_ACCESS_GROUP",
          kind: "group of users",
          name,
          known,
          at: hub.position(["profiles", profile.id, "allowedGroups"]),
        }),
      ),
    );
  });

/** Local clusters have no node groups, and take no notice of a profile that names one. */
export const profilesNameKnownNodeGroups: Rule = ({ hubs, written }) =>
  [...hubs.values()].flatMap((hub) => {
    const cluster = written.clusters.files.get(hub.file.value.cluster ?? "")?.value;
    if (cluster === undefined || cluster.provider === "local" || !("nodeGroups" in cluster)) return [];
    const known = new Set(Object.keys(cluster.nodeGroups ?? {}));
    return (settingsOf(hub).profiles ?? []).flatMap(({ id, nodeGroup }) =>
      nodeGroup === undefined
        ? []
        : unknownName({
            code: "UNKNOWN_NODE_GROUP",
            kind: "node group",
            name: nodeGroup,
            known,
            at: hub.position(["profiles", id, "nodeGroup"]),
          }),
    );
  });
