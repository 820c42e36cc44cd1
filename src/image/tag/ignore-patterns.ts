/** Whether a file is left out of a build. */
export type Ignores = (path: string) => boolean;

export interface IgnorePattern {
  readonly expression: RegExp;
  readonly isException: boolean;
}

/**
 * Reads the text of a `.dockerignore`, by the rules of Docker's builders: the last pattern that fits a path or a
 * directory above it decides, `!` takes files back in, `**` is any number of directories.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseIgnorePatterns(text: string): readonly IgnorePattern[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap(parsePattern);
}

export function ignoresBy(patterns: readonly IgnorePattern[]): Ignores {
  return (path) => {
    const steps = path.split("/");
    const above = steps.map((_, index) => steps.slice(0, index + 1).join("/"));
    const last = patterns.findLast(({ expression }) => above.some((one) => expression.test(one)));
    return last !== undefined && !last.isException;
  };
}

function parsePattern(line: string): IgnorePattern[] {
  if (line.startsWith("#")) return [];
  const isException = line.trim().startsWith("!");
  const pattern = cleanPath(line.trim().replace(/^!/, "").trim());
  return pattern === "" ? [] : [{ expression: toExpression(pattern), isException }];
}

/** "/a//./b/../c/" is a/c. */
function cleanPath(pattern: string): string {
  const steps: string[] = [];
  for (const step of pattern.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === "..") steps.pop();
    else steps.push(step);
  }
  return steps.join("/");
}

const token = /\*\*\/?|\[\^?(?:\\.|[^\]\\])+\]|\\.|./gsu;

function toExpression(pattern: string): RegExp {
  const tokens = pattern.match(token) ?? [];
  const source = tokens.map((one, index) => tokenExpression(one, index === tokens.length - 1)).join("");
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    return new RegExp(`^${escape(pattern)}$`, "su"); // a range such as [z-a]
  }
}

function tokenExpression(one: string, isLast: boolean): string {
  if (one.startsWith("**")) return isLast ? ".*" : "(?:.*/)?";
  if (one === "*") return "[^/]*";
  if (one === "?") return "[^/]";
  if (one.length > 2 && one.startsWith("[")) return setExpression(one);
  return escape(one.length > 1 && one.startsWith("\\") ? one.slice(1) : one);
}

/** Ranges stay, every other character means itself. */
function setExpression(set: string): string {
  const start = set.startsWith("[^") ? "[^" : "[";
  const inside = set.slice(start.length, -1).replaceAll(/\\(.)|[[^]/gsu, (found, escaped: string | undefined) => {
    const character = escaped ?? found;
    return /[-[\]\\^]/u.test(character) ? `\\${character}` : character;
  });
  return `${start}${inside}]`;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}
