import { describe, expect, it } from "vitest";

import { readCommandLine } from "../../test/support/a-command-line.ts";
import { commands } from "./commands.ts";

/** The least that each command wants to be told. */
const least: Readonly<Record<string, readonly string[]>> = {
  check: ["hub/x"],
  config: ["hub/x"],
  destroy: ["--all"],
  exec: ["hub/x", "--", "true"],
  explain: ["access.users"],
  init: ["x"],
  hold: ["hub/x", "--reason", "x"],
  logs: ["hub/x"],
  render: ["hub/x"],
  promote: ["x", "--to", "y"],
  restart: ["hub/x"],
  resume: ["hub/x"],
  rollback: ["hub/x"],
  signoff: ["x", "--stage", "y"],
  "stop-servers": ["hub/x"],
  why: ["hub/x"],
};

describe("every command", () => {
  const withJson = commands.filter(({ formats }) => formats === undefined || formats.includes("json"));

  it.each(withJson.map(({ name }) => name))("knows before it begins that %s is to answer in JSON", async (name) => {
    const words = [...name.split(" "), ...(least[name] ?? [])];

    expect(await readCommandLine([...words, "-o", "json"])).toMatchObject({ kind: "understood", format: "json" });
    expect(await readCommandLine(["--json", ...words])).toMatchObject({ kind: "understood", format: "json" });
    expect(await readCommandLine(words)).toMatchObject({ kind: "understood", format: "table" });
  });

  // What follows `--` of exec belongs to another program.
  const others = commands.filter(({ name }) => name !== "exec");

  it.each(others.map(({ name }) => name))("says what is wrong with an option that %s does not have", async (name) => {
    expect(await readCommandLine([...name.split(" "), ...(least[name] ?? []), "--no-such-option"])).toMatchObject({
      kind: "refused",
      told: expect.stringContaining("--no-such-option") as string,
    });
  });
});
