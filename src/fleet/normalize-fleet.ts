import { createOrigins } from "./create-origins.ts";
import type { Cluster, Fleet, Hub, LocalCluster } from "./fleet.ts";
import type { LayeredHub } from "./hub-layers.ts";
import { normalizeHub } from "./normalize-hub.ts";
import { normalizeImage } from "./normalize-image.ts";
import { normalizeRecipients } from "./normalize-recipients.ts";
import { normalizeStages } from "./normalize-stages.ts";
import type { WrittenCluster } from "./schema/cluster-file.ts";
import { parseDuration } from "./schema/quantities.ts";
import type { WrittenFile, WrittenFleet } from "./written-fleet.ts";

/** What the files mean. Only for files in which no problem was found. */
export function normalizeFleet(written: WrittenFleet, layered: ReadonlyMap<string, LayeredHub>): Fleet {
  const {
    name = "",
    uuid = "",
    stages = [],
    team,
    people = [],
    registries = {},
    tags = "content",
    notify = [],
    policies,
  } = written.fleet?.value ?? {};
  const clusters = new Map(byName(written.clusters.files).map((file) => [file.name, normalizeCluster(file)]));
  const hubs = new Map<string, Hub>();
  for (const hub of byName(layered)) {
    const normalized = normalizeHub(hub, clusters.get(hub.file.value.cluster ?? "")?.provider === "local");
    const hasLogins = people.some(({ logins = {} }) => Object.hasOwn(logins, hub.name));
    // With a bundle of a time when everybody had the same password, a hub has no page.
    const hasPage = hasLogins && normalized.access.login.kind !== "shared-password";
    hubs.set(hub.name, hasPage ? { ...normalized, signOffPage: true } : normalized);
  }
  return {
    name,
    uuid,
    teamSize: team?.size ?? 1,
    stages: normalizeStages(stages, { teamSize: team?.size ?? 1, people }),
    people: people.map((person) => ({
      id: person.id,
      name: person.name ?? person.id,
      ...(person.email === undefined ? {} : { email: person.email }),
      ...(person.github === undefined ? {} : { github: person.github }),
      keys: person.keys ?? [],
      logins: person.logins ?? {},
      roles: person.roles ?? ["operator"],
    })),
    tags,
    registries: Object.fromEntries(
      Object.entries(registries).map(([registry, { address, keep }]) => [
        registry,
        { address, ...(keep === undefined ? {} : { keep: { last: keep.last ?? 10, days: keep.days ?? 90 } }) },
      ]),
    ),
    recipients: normalizeRecipients(notify),
    policies: { requireTwin: policies?.requireTwin ?? false },
    clusters,
    images: new Map(byName(written.images.files).flatMap((file) => normalizeImage(file, written.snapshot))),
    hubs,
    origins: createOrigins(written, layered),
  };
}

function normalizeCluster({ name, value }: WrittenFile<WrittenCluster>): Cluster {
  if (value.provider === "local") {
    const { address = "127.0.0.1", https, housekeeping } = value;
    return {
      name,
      provider: "local",
      address,
      ...(https === undefined ? {} : { https }),
      ...(housekeeping === undefined ? {} : { housekeeping: normalizeHousekeeping(housekeeping) }),
    };
  }
  const { version: _version, provider = "kubeconfig", ...settings } = value;
  return { name, provider, settings };
}

function normalizeHousekeeping({
  keepEnvironments,
  keepServerLogs,
}: {
  readonly keepEnvironments?: string | undefined;
  readonly keepServerLogs?: string | undefined;
}): LocalCluster["housekeeping"] & {} {
  return {
    ...(keepEnvironments === undefined ? {} : { keepEnvironmentsSeconds: parseDuration(keepEnvironments) }),
    ...(keepServerLogs === undefined ? {} : { keepServerLogsSeconds: parseDuration(keepServerLogs) }),
  };
}

function byName<Value extends { readonly name: string }>(things: ReadonlyMap<string, Value>): Value[] {
  return [...things.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}
