import {
  type Arbitrary,
  assert,
  boolean,
  constant,
  constantFrom,
  dictionary,
  nat,
  oneof,
  pre,
  property,
  record,
  string,
  uniqueArray,
} from "fast-check";
import { describe, expect, it } from "vitest";

import { type ContainerInputs, type ContextFile, inputsDigest, renderInputs } from "./container-inputs.ts";
import { contentTag } from "./content-tag.ts";

const word = oneof(
  string({ unit: "grapheme" }),
  constantFrom("a", "a\n", '"', "\u0000", "a/b", "file", '"]\n["file","plain","a'),
);
const digest = nat({ max: 3 }).map((number) => String(number).repeat(64));
const file: Arbitrary<ContextFile> = oneof(
  record({ path: word, isExecutable: boolean(), sha256: digest }),
  record({ path: word, isExecutable: constant(false), sha256: digest, linkTarget: word }),
);
const files = uniqueArray(file, { selector: ({ path }) => path, maxLength: 4 });
const inputs: Arbitrary<ContainerInputs> = record({
  dockerfile: word,
  files,
  counted: files,
  buildArguments: dictionary(word, word, { maxKeys: 2 }),
  platforms: constantFrom(["linux/amd64"], ["linux/arm64"], ["linux/amd64", "linux/arm64"]),
});

const example: ContainerInputs = {
  dockerfile: "FROM scratch\nCOPY a /a\n",
  files: [
    { path: "start", isExecutable: true, sha256: "1".repeat(64) },
    { path: "a", isExecutable: false, sha256: "2".repeat(64) },
    { path: "link", isExecutable: false, sha256: "3".repeat(64), linkTarget: "a" },
  ],
  platforms: ["linux/amd64"],
};

describe("the digest of inputs", () => {
  // Tags that were pushed stay good: another text here means building every image of every fleet again.
  it("is what it always was", () => {
    expect(renderInputs(example)).toBe(
      [
        "hubfleet container inputs 1",
        String.raw`"FROM scratch\nCOPY a /a\n"`,
        '["platforms","linux/amd64"]',
        `["file","plain","a","${"2".repeat(64)}"]`,
        `["file","link","link","${"3".repeat(64)}"]`,
        `["file","executable","start","${"1".repeat(64)}"]`,
        "",
      ].join("\n"),
    );
    expect(inputsDigest(example)).toBe("sha256:cefcce4a72b6e8e109cadb4b7ffa8ef1f6ccbdf58195cab1790c8e2bdf2571da");
    expect(contentTag(example)).toBe("cefcce4a72b6e8e1");
  });

  it("does not depend on the order in which files and platforms are named", () => {
    assert(
      property(inputs, ({ files: some, counted = [], ...rest }) => {
        const turned = {
          ...rest,
          files: [...some].reverse(),
          counted: [...counted].reverse(),
          platforms: [...rest.platforms].reverse(),
        };

        expect(contentTag(turned)).toBe(contentTag({ ...rest, files: some, counted }));
      }),
    );
  });

  it("is another for other inputs, whatever is in their names", () => {
    assert(
      property(inputs, inputs, (one, other) => {
        expect(renderInputs(one) === renderInputs(other)).toBe(meaning(one) === meaning(other));
      }),
      { numRuns: 2000 },
    );
  });

  it("is another when one byte, one executable bit or one name is", () => {
    assert(
      property(inputs, nat(), (some, seed) => {
        pre(some.files.length > 0);
        const index = seed % some.files.length;
        const change = (edit: (chosen: ContextFile) => ContextFile): string =>
          contentTag({ ...some, files: some.files.map((one, at) => (at === index ? edit(one) : one)) });
        const tag = contentTag(some);

        expect(change((one) => ({ ...one, sha256: "f".repeat(64) }))).not.toBe(tag);
        expect(change((one) => ({ ...one, path: `${one.path}x` }))).not.toBe(tag);
        expect(contentTag({ ...some, dockerfile: `${some.dockerfile} ` })).not.toBe(tag);
        expect(contentTag({ ...some, files: some.files.filter((_, at) => at !== index) })).not.toBe(tag);
        if (some.files[index]?.linkTarget !== undefined) return;
        expect(change((one) => ({ ...one, isExecutable: !one.isExecutable }))).not.toBe(tag);
      }),
    );
  });

  it("tells what is sent from what only counts", () => {
    const [first] = example.files;

    const sent = inputsDigest({ ...example, files: [first as ContextFile], counted: [] }); // it has three
    const counted = inputsDigest({ ...example, files: [], counted: [first as ContextFile] });

    expect(sent).not.toBe(counted);
  });
});

/** What the inputs say, without the text under test: the same for the same. */
function meaning({ dockerfile, platforms, files: sent, counted = [], buildArguments = {} }: ContainerInputs): string {
  const told = Object.entries(buildArguments).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const part = (some: readonly ContextFile[]): unknown =>
    some
      .map(({ path, isExecutable, sha256, linkTarget }) => [
        path,
        isExecutable ? "x" : "-",
        sha256,
        linkTarget === undefined ? "file" : "link",
      ])
      .toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  return JSON.stringify({ dockerfile, platforms, told, sent: part(sent), counted: part(counted) });
}
