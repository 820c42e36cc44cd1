import { HubfleetError } from "../errors/hubfleet-error.ts";
import { nearestName } from "../errors/nearest-name.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import { isLocal } from "../runtime/local/draft.ts";

export interface Selection {
  /** Hubs of this machine. */
  readonly local: readonly Hub[];
  /** Hubs that the targets cover but that run elsewhere. */
  readonly elsewhere: readonly Hub[];
}

/**
 * The hubs that targets name: `hub/NAME`, `cluster/NAME`, `stage/NAME`, or a bare hub name. None: all of them.
 * @throws HubfleetError UNKNOWN_TARGET with the nearest name; NOT_LOCAL for a hub named outright that runs elsewhere
 */
export function selectHubs(fleet: Fleet, targets: readonly string[]): Selection {
  const chosen = selectAnywhere(fleet, targets);
  const isHere = (hub: Hub): boolean => isLocal(fleet.clusters.get(hub.cluster));
  const elsewhere = chosen.filter((hub) => !isHere(hub));
  const named = elsewhere.find(({ name }) => targets.includes(name) || targets.includes(`hub/${name}`));
  if (named !== undefined) {
    throw new HubfleetError("NOT_LOCAL", {
      message: `hub "${named.name}" is on cluster "${named.cluster}", not on this machine`,
      hint: `this command works on hubs whose cluster has \`provider: local\`; to try this one on this machine: hubfleet up --on local hub/${named.name}`,
    });
  }
  return { local: chosen.filter(isHere), elsewhere };
}

/** The same wherever they are. @throws HubfleetError UNKNOWN_TARGET with the nearest name */
export function selectAnywhere(fleet: Fleet, targets: readonly string[]): readonly Hub[] {
  for (const target of targets) requireKnown(target, fleet);
  const hubs = [...fleet.hubs.values()];
  return targets.length === 0 ? hubs : hubs.filter((hub) => targets.some((target) => covers(target, hub)));
}

/** Kubernetes clusters that are meant as a whole: all of them, or those that targets name. */
export function selectClusters(fleet: Pick<Fleet, "clusters">, targets: readonly string[]): readonly string[] {
  const remote = [...fleet.clusters.values()].filter((cluster) => !isLocal(cluster)).map(({ name }) => name);
  return targets.length === 0 ? remote : remote.filter((name) => targets.includes(`cluster/${name}`));
}

function covers(target: string, hub: Hub): boolean {
  const { kind, name } = parseTarget(target);
  return name === { hub: hub.name, cluster: hub.cluster, stage: hub.stage }[kind];
}

function requireKnown(target: string, fleet: Fleet): void {
  const { kind, name } = parseTarget(target);
  const known = {
    hub: [...fleet.hubs.keys()],
    cluster: [...fleet.clusters.keys()],
    stage: fleet.stages.map((stage) => stage.name),
  }[kind];
  if (known.includes(name)) return;
  const isImage = kind === "hub" && fleet.images.has(name);
  const nearest = isImage ? undefined : nearestName(name, known);
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `the fleet has no ${kind} "${name}"`,
    hint: isImage
      ? `it has an image of that name: image/${name}`
      : nearest === undefined
        ? `it has: ${known.join(", ")}`
        : `did you mean ${kind}/${nearest}?`,
  });
}

const kinds = ["hub", "cluster", "stage"] as const;

function parseTarget(target: string): { readonly kind: (typeof kinds)[number]; readonly name: string } {
  const [first = "", ...rest] = target.split("/");
  if (rest.length === 0) return { kind: "hub", name: first };
  const kind = kinds.find((one) => one === first);
  if (kind !== undefined) return { kind, name: rest.join("/") };
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `"${target}" is no target`,
    hint: "write hub/NAME, cluster/NAME or stage/NAME",
  });
}
