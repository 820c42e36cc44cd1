import type { Origins } from "../fleet/fleet.ts";
import type { SourcePosition } from "../errors/hubfleet-error.ts";
import { type ComponentName, componentNames, type DesiredHub } from "../runtime/local/desired-hub.ts";
import type { AppliedHub, ObservedHub } from "../runtime/local/observed-hub.ts";
import { type Part, partsOf } from "./affected-parts.ts";
import { describeDifference, type Difference, differences } from "./difference.ts";
import type { Effect } from "./effect.ts";
import { describeLockDifference } from "./lock-difference.ts";
import type { Change } from "./plan.ts";
import { countOf, describeCount, isMoving, kindOf, strandedProcesses } from "./stranded.ts";
import { usersLosingServers } from "./users-losing-servers.ts";

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
    ...planStranded(props, reasons),
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
  const culled = name === "culler" ? stricterCulling(desired, observed) : [];
  if (process === undefined) {
    const { because, at } = explain([name]);
    const effect = culled.length > 0 ? "servers end" : "none";
    const words = [...culled, `the ${name} is not running`, ...because];
    return [...changes, { target, action: "create", part: name, effect, because: words, at }];
  }
  if (process.specDigest === wanted.specDigest) return [...changes, ...planSilence(name, { desired, observed })];
  const reasons = explain([name]);
  const hasSecret = name === "hub" && desired.hub.access.login.kind === "github";
  const unseen = `hubfleet itself${hasSecret ? ", or the secret of the GitHub app," : ""} changed since it was started`;
  const because = [...culled, ...(reasons.because.length > 0 ? reasons.because : [unseen])];
  const effect = culled.length > 0 ? "servers end" : restartEffect[name];
  return [...changes, { target, action: "update", part: name, effect, because, at: reasons.at }];
}

/** It is what is wanted, and does not do its work: `apply` waits for one that is young, and says so of a hub that is stuck. */
function planSilence(name: ComponentName, { desired, observed }: Pick<PlanHubProps, "desired" | "observed">): Change[] {
  const { isStarting } = observed.components[name];
  if (isStarting !== true && (name !== "hub" || observed.state !== undefined)) return [];
  const because = [
    isStarting === true
      ? `the ${name} was started a short while ago and does not answer yet`
      : `the ${name} runs and does not answer: hubfleet why hub/${desired.name}`,
  ];
  return [{ target: `hub/${desired.name}`, action: "update", part: name, effect: "none", because, at: [] }];
}

/** Whether culling ends servers that it would have let run, as far as any run. Who is idle is the culler's to see. */
function stricterCulling({ hub }: DesiredHub, { applied, state, userProcesses }: ObservedHub): readonly string[] {
  const runs =
    userProcesses.some(({ marker }) => kindOf(marker) === "server") ||
    (state?.users ?? []).some(({ servers }) => servers.length > 0);
  if (applied === undefined || !runs || !hub.culling.enabled) return [];
  const [before, after] = [applied.hub.culling, hub.culling];
  const isNew = !before.enabled;
  const age = (seconds: number): number => (seconds === 0 ? Infinity : seconds);
  return [
    ...(isNew || after.idleSeconds < before.idleSeconds
      ? [`servers end that are idle for ${after.idleSeconds} s`]
      : []),
    ...(age(after.maxAgeSeconds) < (isNew ? Infinity : age(before.maxAgeSeconds))
      ? [`servers end that run for ${after.maxAgeSeconds} s`]
      : []),
  ];
}

/** Servers and Dask clusters that cannot go on. Said of a move even while nobody has any: somebody may by then. */
function planStranded({ desired, observed }: PlanHubProps, explain: Explain): Change[] {
  const stranded = strandedProcesses(desired, observed);
  const isMove = isMoving(desired, observed);
  if (stranded.length === 0 && !isMove) return [];
  const why = stranded.some(({ marker }) => kindOf(marker) === "server") || isMove ? goOnCalling : daskIsOff;
  const isOne = countOf(stranded).servers + countOf(stranded).clusters === 1;
  const counted = `${describeCount(stranded)} ${isOne ? "ends" : "end"}`;
  const who = stranded.length === 0 ? "servers that are started until then end" : counted;
  const { because, at } = explain(["running"]);
  const target = `hub/${desired.name}`;
  return [
    { target, action: "delete", part: "servers", effect: "servers end", because: [`${who}: ${why}`, ...because], at },
  ];
}

const goOnCalling = "they know the hub by the address that it leaves";
const daskIsOff = "the Dask Gateway goes";

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
  const { leaving, demoted } = usersLosingServers(desired, observed);
  const ends = [
    ...(leaving.length === 0 ? [] : [`servers of ${leaving.join(", ")} end: no longer allowed`]),
    ...(demoted.length === 0
      ? []
      : [`servers of ${demoted.join(", ")} end: no longer administrators, whose shared directories they have open`]),
  ];
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
  // A profile that went has no place of its own any more: the list that held it has.
  const list = path.startsWith("profiles.") ? origins.at(`hubs.${desired.name}.profiles`) : undefined;
  return origins.at(`hubs.${desired.name}.${path}`) ?? list;
}
