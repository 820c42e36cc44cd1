import { aFleet, type FleetBuilder } from "./a-fleet.ts";

const path = "images/lab/environment.yml";
const withEnvironment = (text: string): FleetBuilder => aFleet().withFile(path, text);

/** What is wrong with an environment.yml, the codes that must be reported, and where the first one is. */
export const brokenCondaImages: readonly [string, FleetBuilder, readonly string[], string?][] = [
  [
    "an unknown key of environment.yml",
    withEnvironment("dependencies: [gdal]\nchanels: [a]\n"),
    ["UNKNOWN_KEY"],
    `${path}:2:1`,
  ],
  [
    "a dependency that is none",
    withEnvironment("dependencies:\n  - gdal: 3\n"),
    ["ENVIRONMENT_FILE_INVALID"],
    `${path}:2:5`,
  ],
  ["a broken environment.yml", withEnvironment("dependencies: [gdal\n"), ["YAML_INVALID"], `${path}:2:1`],
  [
    "another Python in environment.yml",
    withEnvironment("dependencies:\n  - gdal\n  - python=3.12\n"),
    ["PYTHON_MISMATCH"],
    `${path}:3:5`,
  ],
  [
    "a moving Git requirement in environment.yml",
    withEnvironment("dependencies:\n  - gdal\n  - pip:\n    - a @ git+https://example.org/a@main\n"),
    ["REQUIREMENT_NOT_PINNED"],
    `${path}:4:11`,
  ],
  [
    "a channel with a login",
    withEnvironment("channels: [https://me:hunter2@example.org/a]\ndependencies: [gdal]\n"),
    ["ENVIRONMENT_FILE_INVALID"],
    `${path}:1:12`,
  ],
];
