import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";

import { aFleet } from "../../test/support/a-fleet.ts";
import { goodFleet, hubSettings } from "../../test/support/arbitrary-fleet.ts";
import type { HubfleetError } from "../errors/hubfleet-error.ts";
import { renderProblems } from "../errors/render-problems.ts";
import { mergeSettings } from "./merge-settings.ts";

const places = fc.constantFrom(
  "fleet.yaml",
  "platform.yaml",
  "hubs/beta.yaml",
  "clusters/here.yaml",
  "groups/a.yaml",
  "images/lab/image.yaml",
  "secrets/a.enc.yaml",
  "experiments/x.yaml",
  "images/lab/requirements.txt",
);

/** Words that mean something, so that arbitrary documents get past the first check. */
const words = fc.constantFrom(
  "version",
  "images",
  "profiles",
  "access",
  "users",
  "login",
  "kind",
  "groups",
  "hubs",
  "stages",
  "chartValues",
  "jupyterhub",
  "id",
  "name",
  "port",
  "cluster",
  "provider",
  "sops",
  "<<",
  "__proto__",
  "constructor",
  "toString",
  "environment",
  "hubConfig",
  "variants",
);
const anyDocument = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(1, 2, 1.5, true, null, "a", "hub", "here", "local", "1G", Number.NaN),
    fc.string({ maxLength: 8 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(words, fc.string({ maxLength: 5 })), tie("value"), { maxKeys: 5 }),
  ),
})).value;

/** Text that is nearly YAML. */
const yamlPieces = fc
  .array(
    fc.constantFrom(
      "a",
      ": ",
      "- ",
      "\n",
      "  ",
      "\t",
      "[",
      "]",
      "{",
      "}",
      "&a ",
      "*a",
      "!!str ",
      "'",
      '"',
      "|",
      ">",
      "#",
      "?",
      ",",
      "---\n",
      "...\n",
      "%YAML 1.1\n",
      "<<: ",
      "version: 1\n",
      "é",
      "😀",
      "\r\n",
      "\uFEFF",
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(""));

function positionsOf(
  problems: readonly HubfleetError[],
  path: string,
): { line: number; column: number; length: number }[] {
  return problems.flatMap(({ at }) => (at?.path === path ? [{ length: 1, ...at }] : []));
}

describe("readFleet", () => {
  it("never throws, and places every problem inside its file, whatever the bytes", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        places,
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          yamlPieces.map((text) => new TextEncoder().encode(text)),
        ),
        (path, bytes) => {
          const { problems, warnings } = aFleet().withFile(path, bytes).read();

          const lines = new TextDecoder("utf-8").decode(bytes).split("\n");
          for (const { line, column, length } of positionsOf([...problems, ...warnings], path)) {
            expect(line).toBeLessThanOrEqual(lines.length);
            expect(column + length - 1).toBeLessThanOrEqual(Math.max(1, (lines[line - 1] ?? "").length + 1));
          }
          renderProblems(problems, { colors: true });
        },
      ),
      { numRuns: 600 },
    );
  });

  it("never throws whatever the YAML says, and pollutes no prototype", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(places, anyDocument, (path, document) => {
        const { problems, fleet } = aFleet().withFile(path, stringify(document)).read();

        expect(fleet === undefined).toBe(problems.length > 0);
        expect(Object.keys(Object.prototype)).toEqual([]);
        renderProblems(problems, { colors: false });
      }),
      { numRuns: 600 },
    );
  });

  it("reads every good fleet, the same each time", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(goodFleet, (builder) => {
        const first = builder.read();
        const second = builder.read();

        expect(first.problems).toEqual([]);
        expect(JSON.stringify([...(first.fleet?.hubs ?? [])])).toBe(JSON.stringify([...(second.fleet?.hubs ?? [])]));
      }),
      { numRuns: 200 },
    );
  });

  it("knows a layer for every value of every good fleet", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(goodFleet, (builder) => {
        const { fleet, hubs } = builder.read();

        for (const hub of hubs.values()) {
          for (const key of Object.keys(hub.settings)) {
            const layers = fleet?.origins.layers(`hubs.${hub.name}.${key}`) ?? [];
            expect(layers.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("mergeSettings", () => {
  it("is associative", () => {
    fc.assert(
      fc.property(hubSettings, hubSettings, hubSettings, (a, b, c) => {
        const left = mergeSettings(mergeSettings(a, b), c);
        const right = mergeSettings(a, mergeSettings(b, c));

        expect(plain(left)).toEqual(plain(right));
      }),
    );
  });

  it("changes nothing with an empty layer or the same layer again", () => {
    fc.assert(
      fc.property(hubSettings, (a) => {
        expect(plain(mergeSettings(a, {}))).toEqual(plain(a));
        expect(plain(mergeSettings({}, a))).toEqual(plain(a));
        expect(plain(mergeSettings(a, a))).toEqual(plain(a));
      }),
    );
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(hubSettings, hubSettings, (a, b) => {
        expect(plain(mergeSettings(reversed(a), reversed(b)))).toEqual(plain(mergeSettings(a, b)));
      }),
    );
  });
});

/** Without the difference between maps that have a prototype and maps that do not. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function reversed(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings)
      .toReversed()
      .map(([key, value]) => [key, isPlainMap(value) ? reversed(value) : value]),
  );
}

function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
