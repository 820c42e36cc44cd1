import { expect, it } from "vitest";

import { resolveBaseVersion } from "./base-version.ts";
import type { Description } from "./chartpress-tag.ts";

const on = (tag: string, distance = 3): Description => ({ tag, distance, tagged: "t" });

it.each<readonly [string, Description | undefined, string]>([
  ["major", on("1.2.3"), "2.0.0-0.dev"],
  ["minor", on("v1.2.3"), "1.3.0-0.dev"],
  ["patch", on("1.2.3"), "1.2.4-0.dev"],
  ["patch", on("1.2.3-beta.1"), "1.2.3-beta.1"],
  ["major", undefined, "0.0.1-0.dev"],
  ["1.3.0", on("1.2.3"), "1.3.0-0.dev"],
  ["1.3.0-alpha.1", on("1.2.3"), "1.3.0-alpha.1"],
  ["1.2.3", on("1.2.3-rc.1"), "1.2.3-0.dev"],
  ["1.2.3", on("1.2.3", 0), "1.2.3-0.dev"],
  ["0.1.0", on("nightly"), "0.1.0-0.dev"],
  ["0.1.0", undefined, "0.1.0-0.dev"],
])("%s, the newest tag being %j, is %s", (written, newest, base) => {
  expect(resolveBaseVersion(written, newest)).toBe(base);
});

it.each<readonly [string, Description | undefined, string]>([
  ["1.2.3", on("1.2.3"), 'baseVersion is "1.2.3"; expected one after the newest tag "1.2.3"'],
  ["1.2.3-rc.2", on("1.2.3"), 'baseVersion is "1.2.3-rc.2"; expected one after the newest tag "1.2.3"'],
  ["1.1.9", on("v1.2.3"), 'baseVersion is "1.1.9"; expected one after the newest tag "v1.2.3"'],
  ["1.2", undefined, 'baseVersion is "1.2"; expected a version such as 1.2.3 or 1.2.3-alpha'],
  ["minor", on("nightly"), 'baseVersion is "minor", and the newest tag "nightly" is no version'],
])("%s, the newest tag being %j, is refused", (written, newest, message) => {
  expect(() => resolveBaseVersion(written, newest)).toThrow(message);
});
