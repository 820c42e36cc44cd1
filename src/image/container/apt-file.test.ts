import { expect, it } from "vitest";

import { parseAptFile } from "./apt-file.ts";

it("reads packages, sorted and each once, so that comments and order change no container", () => {
  const text = "# maps\r\nproj-data\ngdal-bin=3.6.2+dfsg-1+b2  # as the class has it\n\nproj-data git libssl3:amd64\n";

  expect(parseAptFile("images/lab/apt.txt", text)).toEqual({
    packages: ["gdal-bin=3.6.2+dfsg-1+b2", "git", "libssl3:amd64", "proj-data"],
    problems: [],
  });
});

it.each([
  ["-t", 'images/lab/apt.txt:2:1 "-t" is an option, not the name of a Debian package'],
  ["git; rm -rf /", 'images/lab/apt.txt:2:1 "git;" is not the name of a Debian package'],
  ["$(id)", 'images/lab/apt.txt:2:1 "$(id)" is not the name of a Debian package'],
  ["Gdal", 'images/lab/apt.txt:2:1 "Gdal" is not the name of a Debian package'],
])("refuses %j, which would reach a shell or nothing", (line, expected) => {
  const { problems } = parseAptFile("images/lab/apt.txt", `git\n${line}\n`);

  expect(problems.map(({ at, message }) => `${at?.path}:${at?.line}:${at?.column} ${message}`)).toContain(expected);
});
