import type { ChangesReport } from "../../../app/report-use-cases.ts";
import type { ReportedChange } from "../../../bundle/report/reported-change.ts";
import { counted } from "../../../bundle/words.ts";
import { stateDocument } from "../bundle/bundle-document.ts";
import type { ReportSection } from "./report-sections.ts";
import { minuteOf, timeWords } from "./time-words.ts";

/** Each change is a heading, with what it was in detail below. */
export function changesSections(report: ChangesReport): readonly ReportSection[] {
  const { changes, hasHistory } = report;
  const recorded = changes.filter(({ record }) => record !== undefined).length;
  const lines = [
    `${counted(recorded, "change is", "changes are")} on record, ${counted(changes.length - recorded, "commit")} to the fleet's files`,
    ...(hasHistory ? [] : ["Git's history is not here, so commits are not in it"]),
    ...(changes.some(({ known }) => known === "claimed" || known === "commit")
      ? ['who: "claimed" and "commit" are names that nobody proved']
      : []),
  ];
  const [since, until] = [report.since.getTime(), report.until.getTime()];
  return [{ title: `changes ${timeWords({ since, until })}`, lines }, ...changes.map(changeSection)];
}

/** For programs. Fields are added, never changed, within a version. */
export function changesDocument({ since, until, changes, hasHistory, standing }: ChangesReport): object {
  return {
    version: 1,
    since,
    until,
    history: hasHistory,
    changes: changes.map(({ at, record, commit, ...rest }) => ({
      at: new Date(at),
      ...rest,
      record: record ?? null,
      commit: commit ?? null,
    })),
    state: stateDocument(standing),
  };
}

const mostDetails = 25;

function changeSection({ at, who, known, target, what, details, record, commit }: ReportedChange): ReportSection {
  const source = record === undefined ? `commit ${commit?.slice(0, 12) ?? ""}` : `record ${record.slice(0, 12)}`;
  const shown = details.slice(0, mostDetails);
  const more = details.length - shown.length;
  return {
    title: `${minuteOf(at)} ${target}: ${what}`,
    lines: [
      `by ${who} (${known}), ${source}`,
      ...shown,
      ...(more === 0 ? [] : [`and ${more} more: -o json has all of them`]),
    ],
  };
}
