import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint, nearestName } from "../../errors/nearest-name.ts";
import type { WrittenStage } from "../schema/stage.ts";
import type { ValuePath, YamlDocument } from "../yaml/yaml-document.ts";
import { isOnCalendar, isTimeZone, zonedInstant } from "../zoned-time.ts";
import { type LayeredFleet, type Rule, settingsOf } from "./rule.ts";

export const freezesHaveDates: Rule = (fleet) =>
  eachStage(fleet, ({ freeze = [] }, at) =>
    freeze.flatMap(({ from, to, timezone = "UTC" }, index) => {
      const [atZone, atEnd] = [at("freeze", index, "timezone"), at("freeze", index, "to")];
      if (!isTimeZone(timezone)) return [unknownZone(timezone, atZone)];
      if (from === undefined || to === undefined) return []; // of a wrong form, which is reported already
      const wrong = (
        [
          ["from", from],
          ["to", to],
        ] as const
      ).filter(([, date]) => !isOnCalendar(date));
      if (wrong.length > 0) return wrong.map(([key, date]) => noSuchDate(date, at("freeze", index, key)));
      if (zonedInstant(from, timezone, "start") < zonedInstant(to, timezone, "end")) return [];
      const message = `the freeze ends "${to}", and does not begin before that ("${from}")`;
      return [new HubfleetError("FREEZE_DATES", { message, hint: "correct one of them", at: atEnd })];
    }),
  );

/** Nothing waits for the soak of the last stage: whoever writes one there believes that something does. */
export const soaksAreWaitedFor: Rule = (fleet) =>
  eachStage(fleet, ({ soak, hubs, name }, at, { before, index, isLast }) => {
    if (!isLast) return [];
    const written = [...(soak === undefined ? [] : ["soak"]), ...(hubs === undefined ? [] : ["hubs"])];
    return written.map(
      (key) =>
        new HubfleetError("STAGE_IS_LAST", {
          message: `\`${key}\` says when a bundle leaves a stage, and none comes after "${name}"`,
          hint:
            before === undefined
              ? "add a stage before this one, and write it there"
              : `write it in "${before}", where bundles wait before they get here`,
          at: fleetPosition(fleet.written.fleet?.document, ["stages", index, key], "key"),
        }),
    );
  });

export const stageEntriesAreDistinct: Rule = (fleet) =>
  eachStage(fleet, ({ checklist = [], signoffs = [] }, at) => [
    ...repeated(checklist.map(({ name }) => name)).map(([name, index]) =>
      twice(`the item "${name}"`, at("checklist", index, "name")),
    ),
    ...repeated(signoffs.map(({ role }) => role)).map(([role, index]) =>
      twice(`the role "${role}"`, at("signoffs", index, "role")),
    ),
  ]);

/** A check that no hub of the stage has could never pass. */
export const stageChecksAreKnown: Rule = (fleet) =>
  eachStage(fleet, ({ name: stage, checks = [] }, at) => {
    const hubs = [...fleet.hubs.values()].filter(({ file }) => file.value.stage === stage);
    if (hubs.length === 0) return [];
    const known = new Set(hubs.flatMap((hub) => (settingsOf(hub).checks ?? []).map(({ name }) => `extra/${name}`)));
    return checks.flatMap((check, index) => {
      if (check === "hub" || known.has(check)) return [];
      const hint = nameHint(check, ["hub", ...known]);
      const message = `no hub of stage "${stage}" has the check "${check}"`;
      const place = at("checks", index);
      return [new HubfleetError("UNKNOWN_CHECK", { message, ...(hint === undefined ? {} : { hint }), at: place })];
    });
  });

/** Said only: people leave and hubs move at night, and that must not stop a live change. The gate stays shut. */
export const stagesCanBePassed: Rule = (fleet) =>
  eachStage(fleet, ({ name, hubs, signoffs = [] }, at) => {
    const people = fleet.written.fleet?.value.people ?? [];
    const members = [...fleet.hubs.values()].filter(({ file }) => file.value.stage === name).length;
    const few =
      hubs === undefined || hubs <= members
        ? []
        : [cannotPass(`stage "${name}" asks for ${hubs} hubs and has ${members}`, "ask for fewer", at("hubs"))];
    const lacking = signoffs.flatMap(({ role, count = 1, noObjectionWithin }, index) => {
      const able = people.filter(({ roles = ["operator"] }) => roles.includes(role)).length;
      if (role === undefined || able >= count || noObjectionWithin !== undefined) return [];
      const message = `stage "${name}" asks for ${count} of role "${role}", and \`people\` has ${able}`;
      return [cannotPass(message, `give the role to somebody in \`people\``, at("signoffs", index))];
    });
    return [...few, ...lacking];
  });

type At = (...steps: ValuePath) => ReturnType<YamlDocument["position"]>;

function eachStage(
  { written }: LayeredFleet,
  judge: (
    stage: WrittenStage,
    at: At,
    place: { before: string | undefined; index: number; isLast: boolean },
  ) => HubfleetError[],
): HubfleetError[] {
  const { fleet } = written;
  const stages = fleet?.value.stages ?? [];
  return stages.flatMap((stage, index) => {
    const at: At = (...steps) => fleetPosition(fleet?.document, ["stages", index, ...steps]);
    return judge(stage, at, { before: stages[index - 1]?.name, index, isLast: index === stages.length - 1 });
  });
}

function fleetPosition(
  document: YamlDocument | undefined,
  path: ValuePath,
  part: "key" | "value" = "value",
): ReturnType<YamlDocument["position"]> {
  return document?.position(path, part) ?? { path: "fleet.yaml", line: 1, column: 1 };
}

function unknownZone(timezone: string, at: ReturnType<At>): HubfleetError {
  const near = nearestName(timezone, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
  const hint =
    near === undefined ? "write it as a place, for example Europe/Berlin, or UTC" : `did you mean "${near}"?`;
  return new HubfleetError("UNKNOWN_TIME_ZONE", { message: `there is no time zone "${timezone}"`, hint, at });
}

function noSuchDate(date: string, at: ReturnType<At>): HubfleetError {
  return new HubfleetError("FREEZE_DATES", { message: `no calendar has "${date}"`, hint: "correct it", at });
}

function twice(what: string, at: ReturnType<At>): HubfleetError {
  return new HubfleetError("DUPLICATE_ITEM", { message: `${what} is there twice`, hint: "merge them", at });
}

function cannotPass(message: string, hint: string, at: ReturnType<At>): HubfleetError {
  return new HubfleetError("STAGE_CANNOT_PASS", { message, hint, at });
}

/** Names that were there before, with their place in the list; those of a wrong form are gone. */
function repeated(names: readonly (string | undefined)[]): [string, number][] {
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index ? [[name, index] satisfies [string, number]] : [],
  );
}
