import { expect, it } from "vitest";

import { includedFiles } from "./included-files.ts";

it.each<[string, readonly string[]]>([
  ["-r base.txt\n--requirement=more.txt # shared\n", ["base.txt", "more.txt"]],
  ["  -c ../constraints.txt\n--constraint 'a.txt'\n-rplain.txt", ["../constraints.txt", "a.txt", "plain.txt"]],
  ["-r base.txt\n-r base.txt\n", ["base.txt"]],
  ["# -r base.txt\nsix\n-r https://example.org/base.txt\n", []],
])("%j", (requirements, paths) => {
  expect(includedFiles(requirements)).toEqual(paths);
});
