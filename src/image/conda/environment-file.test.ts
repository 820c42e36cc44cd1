import { describe, expect, it } from "vitest";

import { parseEnvironmentFile } from "./environment-file.ts";

const path = "images/lab/environment.yml";

function problems(text: string): readonly string[] {
  return parseEnvironmentFile(path, text).problems.map(({ code, at, message, hint = "" }) => {
    return `${code} ${at?.line}:${at?.column} ${message} | ${hint}`;
  });
}

it("reads what an environment.yml asks for", () => {
  const text = `name: lab
prefix: /opt/conda/envs/lab
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11   # as the notebooks want it
  - gdal >=3.8
  - bioconda::samtools
  - numpy=2.3.5=py311h_0
  - _libgcc_mutex
  - pip:
    - dask-gateway
    - tool @ git+https://example.org/tool@0123456789012345678901234567890123456789
variables:
  GDAL_CACHEMAX: 512
  GREETING: "good day"
`;

  expect(parseEnvironmentFile(path, text)).toMatchObject({
    problems: [],
    environment: {
      channels: ["conda-forge"],
      dependencies: ["python=3.11", "gdal >=3.8", "bioconda::samtools", "numpy=2.3.5=py311h_0", "_libgcc_mutex"],
      pip: ["dask-gateway", "tool @ git+https://example.org/tool@0123456789012345678901234567890123456789"],
      variables: { GDAL_CACHEMAX: "512", GREETING: "good day" },
    },
  });
});

it("takes packages from conda-forge when no channel is named", () => {
  expect(parseEnvironmentFile(path, "dependencies: [gdal]\n").environment.channels).toEqual(["conda-forge"]);
  expect(parseEnvironmentFile(path, "channels: [nodefaults]\ndependencies: [gdal]\n").environment.channels).toEqual([
    "conda-forge",
  ]);
});

describe("names with their place", () => {
  it.each<[string, string, readonly string[]]>([
    [
      "an unknown key",
      "dependancies: [a]\ndependencies: [gdal]\n",
      ['UNKNOWN_KEY 1:1 environment.yml has no key "dependancies" | did you mean dependencies?'],
    ],
    [
      "several problems at once",
      "channels: conda-forge\ndependencies:\n  - gdal: 3\n  - ==1\n",
      [
        "ENVIRONMENT_FILE_INVALID 1:11 `channels` is no list | write one entry per line, each after a dash",
        "ENVIRONMENT_FILE_INVALID 3:5 a dependency is a package (`- gdal=3.8`) or the list `- pip:` | quote it when it looks like something else to YAML",
        'ENVIRONMENT_FILE_INVALID 4:5 "==1" names no conda package | write NAME, NAME=1.2, or "NAME >=1.2"',
      ],
    ],
    [
      "no dependencies",
      "channels: [conda-forge]\n",
      [
        "ENVIRONMENT_FILE_INVALID 1:1 the file lists no `dependencies` | list packages, for example `- gdal`; for pip packages alone write requirements.txt",
      ],
    ],
    [
      "an address that belongs to pip",
      "dependencies:\n  - git+https://example.org/tool\n",
      [
        'ENVIRONMENT_FILE_INVALID 2:5 "git+https://example.org/tool" names no conda package | what comes by address belongs below `- pip:`',
      ],
    ],
    [
      "a variable that is none",
      "dependencies: [gdal]\nvariables:\n  A: [1]\n",
      ['ENVIRONMENT_FILE_INVALID 3:6 "A" is no variable with a text as its value | write NAME: "value"'],
    ],
    [
      "a list",
      "- gdal\n",
      [
        "ENVIRONMENT_FILE_INVALID 1:1 the file is no map of settings | write `dependencies:` and below it a list of packages",
      ],
    ],
    ["a tab", "dependencies:\n\t- gdal\n", ["YAML_TAB 2:1 the line is indented with a tab | indent with spaces"]],
    [
      "nothing",
      "",
      [
        `FILE_EMPTY 1:1 "${path}" is empty | write \`dependencies:\` and below it a list of packages, or delete the file`,
      ],
    ],
  ])("%s", (_what, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it("a login in a channel's address, which is not repeated", () => {
    const { problems: found } = parseEnvironmentFile(
      path,
      "channels: [https://me:hunter2@example.org/lab, https://example.org/t/tk-1/lab]\ndependencies: [gdal]\n",
    );

    expect(found.map(({ message, at }) => [message, at?.line])).toEqual([
      ["the channel's address holds a login", 1],
      ["the channel's address holds a login", 1],
    ]);
    expect(JSON.stringify(found.map(({ message, hint, at }) => [message, hint, at]))).not.toMatch(/hunter2|tk-1/);
  });
});
