import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Description } from "./chartpress-tag.ts";

const version =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

/**
 * What chartpress 2.4.0 makes of a chart's `baseVersion`, which stands in tags for Git's newest tag.
 *
 * | written | newest tag of HEAD | becomes |
 * | ------- | ------------------ | ------- |
 * | major, minor, patch | 1.2.3 | 2.0.0-0.dev, 1.3.0-0.dev, 1.2.4-0.dev |
 * | the same | 1.2.3-beta.1 | 1.2.3-beta.1 |
 * | the same | none | 0.0.1-0.dev |
 * | 1.3.0 | older | 1.3.0-0.dev |
 * | 1.3.0-alpha | older | 1.3.0-alpha |
 *
 * @throws HubfleetError CHARTPRESS_FILE_INVALID where chartpress refuses as well
 */
export function resolveBaseVersion(written: string, newest: Description | undefined): string {
  const tag = newest?.tag;
  const tagged = version.exec(tag?.replace(/^v+/, "") ?? "");
  if (written === "major" || written === "minor" || written === "patch") {
    if (tag === undefined) return "0.0.1-0.dev";
    if (tagged === null) throw invalid(`baseVersion is "${written}", and the newest tag "${tag}" is no version`);
    return tag.includes("-") ? tag : `${increment(numbers(tagged), written).join(".")}-0.dev`;
  }

  const base = written.includes("-") ? written : `${written}-0.dev`;
  const parsed = version.exec(base);
  if (parsed === null) throw invalid(`baseVersion is "${written}"; expected a version such as 1.2.3 or 1.2.3-alpha`);
  if (tagged === null || newest === undefined || newest.distance === 0) return base;
  const order = compare(numbers(parsed), numbers(tagged));
  const isTagPrerelease = tagged[4] !== undefined;
  if (order < 0 || (order === 0 && !isTagPrerelease)) {
    throw invalid(`baseVersion is "${written}"; expected one after the newest tag "${tag}"`);
  }
  return base;
}

type Numbers = readonly [number, number, number];

function numbers(match: RegExpExecArray): Numbers {
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

function increment([major, minor, patch]: Numbers, field: "major" | "minor" | "patch"): Numbers {
  if (field === "major") return [major + 1, 0, 0];
  return field === "minor" ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

function compare(one: Numbers, other: Numbers): number {
  const index = one.findIndex((number, at) => number !== other[at]);
  return index === -1 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}

function invalid(message: string): HubfleetError {
  return new HubfleetError("CHARTPRESS_FILE_INVALID", {
    message,
    hint: "raise or remove it; chartpress refuses it as well",
    at: { path: "chartpress.yaml", line: 1, column: 1 },
  });
}
