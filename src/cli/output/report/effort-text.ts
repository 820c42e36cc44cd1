import type { EffortReport } from "../../../app/report-use-cases.ts";
import type { PersonEffort } from "../../../bundle/report/effort.ts";
import { counted, durationWords } from "../../../bundle/words.ts";
import { stateDocument } from "../bundle/bundle-document.ts";
import type { ReportSection } from "./report-sections.ts";
import { timeWords } from "./time-words.ts";

/** What is known, and then what is not. */
export function effortSections({ effort }: EffortReport): readonly ReportSection[] {
  const { deeds, doers, people, waits, records } = effort;
  const counts = deeds.map(({ deed, count, by }) => [deed, ...doers.map((id) => String(by[id] ?? "")), String(count)]);
  const written = people.flatMap(({ id, written: own }) => own.map((one) => ({ id, ...one })));
  return [
    { title: `effort ${timeWords(effort)}`, lines: [`${counted(records, "record")} of that time`] },
    ...(counts.length === 0
      ? []
      : [{ title: "what was done", table: { header: ["DEED", ...doers, "ALL"], rows: counts } }]),
    ...(people.length === 0
      ? []
      : [{ title: "time at it", table: { header: peopleHeader, rows: people.map(personRow) } }]),
    ...(written.length === 0
      ? []
      : [
          {
            title: "written down by people",
            table: {
              header: ["DAY", "WHO", "TIME", "ON"],
              rows: written.map(({ at, id, minutes, on }) => [dayOf(at), id, durationWords(minutes * 60_000), on]),
            },
          },
        ]),
    ...(waits.length === 0
      ? []
      : [
          {
            title: "how long it took, or was so",
            table: {
              header: ["WHAT", "TIMES", "MEDIAN", "LONGEST", "ALL", "NOT OVER"],
              rows: waits.map((wait) => [
                wait.what,
                String(wait.times),
                durationWords(wait.medianMilliseconds),
                durationWords(wait.longestMilliseconds),
                durationWords(wait.totalMilliseconds),
                wait.open === 0 ? "" : String(wait.open),
              ]),
            },
          },
        ]),
    { title: "what this does not know", lines: unknownWords(effort) },
  ];
}

/** For programs. Fields are added, never changed, within a version. Times are in milliseconds. */
export function effortDocument({ effort, standing }: EffortReport): object {
  const { since, until, records, claimed, deeds, people, waits } = effort;
  return {
    version: 1,
    since: new Date(since),
    until: new Date(until),
    records,
    claimed,
    deeds,
    people: people.map(({ written, ...rest }) => ({
      ...rest,
      written: written.map(({ at, minutes, on }) => ({ at: new Date(at), minutes, on })),
    })),
    waits,
    notKnown: unknownWords(effort),
    state: stateDocument(standing),
  };
}

const peopleHeader = ["WHO", "DAYS", "SITTINGS", "AT LEAST", "WRITTEN DOWN"];

function personRow({ id, days, sittings, atLeastMilliseconds, writtenMinutes }: PersonEffort): readonly string[] {
  const wrote = writtenMinutes === 0 ? "" : durationWords(writtenMinutes * 60_000);
  return [id, String(days), String(sittings), durationWords(atLeastMilliseconds), wrote];
}

function unknownWords({ claimed, deeds }: EffortReport["effort"]): readonly string[] {
  const all = deeds.reduce((sum, { count }) => sum + count, 0);
  return [
    "what people did between two records, before the first and after the last of a sitting: reading, writing, meetings (`hubfleet report spent` writes it down)",
    "what leaves no record: drafts with `up`, `apply`, locks, images, logs, users that were helped",
    ...(claimed === 0
      ? []
      : [`whether it was them: ${claimed} of ${counted(all, "deed")} are by names that nobody proved`]),
    "what a timer did under the name of a person: in a team of one, every record of a machine is that person's",
  ];
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
