import type { Stage } from "./fleet.ts";
import type { WrittenFleetFile } from "./schema/fleet-file.ts";
import { parseDuration } from "./schema/quantities.ts";
import type { WrittenStage } from "./schema/stage.ts";
import type { FreezeWindow, SoakPolicy, StagePolicy, WaveSize } from "./stage-policy.ts";
import { zonedInstant } from "./zoned-time.ts";

export interface Team {
  readonly teamSize: number;
  readonly people: NonNullable<WrittenFleetFile["people"]>;
}

/** The stages with what each asks; what is not written depends on the size of the team and on the stage's place. */
export function normalizeStages(stages: readonly WrittenStage[], team: Team): readonly Stage[] {
  return stages.map((stage, index) => ({
    name: stage.name,
    description: stage.description ?? "",
    policy: normalizePolicy(stage, { ...team, isLast: index === stages.length - 1 }),
  }));
}

type Place = Team & { readonly isLast: boolean };

function normalizePolicy(stage: WrittenStage, place: Place): StagePolicy {
  const claimed = stage.claimed ?? (place.teamSize === 1 ? "accept" : "keyless");
  const { checks = ["hub"], hubs, expires, checklist = [], freeze = [], waves = [1] } = stage;
  return {
    checks,
    soak: normalizeSoak(stage.soak ?? {}, place),
    ...(hubs === undefined ? {} : { hubs }),
    ...(expires === undefined ? {} : { expiresSeconds: parseDuration(expires) }),
    untried: stage.untried ?? (place.teamSize === 1 ? "say" : "refuse"),
    signoffs: normalizeSignOffs(stage.signoffs, place),
    selfSignoff: stage.selfSignoff ?? place.teamSize === 1,
    claimed,
    logins: stage.logins ?? claimed,
    checklist: checklist.map(({ name, text, attachment = false }) => ({ name, text, needsAttachment: attachment })),
    freezes: freeze.map(normalizeFreeze),
    waves: waves.map(normalizeWave),
    concurrency: stage.concurrency ?? 4,
    failures: stage.failures ?? 0,
    iterate: stage.iterate ?? false,
    auto: stage.auto ?? false,
  };
}

function normalizeSoak(written: NonNullable<WrittenStage["soak"]>, { teamSize, isLast }: Place): SoakPolicy {
  const usual = isLast ? "0s" : usualSoak(teamSize);
  const minimumSeconds = parseDuration(written.minimum ?? usual);
  const { patchMinimum, observeEvery = "26h", exposure = {} } = written;
  return {
    minimumSeconds,
    patchMinimumSeconds: patchMinimum === undefined ? Math.min(minimumSeconds, 3600) : parseDuration(patchMinimum),
    exposure: { spawns: exposure.spawns ?? 0, users: exposure.users ?? 0, daskClusters: exposure.daskClusters ?? 0 },
    observeEverySeconds: parseDuration(observeEvery),
  };
}

function usualSoak(teamSize: number): string {
  if (teamSize === 1) return "0s";
  return teamSize < 5 ? "1d" : "7d";
}

/** Nobody waits for a second person where there is none. */
function normalizeSignOffs(
  written: WrittenStage["signoffs"],
  { teamSize, people, isLast }: Place,
): StagePolicy["signoffs"] {
  const hasApprover = people.some(({ roles = ["operator"] }) => roles.includes("approver"));
  const asked = written ?? (isLast && teamSize > 1 && hasApprover ? [{ role: "approver" as const }] : []);
  return asked.map(({ role, count = 1, noObjectionWithin }) => ({
    role,
    count,
    ...(noObjectionWithin === undefined ? {} : { noObjectionWithinSeconds: parseDuration(noObjectionWithin) }),
  }));
}

function normalizeFreeze(written: NonNullable<WrittenStage["freeze"]>[number]): FreezeWindow {
  const { timezone = "UTC", reason, packagesClose = "0s" } = written;
  const from = zonedInstant(written.from, timezone, "start");
  return {
    from,
    to: zonedInstant(written.to, timezone, "end"),
    packagesCloseAt: from - parseDuration(packagesClose) * 1000,
    timeZone: timezone,
    reason,
  };
}

function normalizeWave(written: number | string): WaveSize {
  return typeof written === "number"
    ? { kind: "hubs", count: written }
    : { kind: "share", percent: Number(written.slice(0, -1)) };
}
