import { describe, expect, it } from "vitest";

import { selectSteps, standardSteps } from "./select-steps.ts";

const everything = [...standardSteps, "extra/climate", "extra/ocean"];

describe("selectSteps", () => {
  it.each([
    [undefined, everything],
    [["user"], ["user"]],
    [["server"], ["user", "server"]],
    [["kernel"], ["user", "server", "kernel"]],
    [["dask"], ["user", "server", "kernel", "dask"]],
    [["compute"], ["user", "server", "kernel", "dask", "compute"]],
    [
      ["adapt", "scale"],
      ["user", "server", "kernel", "dask", "scale", "adapt"],
    ],
    [["extra/ocean"], ["user", "server", "extra/ocean"]],
    [["extra"], ["user", "server", "extra/climate", "extra/ocean"]],
  ])("%j takes what it needs along, in order", (only, expected) => {
    expect([...selectSteps(["climate", "ocean"], only)]).toEqual(expected);
  });

  it.each([
    ["kernle", 'did you mean "kernel"?'],
    ["extra/ocaen", 'did you mean "extra/ocean"?'],
  ])("refuses %s with the nearest name", (name, hint) => {
    expect(() => selectSteps(["ocean"], [name])).toThrow(expect.objectContaining({ code: "UNKNOWN_STEP", hint }));
  });

  it("refuses extra checks where there are none", () => {
    expect(() => selectSteps([], ["extra"])).toThrow(expect.objectContaining({ code: "UNKNOWN_STEP" }));
  });
});
