import { expect, it } from "vitest";

import { builderEnvironment } from "./builder-environment.ts";

const shell: Readonly<Record<string, string>> = {
  PATH: "/usr/bin",
  DOCKER_HOST: "unix:///run/docker.sock",
  LANG: "",
  AWS_SECRET_ACCESS_KEY: "of-the-cloud",
  GOOGLE_APPLICATION_CREDENTIALS: "/key.json",
  HUB_CLIENT_SECRET: "of-the-hub",
};

it.each([
  { registries: ["quay.io"], names: ["PATH", "DOCKER_HOST"] },
  { registries: [], names: ["PATH", "DOCKER_HOST"] },
  {
    registries: ["quay.io", "123456789012.dkr.ecr.us-west-2.amazonaws.com"],
    names: ["PATH", "DOCKER_HOST", "AWS_SECRET_ACCESS_KEY"],
  },
  { registries: ["europe-docker.pkg.dev"], names: ["PATH", "DOCKER_HOST", "GOOGLE_APPLICATION_CREDENTIALS"] },
  { registries: ["amazonaws.com.example.org", "notgcr.io"], names: ["PATH", "DOCKER_HOST"] },
])("gives a builder that takes from $registries only $names", ({ registries, names }) => {
  expect(Object.keys(builderEnvironment((name) => shell[name], registries))).toEqual(names);
});
