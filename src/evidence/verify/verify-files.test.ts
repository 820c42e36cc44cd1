import { describe, expect, it } from "vitest";

import { aLine, anObservation, filesOf, fleetUuid, otherUuid } from "../../../test/support/evidence-files.ts";
import { type Files, sha256, withRecords } from "../../../test/support/evidence-history.ts";
import { judgeAsSceptic, listed } from "../../../test/support/judge-evidence.ts";
import { anchorOf, anchorText } from "../anchor.ts";
import { recordPath } from "../record.ts";
import { verifyFiles } from "./verify-files.ts";

const bundleText = "version: 1\nimages: {}\n";
const digest = `sha256:${sha256(bundleText)}`;
const line = aLine([
  anObservation(0),
  anObservation(1),
  anObservation(2, { subject: { hub: "campus", stage: "testing", bundle: digest } }),
]);
const [first, second, third] = line.map(({ name }) => name) as [string, string, string]; // as many as were written
const whole = withRecords(new Map([[`bundles/2026.11.01-${sha256(bundleText).slice(0, 8)}.yaml`, bundleText]]), line);
const anchor = { ...anchorOf(whole), name: "what was kept" };

/** With other files, and with the branch's own anchor of them. */
function changed(changes: Readonly<Record<string, string | undefined>>): Files {
  const files = new Map(whole);
  for (const [path, text] of Object.entries(changes)) {
    if (text === undefined) files.delete(path);
    else files.set(path, text);
  }
  return files.get("anchor.json") === whole.get("anchor.json")
    ? new Map([...files, ["anchor.json", anchorText(anchorOf(files))]])
    : files;
}

function alongside(...drafts: Parameters<typeof aLine>): Files {
  return withRecords(whole, aLine(...drafts));
}

describe("evidence as files", () => {
  const spaced = `${line[1]?.text.trimEnd()} \n`;
  const cases: readonly { readonly what: string; readonly files: Files; readonly found: readonly string[] }[] = [
    { what: "is whole", files: whole, found: [] },
    {
      what: "shows a record that was edited",
      files: changed({ [recordPath(second)]: line[1]?.text.replace("passed", "failed") }),
      found: [`missing ${second}`, `not-its-name ${recordPath(second)}`, "miscounted"],
    },
    {
      what: "shows a record that was put under another name",
      files: changed({ [recordPath("0".repeat(64))]: line[1]?.text }),
      found: [`not-its-name ${recordPath("0".repeat(64))}`],
    },
    {
      what: "shows a record that is written in another way",
      files: changed({ [recordPath(sha256(spaced))]: spaced }),
      found: [`no-record ${recordPath(sha256(spaced))}`],
    },
    {
      what: "shows a record that is gone",
      files: changed({ [recordPath(second)]: undefined }),
      found: [`missing ${second}`, "miscounted"],
    },
    {
      what: "shows an end that was cut off",
      files: changed({ [recordPath(third)]: undefined }),
      found: [`lost ${third}`],
    },
    {
      what: "shows a record of another fleet",
      files: alongside([anObservation(3, { fleet: otherUuid })], [third]),
      found: ["foreign"],
    },
    {
      what: "shows a record that is said once more",
      files: alongside([anObservation(0)], [third]),
      found: ["replayed"],
    },
    {
      what: "shows a history that was put beside it",
      files: alongside([anObservation(3), anObservation(4)]),
      found: ["unrelated"],
    },
    {
      what: "shows a bundle that was edited",
      files: changed({ [`bundles/2026.11.01-${sha256(bundleText).slice(0, 8)}.yaml`]: `${bundleText}more: 1\n` }),
      found: ["bundle-changed", `bundle-missing ${digest}`],
    },
    {
      what: "shows a bundle that is gone",
      files: changed({ [`bundles/2026.11.01-${sha256(bundleText).slice(0, 8)}.yaml`]: undefined }),
      found: [`bundle-missing ${digest}`],
    },
    {
      what: "shows a lock that is none",
      files: changed({ [`locks/${"a".repeat(64)}`]: "x==1\n" }),
      found: ["lock-changed"],
    },
    {
      what: "shows an anchor of its own that is not so",
      files: changed({ "anchor.json": whole.get("anchor.json")?.replace(/"records":\d/, '"records":2') }),
      found: ["own-anchor"],
    },
  ];

  it.each(cases)("$what", ({ files, found }) => {
    const { findings } = verifyFiles(files, { fleet: fleetUuid, anchors: [anchor] });

    const kinds = listed(findings);
    expect(kinds.map((one) => found.find((expected) => one.startsWith(expected)) ?? one)).toEqual([...found].sort());
    expect(judgeAsSceptic(files, anchor, fleetUuid)).toEqual(kinds);
  });

  it.each(cases)("without an anchor is judged alike by both verifiers: $what", ({ files }) => {
    const { findings } = verifyFiles(files, { fleet: undefined, anchors: [] });

    expect(judgeAsSceptic(files, undefined, undefined)).toEqual(listed(findings));
  });

  it("says how much an anchor speaks for: what came after it, and what was written beside it", () => {
    const early = { ...anchorOf(filesOf(line.slice(0, 2))), name: "early" };
    const files = withRecords(whole, aLine([anObservation(7)], [first]));

    const { coverage, findings } = verifyFiles(files, { fleet: fleetUuid, anchors: [early] });

    expect(coverage).toEqual([{ anchor: early, covered: 2, after: 1, beside: 1 }]);
    expect(findings).toEqual([]);
  });

  it("takes the fleet of most records for its own where nobody says which it is", () => {
    const files = alongside([anObservation(3, { fleet: otherUuid })], [third]);

    const { findings } = verifyFiles(files, { fleet: undefined, anchors: [] });

    expect(findings).toMatchObject([{ kind: "foreign", words: `it is of another fleet: ${otherUuid}` }]);
  });
});
