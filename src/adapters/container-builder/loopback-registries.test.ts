import { expect, it } from "vitest";

import { registriesOf, withLoopback } from "./loopback-registries.ts";

it("knows the registries of a Dockerfile, once each", () => {
  const text = [
    "FROM quay.io/jupyter/base:1 AS one",
    "FROM python:3.11",
    "FROM 127.0.0.1:5000/base@sha256:0",
    "COPY --from=one /a /b",
    "COPY --from=quay.io/other/tool:2 /a /b",
  ].join("\n");

  expect(registriesOf(text)).toEqual(["quay.io", "docker.io", "127.0.0.1:5000"]);
});

it("allows plain HTTP for this machine's registries and no others", () => {
  const conf = withLoopback('unqualified-search-registries = ["docker.io"]\n', [
    "quay.io",
    "127.0.0.1:5000",
    "localhost",
    "127.0.0.1.example.org:5000",
  ]);

  expect(conf).toBe(
    [
      'unqualified-search-registries = ["docker.io"]',
      "",
      "[[registry]]",
      'location = "127.0.0.1:5000"',
      "insecure = true",
      "",
      "[[registry]]",
      'location = "localhost"',
      "insecure = true",
      "",
    ].join("\n"),
  );
});

it.each([
  ["no registry is on this machine", "", ["quay.io"]],
  ["the operator has named it", '[[registry]]\nlocation = "127.0.0.1:5000"\n', ["127.0.0.1:5000"]],
  ["the file has the first format", "[registries.insecure]\nregistries = []\n", ["127.0.0.1:5000"]],
])("adds nothing where %s", (_, conf, registries) => {
  expect(withLoopback(conf, registries)).toBeUndefined();
});
