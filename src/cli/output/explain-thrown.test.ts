import { describe, expect, it } from "vitest";

import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { exitCodes } from "../exit-codes.ts";
import { explainThrown } from "./explain-thrown.ts";

const circumstances = { version: "1.2.3", command: ["status"], colors: false, format: "table" } as const;
const at = { path: "platform.yaml", line: 12, column: 8, length: 3, excerpt: "  hub: hub" };
const problem = new HubfleetError("YAML_INVALID", { message: "it is no YAML", hint: "mend it", at });

describe("what ended a command", () => {
  it("is told to people in words", () => {
    const { text, data, exitCode } = explainThrown(problem, circumstances);

    expect(text).toContain("error YAML_INVALID  platform.yaml:12:8");
    expect(data).toBeUndefined();
    expect(exitCode).toBe(exitCodes.usage);
  });

  it("is one document for programs that asked for JSON, all problems in it", () => {
    const unreachable = new HubfleetError("HUB_UNREACHABLE", { message: "no answer", retry: "later" });

    const { text, data, exitCode } = explainThrown(new HubfleetErrors([problem, unreachable]), {
      ...circumstances,
      format: "json",
    });

    expect(text).toBe("");
    expect(JSON.parse(data ?? "")).toEqual({
      version: 1,
      problems: [
        {
          code: "YAML_INVALID",
          message: "it is no YAML",
          hint: "mend it",
          path: "platform.yaml",
          line: 12,
          column: 8,
          length: 3,
        },
        {
          code: "HUB_UNREACHABLE",
          message: "no answer",
          hint: null,
          path: null,
          line: null,
          column: null,
          length: null,
        },
      ],
    });
    expect(exitCode).toBe(exitCodes.failed);
  });

  it("is YAML where that was asked for", () => {
    expect(explainThrown(problem, { ...circumstances, format: "yaml" }).data).toContain("  - code: YAML_INVALID\n");
  });

  it("asks for a report of what nobody expected, beside the document", () => {
    const { text, data } = explainThrown(new TypeError("x is not a function"), { ...circumstances, format: "json" });

    expect(JSON.parse(data ?? "")).toMatchObject({ problems: [{ code: "UNEXPECTED" }] });
    expect(text).toContain("This is a defect of hubfleet 1.2.3 (command: status)");
  });
});
