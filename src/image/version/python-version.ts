/** A version as PEP 440 reads it. */
export interface PythonVersion {
  readonly epoch: bigint;
  readonly release: readonly bigint[];
  readonly pre: readonly [letter: "a" | "b" | "rc", number: bigint] | undefined;
  readonly post: bigint | undefined;
  readonly dev: bigint | undefined;
  readonly local: readonly (string | bigint)[];
}

/** Reads a version in any spelling that PEP 440 takes; undefined for what is none. */
export function parsePythonVersion(text: string): PythonVersion | undefined {
  const found = pattern.exec(text.trim().toLowerCase())?.groups;
  if (found === undefined) return undefined;
  const { epoch, release = "", letter, pre, implicitPost, post, isPost, dev, isDev, local } = found;
  return {
    epoch: BigInt(epoch ?? 0),
    release: release.split(".").map(BigInt),
    pre: letter === undefined ? undefined : [letters[letter] ?? "rc", BigInt(pre ?? 0)],
    post: implicitPost === undefined ? numberOf(isPost, post) : BigInt(implicitPost),
    dev: numberOf(isDev, dev),
    local: (local ?? "")
      .split(/[-_.]/)
      .filter((part) => part !== "")
      .map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)),
  };
}

/**
 * Below zero when the first one is older. Per release: development (`.dev`), then pre-releases, the release itself,
 * post-releases; a local label counts last.
 */
export function comparePythonVersions(one: PythonVersion, other: PythonVersion): number {
  return (
    compare(one.epoch, other.epoch) ||
    compareReleases(one.release, other.release) ||
    compare(preRank(one), preRank(other)) ||
    compare(one.pre?.[1] ?? 0n, other.pre?.[1] ?? 0n) ||
    compare(one.post ?? -1n, other.post ?? -1n) ||
    compareDevelopment(one.dev, other.dev) ||
    compareLocals(one.local, other.local)
  );
}

/** As if the shorter one went on with zeros: 1.0 is 1.0.0. */
export function compareReleases(one: readonly bigint[], other: readonly bigint[]): number {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const order = compare(one[index] ?? 0n, other[index] ?? 0n);
    if (order !== 0) return order;
  }
  return 0;
}

const letters: Readonly<Record<string, "a" | "b" | "rc">> = {
  a: "a",
  alpha: "a",
  b: "b",
  beta: "b",
  c: "rc",
  rc: "rc",
  pre: "rc",
  preview: "rc",
};

const pattern = new RegExp(
  [
    String.raw`^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)`,
    String.raw`(?:[-_.]?(?<letter>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?<pre>\d+)?)?`,
    String.raw`(?:-(?<implicitPost>\d+)|(?:[-_.]?(?<isPost>post|rev|r)[-_.]?(?<post>\d+)?))?`,
    String.raw`(?:[-_.]?(?<isDev>dev)[-_.]?(?<dev>\d+)?)?`,
    String.raw`(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`,
  ].join(""),
);

/** "1.0.post" is "1.0.post0". */
function numberOf(label: string | undefined, digits: string | undefined): bigint | undefined {
  return label === undefined ? undefined : BigInt(digits ?? 0);
}

function preRank({ pre, post, dev }: PythonVersion): number {
  if (pre !== undefined) return ["a", "b", "rc"].indexOf(pre[0]);
  return post === undefined && dev !== undefined ? -1 : 3;
}

function compareDevelopment(one: bigint | undefined, other: bigint | undefined): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  return compare(one, other);
}

/** Numbers are newer than words; the longer one is newer where the shorter one ends. */
function compareLocals(one: PythonVersion["local"], other: PythonVersion["local"]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [left, right] = [one[index], other[index]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const order = Number(typeof left === "bigint") - Number(typeof right === "bigint") || compare(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compare<Value extends bigint | number | string>(one: Value, other: Value): number {
  return one < other ? -1 : Number(one > other);
}
