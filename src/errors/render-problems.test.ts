import { describe, expect, it } from "vitest";

import { HubfleetError } from "./hubfleet-error.ts";
import { renderProblems } from "./render-problems.ts";

const plain = { colors: false };
const at = { path: "hubs/alpha.yaml", line: 12, column: 8, length: 4, excerpt: "stage: prod" };

describe("renderProblems", () => {
  it("shows code, place, excerpt with caret, and hint", () => {
    const problem = new HubfleetError("UNKNOWN_STAGE", { message: 'there is no stage "prod"', hint: "known: x", at });

    expect(renderProblems([problem], plain)).toBe(
      [
        "error UNKNOWN_STAGE  hubs/alpha.yaml:12:8",
        '  there is no stage "prod"',
        "  12 │ stage: prod",
        "     │        ^^^^",
        "  hint: known: x",
        "",
      ].join("\n"),
    );
  });

  it("puts an empty line between problems and nothing for none", () => {
    const problem = new HubfleetError("NOT_A_FLEET", { message: "there is no fleet.yaml here" });

    expect(renderProblems([problem, problem], plain).split("\n\n")).toHaveLength(2);
    expect(renderProblems([], plain)).toBe("");
  });

  it("keeps the caret below its text after tabs and wide letters", () => {
    const excerpt = "\t名前: x";
    const problem = new HubfleetError("INVALID_VALUE", { message: "m", at: { ...at, column: 6, length: 1, excerpt } });

    expect(renderProblems([problem], plain).split("\n").slice(2, 4)).toEqual(["  12 │ \t名前: x", "     │ \t      ^"]);
  });

  it("cuts a long line around the caret", () => {
    const excerpt = `${"a".repeat(300)}HERE${"b".repeat(300)}`;
    const problem = new HubfleetError("INVALID_VALUE", { message: "m", at: { ...at, column: 301, excerpt } });

    const [, , line = "", caret = ""] = renderProblems([problem], plain).split("\n");
    expect(line.length).toBeLessThan(120);
    expect(line.slice(caret.indexOf("^"), caret.lastIndexOf("^") + 1)).toBe("HERE");
  });

  it("lets no text steer the terminal", () => {
    const evil = "x\u001B[2J\u0007\u009B31m\u202E";
    const problem = new HubfleetError("INVALID_VALUE", {
      message: evil,
      hint: evil,
      at: { ...at, path: evil, excerpt: evil },
    });

    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(renderProblems([problem], plain)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  });

  it("paints only when asked", () => {
    const problem = new HubfleetError("UNKNOWN_STAGE", { message: "m", at });

    expect(renderProblems([problem], { colors: true })).toContain("\u001B[31merror UNKNOWN_STAGE\u001B[0m");
    expect(renderProblems([problem], { ...plain, severity: "warning" })).toMatch(/^warning UNKNOWN_STAGE/);
  });
});
