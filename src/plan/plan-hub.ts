import type { Origins } from "../fleet/fleet.ts";
import type { SourcePosition } from "../errors/hubfleet-error.ts";
import { type ComponentName, componentNames, type DesiredHub } from "../runtime/local/desired-hub.ts";
import type { AppliedHub, ObservedHub } from "../runtime/local/observed-hub.ts";
import { type Part, partsOf } from "./affected-parts.ts";
import { describeDifference, type Difference, differences } from "./difference.ts";
import type { Effect } from "./effect.ts";
import { describeLockDifference } from "./lock-difference.ts";
import type { Change } from "./plan.ts";

export interface PlanHubProps {
  readonly desired: DesiredHub;
  readonly observed: ObservedHub;
  readonly origins: Origins;
  /** Text of a lock by its digest, as far as it is known. */
  readonly lockText: (digest: string) => string | undefined;
}

const restartEffect: Readonly<Record<ComponentName, Effect>> = {
  proxy: "proxy restarts",
  gateway: "hub restarts",
  hub: "hub restarts",
  culler: "none",
};

/** What it takes to make one hub as it should be. Pure; the same arguments give the same changes in the same order. */
export function planHub(props: PlanHubProps): readonly Change[] {
  const { desired, observed } = props;
  const target = `hub/${desired.name}`;
  const nothingRuns = componentNames.every((name) => observed.components[name].process === undefined);
  if (observed.applied === undefined && nothingRuns && observed.state === undefined) {
    return [
      { target, action: "create", part: "hub", effect: "none", because: ["it is not on this machine yet"], at: [] },
    ];
  }

  const reasons = explainer(props);
  const changes = [
    ...componentNames.flatMap((name) => planComponent(name, props, reasons)),
    ...planRoutes(props),
    ...planLive(props, reasons),
  ];
  return changes.length > 0 ? changes : planNotes(props, reasons);
}

interface Reasons {
  readonly because: readonly string[];
  readonly at: readonly SourcePosition[];
}

type Explain = (parts: readonly Part[]) => Reasons;

function planComponent(name: ComponentName, { desired, observed }: PlanHubProps, explain: Explain): Change[] {
  const target = `hub/${desired.name}`;
  const wanted = desired.components.find((component) => component.name === name);
  const { process, strays } = observed.components[name];
  const changes: Change[] = [];
  if (strays.length > 0) {
    const pids = strays.map(({ pid }) => pid).join(", ");
    const because = [`process ${pids} outlived the ${name} that started it`];
    changes.push({ target, action: "delete", part: `${name} leftovers`, effect: "none", because, at: [] });
  }
  if (wanted === undefined) {
    if (process === undefined) return changes;
    return [...changes, { target, action: "delete", part: name, effect: restartEffect[name], ...explain([name]) }];
  }
  if (process === undefined) {
    const { because, at } = explain([name]);
    return [
      ...changes,
      { target, action: "create", part: name, effect: "none", because: [`the ${name} is not running`, ...because], at },
    ];
  }
  if (process.specDigest === wanted.specDigest) return changes;
  const reasons = explain([name]);
  const hasSecret = name === "hub" && desired.hub.access.login.kind === "github";
  const unseen = `hubfleet itself${hasSecret ? ", or the secret of the GitHub app," : ""} changed since it was started`;
  const because = reasons.because.length > 0 ? reasons.because : [unseen];
  return [...changes, { target, action: "update", part: name, effect: restartEffect[name], because, at: reasons.at }];
}

/** Lost when a command was killed between starting a proxy and having the hub tell it the routes. */
function planRoutes({ desired, observed }: PlanHubProps): Change[] {
  if (observed.lostRoutes.length === 0) return [];
  const because = [`the proxy does not know the way to ${observed.lostRoutes.join(", ")}`];
  return [{ target: `hub/${desired.name}`, action: "update", part: "proxy routes", effect: "none", because, at: [] }];
}

function planLive({ desired, observed }: PlanHubProps, explain: Explain): Change[] {
  const inEffect = observed.state?.current ?? observed.currentOnDisk;
  if (inEffect === desired.currentDigest) return [];
  const target = `hub/${desired.name}`;
  const live = explain(["live"]);
  const servers = explain(["servers"]);
  const leaving = usersLeaving(desired, observed);
  const ends = leaving.length === 0 ? [] : [`servers of ${leaving.join(", ")} end: no longer allowed`];
  const effect = ends.length > 0 ? "servers end" : servers.because.length > 0 ? "new servers only" : "none";
  const because = [...ends, ...live.because, ...servers.because];
  return [
    {
      target,
      action: "update",
      part: "live settings",
      effect,
      because: because.length > 0 ? because : ["the hub has not read what is written"],
      at: [...live.at, ...servers.at],
    },
  ];
}

/**
 * Everything runs as wanted, and it is not noted yet: a command was killed when it had all but finished. `status` and
 * whoever asks the hub go by the notes, so they are put right. With any other change they are written anyway.
 */
function planNotes({ desired, observed }: PlanHubProps, explain: Explain): Change[] {
  const target = `hub/${desired.name}`;
  const { applied } = observed;
  if (applied === undefined) {
    const because = ["it runs, but the command that brought it up ended before it noted so"];
    return [{ target, action: "create", part: "notes", effect: "none", because, at: [] }];
  }
  const { because, at } = explain([...componentNames, "live", "servers"]);
  return because.length === 0 ? [] : [{ target, action: "update", part: "notes", effect: "none", because, at }];
}

/** Users with a running server whom no list allows any more. Where an organisation or everyone may enter, none is sure. */
function usersLeaving(desired: DesiredHub, observed: ObservedHub): readonly string[] {
  const { everyone, users, admins, organizations, teams } = desired.hub.access;
  if (everyone || organizations.length > 0 || teams.length > 0) return [];
  const allowed = new Set([...users, ...admins]);
  return (observed.state?.users ?? [])
    .filter((user) => user.servers.length > 0 && !allowed.has(user.name))
    .map((user) => user.name)
    .sort();
}

function explainer({ desired, observed, origins, lockText }: PlanHubProps): Explain {
  const applied = observed.applied;
  if (applied === undefined) return () => ({ because: [], at: [] });
  const settings = differences(applied, desired);
  const images = [...imageDifferences(applied, desired, lockText), ...lookDifferences(applied, desired)];

  return (parts) => {
    const relevant = settings.filter(({ path }) => partsOf(path).some((part) => parts.includes(part)));
    const packages = images.filter(({ reaches }) => reaches.some((part) => parts.includes(part)));
    return {
      because: [...packages.map(({ words }) => words), ...relevant.map(describeDifference)],
      at: relevant.map((difference) => positionOf(difference, desired, origins)).filter((at) => at !== undefined),
    };
  };
}

/** Files that changed under a name which did not. */
function lookDifferences(
  applied: AppliedHub,
  desired: DesiredHub,
): readonly { words: string; reaches: readonly Part[] }[] {
  return (["logo", "templates"] as const).flatMap((key) => {
    const path = desired.hub.appearance[key];
    const isSamePath = path !== undefined && applied.hub.appearance[key] === path;
    if (!isSamePath || applied.look === undefined || applied.look[key] === desired.look[key]) return [];
    return [{ words: `the content of ${path} (appearance.${key}) changed`, reaches: ["hub"] }];
  });
}

function imageDifferences(
  applied: AppliedHub,
  desired: DesiredHub,
  lockText: PlanHubProps["lockText"],
): readonly { words: string; reaches: readonly Part[] }[] {
  return Object.entries(desired.images).flatMap(([name, image]) => {
    const before = applied.images[name];
    if (before === undefined || before.environment === image.environment) return [];
    const [was, is] = [lockText(before.lockDigest), lockText(image.lockDigest)];
    const detail =
      before.lockDigest === image.lockDigest
        ? "same lock on another Python"
        : was === undefined || is === undefined
          ? "another lock"
          : describeLockDifference(was, is);
    const isHubImage = desired.hub.images.hub === name;
    return [{ words: `image ${name}: ${detail}`, reaches: isHubImage ? ["hub", "gateway", "culler"] : ["servers"] }];
  });
}

function positionOf({ path }: Difference, desired: DesiredHub, origins: Origins): SourcePosition | undefined {
  if (path.startsWith("cluster."))
    return origins.at(`clusters.${desired.cluster.name}.${path.slice("cluster.".length)}`);
  return origins.at(`hubs.${desired.name}.${path}`);
}
