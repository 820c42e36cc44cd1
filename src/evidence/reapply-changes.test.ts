import { expect, it } from "vitest";

import { type MergeDocument, mergeDocuments } from "./merge-documents.ts";
import { type FileChange, reapplyChanges } from "./reapply-changes.ts";

const keyByKey = { mergeDocument: mergeDocuments, prefer: undefined };
const changes = (...list: [string, string | undefined, string | undefined][]): ReadonlyMap<string, FileChange> =>
  new Map(list.map(([path, before, after]) => [path, { before, after }]));

it("adds records as they were, and nothing that is there already", () => {
  const files = new Map([["evidence/a.json", "a"]]);

  const again = reapplyChanges(
    files,
    changes(["evidence/a.json", undefined, "a"], ["evidence/b.json", undefined, "b"]),
    keyByKey,
  );

  expect(again).toEqual({ kind: "edit", write: new Map([["evidence/b.json", "b"]]), remove: [] });
});

it.each([
  ["a record that is there with another content", "bundles/x.yaml", undefined, "mine", "theirs"],
  ["a record rewritten by hand", "evidence/a.json", "a", "b", "a"],
  ["a record removed by hand", "evidence/a.json", "a", undefined, "a"],
  ["an output that is there with another content", "outputs/a", undefined, "mine", "theirs"],
])("takes nothing of a commit with %s", (_name, path, before, after, now) => {
  const commit = changes([path, before, after], ["evidence/other.json", undefined, "other"]);

  expect(reapplyChanges(new Map([[path, now]]), commit, keyByKey)).toEqual({
    kind: "conflict",
    conflicts: [{ path, keys: [] }],
  });
});

it("keeps the remote's record when that is preferred, and the rest of the commit", () => {
  const commit = changes(
    ["bundles/x.yaml", undefined, "mine"],
    ["evidence/o.json", undefined, "o"],
    ["d.yaml", "a: 1\n", "a: 2\n"],
  );
  const files = new Map([
    ["bundles/x.yaml", "theirs"],
    ["d.yaml", "a: 3\n"],
  ]);

  const again = reapplyChanges(files, commit, { mergeDocument: mergeDocuments, prefer: "theirs" });

  expect(again).toEqual({ kind: "edit", write: new Map([["evidence/o.json", "o"]]), remove: [] });
});

it("never puts its own record over another's", () => {
  const again = reapplyChanges(
    new Map([["bundles/x.yaml", "theirs"]]),
    changes(["bundles/x.yaml", undefined, "mine"]),
    {
      mergeDocument: mergeDocuments,
      prefer: "ours",
    },
  );

  expect(again.kind).toBe("conflict");
});

it("removes what both have, and what is gone already is no conflict", () => {
  const commit = changes(["outputs/a", "a", undefined], ["outputs/b", "b", undefined]);

  const again = reapplyChanges(new Map([["outputs/a", "a"]]), commit, keyByKey);

  expect(again).toEqual({ kind: "edit", write: new Map(), remove: ["outputs/a"] });
});

it("lets a document be made anew from the records of both", () => {
  const count: MergeDocument = (_path, _versions, files) => ({
    kind: "merged",
    text: String([...files.keys()].filter((path) => path.startsWith("evidence/")).length),
  });
  const files = new Map([
    ["evidence/a", "a"],
    ["evidence/b", "b"],
    ["count", "2"],
  ]);

  const again = reapplyChanges(files, changes(["evidence/c", undefined, "c"], ["count", "1", "2"]), {
    mergeDocument: count,
    prefer: undefined,
  });

  expect(again).toMatchObject({
    write: new Map([
      ["evidence/c", "c"],
      ["count", "3"],
    ]),
  });
});
