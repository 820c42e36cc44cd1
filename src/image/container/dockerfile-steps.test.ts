import { expect, it } from "vitest";

import { dockerfileSteps } from "./dockerfile-steps.ts";

it("names each instruction with the line that it begins in", () => {
  const text = [
    "# syntax=docker/dockerfile:1",
    "FROM base AS one",
    "",
    "RUN apt-get update \\",
    "    # why this one",
    "    && apt-get install -y git \\",
    "",
    "    curl",
    "copy --from=one /a /b",
  ].join("\n");

  const steps = dockerfileSteps(text);

  expect(steps.map(({ instruction, words, line }) => [instruction, words, line])).toEqual([
    ["FROM", "base AS one", 2],
    ["RUN", "apt-get update && apt-get install -y git curl", 4],
    ["COPY", "--from=one /a /b", 9],
  ]);
});

it("takes a here-document for part of its instruction", () => {
  const steps = dockerfileSteps("RUN <<EOF\nFROM nothing\nEOF\nUSER 1000\n");

  expect(steps.map(({ instruction, line }) => [instruction, line])).toEqual([
    ["RUN", 1],
    ["USER", 4],
  ]);
});

it("knows no instruction in an empty text", () => {
  expect(dockerfileSteps("")).toEqual([]);
});
