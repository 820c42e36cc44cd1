import { expect, it } from "vitest";

import { parseTaggedReference } from "../container/tagged-reference.ts";
import { spliceDockerfile } from "./splice-dockerfile.ts";

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const target = parseTaggedReference(`quay.io/team/base:2.0@${digest("2")}`);
const old = `quay.io/team/base:1.0@${digest("1")}`;
const fresh = `quay.io/team/base:2.0@${digest("2")}`;

it.each<[string, string, string]>([
  ["the one FROM, whatever it names", "# a\nFROM  python:3.11 # b\nRUN x\n", `# a\nFROM  ${fresh} # b\nRUN x\n`],
  [
    "every stage on that base, and nothing on another",
    `FROM ${old} AS a\r\nFROM x.org/y:1\r\nFROM --platform=linux/amd64 ${old}`,
    `FROM ${fresh} AS a\r\nFROM x.org/y:1\r\nFROM --platform=linux/amd64 ${fresh}`,
  ],
  [
    "a stage only once, however it is used",
    `FROM ${old} AS one\nFROM one\nCOPY --from=one /a /b\n`,
    `FROM ${fresh} AS one\nFROM one\nCOPY --from=one /a /b\n`,
  ],
  [
    "what a step takes from that image",
    `FROM python:3\nCOPY --from=${old} /a /b\n`,
    `FROM python:3\nCOPY --from=${fresh} /a /b\n`,
  ],
  [
    "an ARG's default",
    `ARG BASE="${old}"\nARG OTHER=x\nFROM $BASE\nFROM \${BASE} AS b\n`,
    `ARG BASE="${fresh}"\nARG OTHER=x\nFROM $BASE\nFROM \${BASE} AS b\n`,
  ],
  [
    "an ARG's default that is the tag",
    "ARG TAG=1.0\nFROM quay.io/team/base:${TAG}\n",
    `ARG TAG=2.0@${digest("2")}\nFROM quay.io/team/base:\${TAG}\n`,
  ],
  ["a default on the spot", "FROM ${BASE:-quay.io/team/base:1.0}\n", `FROM \${BASE:-${fresh}}\n`],
  ["a base without a tag", "FROM quay.io/team/base\nFROM x.org/y:1\n", `FROM ${fresh}\nFROM x.org/y:1\n`],
])("writes over %s", (_what, text, expected) => {
  expect(spliceDockerfile("images/lab/Dockerfile", text, target)).toBe(expected);
  expect(spliceDockerfile("images/lab/Dockerfile", expected, target)).toBe(expected);
});

it.each<[string, string, RegExp, number]>([
  [
    "starts from several others",
    "FROM a.org/x:1\nFROM b.org/y:1\n",
    /several images, and from none of "quay.io\/team\/base"/,
    1,
  ],
  ["starts from nothing", "FROM scratch\n", /no image of a registry/, 1],
  ["puts the reference together", "ARG R=quay.io\nFROM $R/team/base:1.0\n", /put together from parts/, 2],
  [
    "shares an ARG with another image",
    "ARG TAG=1.0\nFROM quay.io/team/base:$TAG\nFROM x.org/y:$TAG\n",
    /on line 3 too, for "x.org\/y:1.0"/,
    3,
  ],
  ["gives an ARG two defaults", `ARG B=${old}\nARG B=${old}\nFROM $B\n`, /more than once/, 3],
])("refuses a Dockerfile that %s", (_what, text, message, line) => {
  expect(() => spliceDockerfile("images/lab/Dockerfile", text, target)).toThrow(
    expect.objectContaining({
      code: "BASE_UNCLEAR",
      message: expect.stringMatching(message) as string,
      at: expect.objectContaining({ line }) as object,
    }) as Error,
  );
});
