import { expect, it } from "vitest";

import { explainFailure, strangeBase } from "./build-failure.ts";
import { createBuildTranscript } from "./build-transcript.ts";

const request = { name: "lab", platform: "linux/arm64", dockerfile: "/fleet/images/lab/Dockerfile" };
const base = `127.0.0.1:5000/base@sha256:${"0".repeat(64)}`;
const dockerfile = `FROM ${base}\nENV A=b\nRUN echo one \\\n  && echo two >&2 && exit 3\nCOPY nope /x\n`;
const props = { kind: "buildah", dockerfile, platform: "linux/amd64" } as const;

/** What builders say, word for word. */
const cases = [
  {
    name: "buildah, a RUN step",
    said: [
      `STEP 1/4: FROM ${base}`,
      "STEP 2/4: ENV A=b",
      "--> d273c14791c",
      "STEP 3/4: RUN echo one   && echo two >&2 && exit 3",
      "one",
      "two",
      'Error: building at STEP "RUN echo one   && echo two >&2 && exit 3": while running runtime: exit status 3',
    ],
    code: "BUILD_FAILED",
    message: '"lab" for linux/arm64 could not be built: RUN ended with exit status 3\n  one\n  two',
    line: 3,
  },
  {
    name: "BuildKit, a RUN step",
    said: [
      `#4 [1/2] FROM ${base}`,
      "#4 CACHED",
      "#5 [2/2] RUN echo one   && echo two >&2 && exit 3",
      "#5 0.102 one",
      "#5 0.103 two",
      "#5 ERROR: executor failed running [/bin/sh -c echo one   && echo two >&2 && exit 3]: exit code: 3",
      "------",
      " > [2/2] RUN echo one   && echo two >&2 && exit 3:",
      "0.102 one",
      "------",
      "ERROR: failed to build: failed to solve: executor failed running [/bin/sh -c …]: exit code: 3",
    ],
    code: "BUILD_FAILED",
    message: '"lab" for linux/arm64 could not be built: RUN ended with exit status 3\n  one\n  two',
    line: 3,
  },
  {
    name: "BuildKit, a COPY step, with its place",
    said: [
      "#6 [3/3] COPY nope /x",
      '#6 ERROR: failed to calculate checksum of ref abc: "/nope": not found',
      "Dockerfile:5",
      "--------------------",
      "   5 | >>> COPY nope /x",
      "--------------------",
      'ERROR: failed to build: failed to solve: failed to compute cache key: "/nope": not found',
    ],
    code: "BUILD_FAILED",
    message:
      '"lab" for linux/arm64 could not be built: COPY failed\n  failed to build: failed to solve: failed to compute cache key: "/nope": not found',
    line: 5,
  },
  {
    name: "BuildKit, a Dockerfile that is none",
    said: ["ERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: ENW"],
    code: "BUILD_FAILED",
    message:
      '"lab" for linux/arm64 could not be built: ENV failed\n  failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: ENW',
    line: 2,
  },
  {
    name: "buildah, a base that is not there",
    said: [
      `STEP 1/4: FROM ${base}`,
      `Trying to pull ${base}...`,
      `Error: creating build container: initializing source docker://${base}: reading manifest sha256:0 in 127.0.0.1:5000/base: manifest unknown: manifest unknown`,
    ],
    code: "BASE_MISSING",
    message: `"lab" for linux/arm64 could not be built: the base "${base}" is not in its registry, or not for this platform`,
    line: 1,
  },
  {
    name: "BuildKit, a base that is not there",
    said: [
      `#3 [internal] load metadata for ${base}`,
      `#3 ERROR: ${base}: not found`,
      `ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to create LLB definition: ${base}: not found`,
    ],
    code: "BASE_MISSING",
    message: `"lab" for linux/arm64 could not be built: the base "${base}" is not in its registry, or not for this platform`,
    line: 1,
  },
  {
    name: "buildah, a registry that wants a login",
    said: [
      `Error: creating build container: initializing source docker://${base}: reading manifest x in 127.0.0.1:5000/base: unauthorized: authentication required`,
    ],
    code: "REGISTRY_DENIED",
    message: `"lab" for linux/arm64 could not be built: its registry does not give out the base "${base}": reading manifest x in 127.0.0.1:5000/base: unauthorized: authentication required`,
    line: 1,
  },
  {
    name: "BuildKit, a registry that is down",
    said: [
      `#3 [internal] load metadata for ${base}`,
      `#3 ERROR: failed to do request: Head "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused`,
      `ERROR: failed to solve: failed to do request: Head "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused`,
    ],
    code: "REGISTRY_UNREACHABLE",
    message: `"lab" for linux/arm64 could not be built: the registry of the base "${base}" does not answer: failed to do request: Head "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused`,
    line: 1,
  },
  {
    name: "a full disk, seen by a step",
    said: [
      "STEP 3/4: RUN echo one   && echo two >&2 && exit 3",
      "OSError: [Errno 28] No space left on device",
      'Error: building at STEP "RUN …": while running runtime: exit status 1',
    ],
    code: "DISK_FULL",
    message:
      '"lab" for linux/arm64 could not be built: the disk that buildah keeps images on is full\n  OSError: [Errno 28] No space left on device',
    line: undefined,
  },
  {
    name: "programs of another platform",
    said: [
      "STEP 3/4: RUN echo one   && echo two >&2 && exit 3",
      "exec /bin/sh: exec format error",
      'Error: building at STEP "RUN …": while running runtime: exit status 1',
    ],
    code: "EMULATION_MISSING",
    message:
      '"lab" for linux/arm64 could not be built: its RUN steps are programs for linux/arm64, which this machine (linux/amd64) cannot run (exec format error)',
    line: undefined,
  },
  {
    name: "a machine on which no container starts",
    said: [
      "STEP 3/4: RUN echo one   && echo two >&2 && exit 3",
      "error running container: from /usr/bin/crun creating container for [/bin/sh -c echo]: cgroups in hybrid mode not supported, drop all controllers from cgroupv2",
      'Error: building at STEP "RUN …": while running runtime: exit status 1',
    ],
    code: "BUILDER_UNUSABLE",
    message:
      "buildah cannot start a container on this machine: cgroups in hybrid mode not supported, drop all controllers from cgroupv2",
    line: undefined,
  },
];

it.each(cases)("explains $name", ({ said, code, message, line }) => {
  const transcript = createBuildTranscript();
  said.forEach((one) => transcript.add(one));

  const error = explainFailure(request, transcript, props);

  expect(error).toMatchObject({ code, message });
  expect(error.at?.line).toBe(line);
});

it("keeps a step's last lines, however many it says", () => {
  const transcript = createBuildTranscript();
  transcript.add("STEP 3/4: RUN echo one   && echo two >&2 && exit 3");
  for (let index = 0; index < 5000; index++) transcript.add(`line ${index}`);
  transcript.add('Error: building at STEP "RUN …": while running runtime: exit status 3');

  const { message } = explainFailure(request, transcript, props);

  expect(message.split("\n")).toHaveLength(21);
  expect(message).toMatch(/\n {2}line 4999$/);
});

it.each([
  "WARNING: image platform ({amd64 linux  [] }) does not match the expected platform ({arm64 linux  [] })",
  ` - InvalidBaseImagePlatform: Base image ${base} was pulled with platform "linux/amd64", expected "linux/arm64" for current build (line 1)`,
])("notices a base of another platform, of which builders only warn: %s", (warning) => {
  const transcript = createBuildTranscript();
  transcript.add(warning);

  const platform = transcript.strangeBase() ?? "";

  expect(strangeBase(request, platform, dockerfile)).toMatchObject({
    code: "BASE_MISSING",
    message: `"lab" for linux/arm64 could not be built: its base "${base}" is for linux/amd64 alone`,
  });
});

it("takes another variant of the same processor for the same platform", () => {
  const transcript = createBuildTranscript();
  transcript.add(
    "WARNING: image platform ({arm64 linux  [] v8}) does not match the expected platform ({arm64 linux  [] })",
  );

  expect(transcript.strangeBase()).toBeUndefined();
});

it("says where room is needed: a store of hubfleet's own is not what `podman system df` shows", () => {
  const transcript = createBuildTranscript();
  transcript.add("OSError: [Errno 28] No space left on device");

  expect(explainFailure(request, transcript, props).hint).toContain("$HUBFLEET_STATE");
  expect(explainFailure(request, transcript, { ...props, kind: "docker" }).hint).toContain("docker image prune");
});
