import { expect, it } from "vitest";

import { namedWords } from "./named-words.ts";

const hex = "0123456789abcdef".repeat(4);
const words = new Set([`sha256:${hex}`, "0123456789abcdef", "1.10", "0.0.1-0.dev.git.6406.hc1091b1c", "v2"]);

it.each<[string, readonly string[]]>([
  [`lab: quay.io/team/lab:1.10@sha256:${hex}`, ["0123456789abcdef", "1.10", `sha256:${hex}`]],
  [`locks/${hex}`, ["0123456789abcdef", `sha256:${hex}`]],
  ['tag: "0.0.1-0.dev.git.6406.hc1091b1c"', ["0.0.1-0.dev.git.6406.hc1091b1c"]],
  ["went back to 1.10.", ["1.10"]],
  ["{name:x,tag:v2}", ["v2"]],
  ["tag: 1.100, 21.10, v2-rc, xv2", []],
])("finds what %j names", (text, named) => {
  expect([...namedWords(text, words)].sort()).toEqual(named);
});
