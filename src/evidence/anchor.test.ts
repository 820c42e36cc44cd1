import { describe, expect, it } from "vitest";

import { aLine, anObservation, filesOf } from "../../test/support/evidence-files.ts";
import { anchorOf, anchorText, parseExportedAnchor, recordFiles } from "./anchor.ts";
import { mergeStateDocuments } from "./merge-documents.ts";
import { readRecords } from "./read-records.ts";

const line = aLine([anObservation(0), anObservation(1)]);
const files = filesOf(line);
const nothing = readRecords(new Map());

describe("an anchor", () => {
  it("names the last records, and says how many there are", () => {
    expect(anchorOf(files)).toEqual({ heads: [line[1]?.name], records: 2 });
    expect(anchorOf(new Map())).toEqual({ heads: [], records: 0 });
  });

  it("reads as it was written, and nothing else is one", () => {
    const text = anchorText(anchorOf(files));

    expect(parseExportedAnchor(text, "anchor.json")).toEqual({ version: 1, ...anchorOf(files) });
    for (const other of ["{", "{}", text.replace(":1}", ":2}"), text.replace('"heads":["', '"heads":["x')]) {
      expect(() => parseExportedAnchor(other, "anchor.json")).toThrow(
        expect.objectContaining({ code: "ANCHOR_INVALID" }) as Error,
      );
    }
  });

  it("is written with every record, and with none it is not", () => {
    const written = recordFiles(nothing, [anObservation(0), anObservation(1)]);

    expect(written).toEqual(new Map([...files, ["anchor.json", anchorText(anchorOf(files))]]));
    expect(recordFiles(readRecords(files), [])).toEqual(new Map());
  });

  it("is made anew of all records where two wrote without knowing of each other", () => {
    const base = recordFiles(nothing, [anObservation(0)]);
    const [ours, theirs] = [anObservation(1), anObservation(2)].map((draft) => recordFiles(readRecords(base), [draft]));
    const all = new Map([...base, ...(ours ?? []), ...(theirs ?? [])]);
    const versions = {
      base: base.get("anchor.json"),
      ours: ours?.get("anchor.json"),
      theirs: theirs?.get("anchor.json"),
    };

    const merged = mergeStateDocuments("anchor.json", versions, all);

    expect(merged).toEqual({ kind: "merged", text: anchorText(anchorOf(all)) });
    expect(anchorOf(all)).toMatchObject({ records: 3, heads: [expect.anything(), expect.anything()] });
  });
});
