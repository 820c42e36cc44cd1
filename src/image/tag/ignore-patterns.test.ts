import { describe, expect, it } from "vitest";

import { ignoresBy, parseIgnorePatterns } from "./ignore-patterns.ts";

describe("parseIgnorePatterns", () => {
  // Pattern, what it leaves out, what it does not.
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ["notes.md", ["notes.md", "notes.md/inside"], ["a/notes.md", "notes.mdx"]],
    ["/notes.md", ["notes.md"], ["a/notes.md"]],
    ["data/", ["data", "data/a", "data/b/c"], ["a/data"]],
    ["./data//raw/../tmp", ["data/tmp"], ["data/raw"]],
    ["*.md", ["a.md", ".md"], ["a/b.md", "a.mdx"]],
    ["*/temp*", ["a/temp", "a/temporary.txt", "a/temp/b"], ["temp", "a/b/temp"]],
    ["**/*.pyc", ["a.pyc", "a/b/c.pyc"], ["a.py"]],
    ["a/**", ["a/b", "a/b/c"], ["b/a"]],
    ["a/**/z", ["a/z", "a/b/c/z"], ["a/bz"]],
    ["**", ["a", "a/b"], []],
    ["?.txt", ["a.txt"], ["ab.txt", ".txt/x"]],
    ["[a-c].txt", ["b.txt"], ["d.txt", "-.txt"]],
    ["[^a-c].txt", ["d.txt"], ["b.txt"]],
    [String.raw`\*.txt`, ["*.txt"], ["a.txt"]],
    ["a.c", ["a.c"], ["abc"]],
    ["(x|y)+", ["(x|y)+"], ["x"]],
    ["[z-a]", ["[z-a]"], ["z"]],
    ["# comment", [], ["# comment", "comment"]],
    ["#", [], ["#"]],
    ["", [], ["a"]],
    ["  spaced.md  ", ["spaced.md"], []],
    ["*.md\n!README.md", ["a.md"], ["README.md"]],
    ["!README.md\n*.md", ["README.md"], []],
    ["data\n!data/keep", ["data/a", "data"], ["data/keep", "data/keep/inside"]],
    ["\uFEFFa\r\nb", ["a", "b"], ["c"]],
    ["größe.txt", ["größe.txt"], ["grösse.txt"]],
    ["😀?", ["😀😀"], ["😀"]],
  ])("%j", (text, ignored, kept) => {
    const ignores = ignoresBy(parseIgnorePatterns(text));

    expect(ignored.filter((path) => !ignores(path))).toEqual([]);
    expect(kept.filter((path) => ignores(path))).toEqual([]);
  });
});
