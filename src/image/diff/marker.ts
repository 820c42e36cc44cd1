import { comparePythonVersions, parsePythonVersion } from "../version/python-version.ts";

/** Where a package is to be installed, as far as markers ask. */
export interface MarkerTarget {
  /** "3.11" or "3.11.9" */
  readonly python: string | undefined;
  /** "linux/amd64" */
  readonly platform: string;
}

/**
 * Whether a marker of a lock holds there (https://packaging.python.org/en/latest/specifications/dependency-specifiers/);
 * conda's platforms ("linux-64") are markers as well. Undefined where it asks for what is not known.
 */
export function markerHolds(marker: string | undefined, target: MarkerTarget): boolean | undefined {
  if (marker === undefined) return true;
  if (/^[a-z]+-[a-z0-9]+$/.test(marker)) return marker === condaPlatform(target.platform);
  const tokens = [...marker.matchAll(/\s*(\(|\)|"[^"]*"|'[^']*'|<=|>=|==|!=|~=|===|<|>|not\s+in\b|[\w.]+)/g)].map(
    ([, token]) => (token ?? "").replace(/^not\s+in$/, "not in"),
  );
  const rest = [...tokens];
  const value = readOr(rest, valuesOf(target));
  return rest.length === 0 ? value : undefined;
}

type Values = Readonly<Record<string, string | undefined>>;
type Truth = boolean | undefined;

/** `or` and `and` know the answer also where one of their sides does not. */
function readOr(tokens: string[], values: Values): Truth {
  let value = readAnd(tokens, values);
  while (tokens[0] === "or") {
    tokens.shift();
    const other = readAnd(tokens, values);
    value = value === true || other === true ? true : value === undefined || other === undefined ? undefined : false;
  }
  return value;
}

function readAnd(tokens: string[], values: Values): Truth {
  let value = readTerm(tokens, values);
  while (tokens[0] === "and") {
    tokens.shift();
    const other = readTerm(tokens, values);
    value = value === false || other === false ? false : value === undefined || other === undefined ? undefined : true;
  }
  return value;
}

function readTerm(tokens: string[], values: Values): Truth {
  const first = tokens.shift() ?? "";
  if (first === "(") {
    const value = readOr(tokens, values);
    return tokens.shift() === ")" ? value : undefined;
  }
  const [operator = "", second = ""] = tokens.splice(0, 2);
  const [left, right] = [valueOf(first, values), valueOf(second, values)];
  return left === undefined || right === undefined ? undefined : compare(left, operator, right);
}

function valueOf(token: string, values: Values): string | undefined {
  return /^["']/.test(token) ? token.slice(1, -1) : values[token];
}

function compare(left: string, operator: string, right: string): Truth {
  if (operator === "in") return right.includes(left);
  if (operator === "not in") return !right.includes(left);
  const [one, other] = [parsePythonVersion(left), parsePythonVersion(right)];
  const order = one === undefined || other === undefined ? undefined : comparePythonVersions(one, other);
  switch (operator) {
    case "==":
    case "===":
      return order === undefined ? left === right : order === 0;
    case "!=":
      return order === undefined ? left !== right : order !== 0;
    case "<":
      return order === undefined ? undefined : order < 0;
    case "<=":
      return order === undefined ? undefined : order <= 0;
    case ">":
      return order === undefined ? undefined : order > 0;
    case ">=":
      return order === undefined ? undefined : order >= 0;
    default:
      return undefined;
  }
}

function valuesOf({ python, platform }: MarkerTarget): Values {
  const [, architecture] = platform.split("/");
  const [major, minor, patch] = (python ?? "").split(".");
  return {
    os_name: "posix",
    sys_platform: "linux",
    platform_system: "Linux",
    platform_machine: architecture === "amd64" ? "x86_64" : architecture === "arm64" ? "aarch64" : undefined,
    implementation_name: "cpython",
    platform_python_implementation: "CPython",
    python_version: minor === undefined ? undefined : `${major}.${minor}`,
    python_full_version: patch === undefined ? undefined : python,
    extra: "",
  };
}

function condaPlatform(platform: string): string | undefined {
  const names: Readonly<Record<string, string>> = { "linux/amd64": "linux-64", "linux/arm64": "linux-aarch64" };
  return names[platform.split("/").slice(0, 2).join("/")];
}
