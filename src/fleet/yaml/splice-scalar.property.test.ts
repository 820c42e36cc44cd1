import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

import { madeYaml, trickyText } from "../../../test/support/arbitrary-yaml.ts";
import { isSafePlain } from "./splice-text.ts";
import { spliceScalar } from "./splice-scalar.ts";

const wellFormed = trickyText.filter((value) => value.isWellFormed());

it("sets one value, and leaves every other value and byte as it was", () => {
  fc.assert(
    fc.property(madeYaml, wellFormed, fc.nat(), ({ text, values, comments }, value, pick) => {
      const chosen = values[pick % Math.max(1, values.length)];
      if (chosen === undefined) return;

      const spliced = spliceScalar("values.yaml", text, chosen.path, value);

      const [first, ...others] = parsed(text);
      const expected = withValue(first, chosen.path, value);
      if (chosen.isAliased) expected["uses-anchor"] = value; // what follows an anchor follows
      expect(parsed(spliced.text)).toEqual([expected, ...others]);
      expect(spliced.text.slice(0, chosen.start)).toBe(text.slice(0, chosen.start));
      const after = text.slice(chosen.end);
      expect(spliced.text.endsWith(after)).toBe(true);
      const between = spliced.text.slice(chosen.start, spliced.text.length - after.length);
      const noted = comments.filter((note) => text.slice(chosen.start, chosen.end).includes(note));
      expect(noted.filter((note) => !between.includes(note))).toEqual([]);

      expect(spliceScalar("values.yaml", spliced.text, chosen.path, value)).toMatchObject({
        text: spliced.text,
        before: value,
        isChanged: false,
      });
    }),
    { numRuns: 1_000 },
  );
});

it("leaves bare only what readers of YAML 1.1 and 1.2 take for the same text", () => {
  fc.assert(
    fc.property(wellFormed, fc.boolean(), (value, isInFlow) => {
      if (!isSafePlain(value, { isInFlow })) return;
      for (const version of ["1.1", "1.2"] as const) {
        const [document] = parseAllDocuments(isInFlow ? `{a: ${value}, b: 1}` : `a: ${value} # b\n`, { version });
        expect((document as ReturnType<typeof parseAllDocuments>[number] & { toJS(): unknown }).toJS()).toMatchObject({
          a: value,
        });
      }
    }),
    { numRuns: 1_000 },
  );
});

function parsed(text: string): unknown[] {
  return parseAllDocuments(text, { uniqueKeys: false }).map((document) => structuredClone(document.toJS() as unknown));
}

function withValue(root: unknown, path: readonly (string | number)[], value: string): Record<string, unknown> {
  const copy = structuredClone(root) as Record<string, unknown>;
  let parent = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
  parent[path.at(-1) ?? ""] = value;
  return copy;
}
