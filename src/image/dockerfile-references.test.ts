import { expect, it } from "vitest";

import { dockerfileReferences } from "./dockerfile-references.ts";

const digest = `sha256:${"0".repeat(64)}`;

it("names every image that a Dockerfile takes something from, and none of its own stages", () => {
  const text = [
    "ARG BASE=quay.example.org/base:1.2",
    `FROM --platform=linux/amd64 ghcr.example.org/builder@${digest} AS Build`,
    "FROM ${BASE}",
    "FROM $MISSING as late",
    "from scratch",
    "COPY --from=build /x /x",
    "COPY --chown=1:1 --from=busybox:latest /bin/sh /sh",
    "RUN --mount=type=bind,from=tools:2,target=/t true",
    "# FROM commented:out",
    "COPY --from=1 /y /y",
  ].join("\n");

  expect(dockerfileReferences(text).map(({ name, line, column }) => [name, line, column])).toEqual([
    [`ghcr.example.org/builder@${digest}`, 2, 29],
    ["quay.example.org/base:1.2", 3, 6],
    ["$MISSING", 4, 6],
    ["busybox:latest", 7, 25],
    ["tools:2", 8, 28],
  ]);
});
