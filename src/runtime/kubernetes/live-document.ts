import type { Hub, Profile } from "../../fleet/fleet.ts";
import type { NodeGroup } from "../../fleet/kubernetes-settings.ts";
import { isMap, mergeSettings, type Settings } from "../../fleet/merge-settings.ts";
import { placeOn } from "./node-placement.ts";

/** Image name → reference by digest. */
export type ImageReferences = Readonly<Record<string, string>>;

export interface LiveProps {
  readonly hub: Hub;
  readonly images: ImageReferences;
  readonly nodeGroups: ReadonlyMap<string, NodeGroup>;
  /** Address of the Dask Gateway for users' servers; undefined without one. */
  readonly gatewayEnvironment: Readonly<Record<string, string>> | undefined;
}

/**
 * What a running hub reads again when it changes, in the shape that the local runtime's has: who may enter, what the page
 * says, what a new server gets. None of it is in a chart's values, where a change would restart the hub.
 */
export function liveDocument(props: LiveProps): Readonly<Record<string, unknown>> {
  const { hub } = props;
  const { everyone, users, admins, groups, organizations, teams } = hub.access;
  return {
    version: 1,
    access: { everyone, users, admins, groups, organizations, teams },
    announcement: hub.announcement,
    limits: { runningServers: hub.limits.runningServers ?? 0, concurrentSpawns: hub.limits.concurrentSpawns },
    profiles: hub.profiles.map((profile) => ({
      id: profile.id,
      name: profile.name,
      description: profile.description,
      isDefault: profile.isDefault,
      notebookImage: profile.notebookImage,
      workerImage: profile.workerImage,
      allowedGroups: profile.allowedGroups,
      kubespawner: kubespawnerOverride(profile, props),
    })),
    shared: hub.storage.shared,
  };
}

/** A profile in the words of KubeSpawner. What the operator wrote for it comes last. */
export function kubespawnerOverride(profile: Profile, props: LiveProps): Settings {
  const { hub, images, nodeGroups, gatewayEnvironment } = props;
  const group = profile.nodeGroup === undefined ? undefined : nodeGroups.get(profile.nodeGroup);
  const place = group === undefined ? undefined : placeOn(group);
  const own: Settings = {
    image: referenceOf(profile.notebookImage, images),
    cpu_limit: profile.cpuLimit ?? hub.limits.cpuLimit ?? null,
    cpu_guarantee: profile.cpuGuarantee ?? null,
    mem_limit: profile.memoryLimitBytes ?? hub.limits.memoryLimitBytes ?? null,
    mem_guarantee: profile.memoryGuaranteeBytes ?? null,
    environment: {
      ...hub.environment,
      ...profile.environment,
      ...(gatewayEnvironment === undefined
        ? {}
        : { ...gatewayEnvironment, DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE: referenceOf(profile.workerImage, images) }),
    },
    ...(place === undefined ? {} : { node_selector: place.nodeSelector }),
    ...(place === undefined || place.tolerations.length === 0 ? {} : { tolerations: place.tolerations }),
    ...(group?.hasGpus === true ? { extra_resource_limits: { "nvidia.com/gpu": "1" } } : {}),
  };
  return isMap(profile.spawner) ? mergeSettings(own, profile.spawner) : own;
}

export function referenceOf(image: string, images: ImageReferences): string {
  const reference = images[image];
  if (reference === undefined) throw new TypeError(`image "${image}" was not resolved`); // callers resolve all of imagesOf
  return reference;
}
