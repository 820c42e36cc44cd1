import type { CondaPackage, Lock } from "./parse-lock.ts";

/** A lock's text. The same content gives the same bytes, whatever the order in which a solver named the packages. */
export function renderLock({ header, variables, conda, pipText }: Omit<Lock, "packages">): string {
  const ours = [
    ...Object.entries(variables)
      .sort(byKey)
      .map(([name, value]) => `@variable ${name}=${JSON.stringify(value)}`),
    ...conda.toSorted(byPlace).map(({ subdir, url, sha256 }) => `@conda ${subdir} ${url} sha256:${sha256}`),
  ];
  const pip = pipText.replace(/^\n+/, "");
  return `${[...header, ...ours].map((line) => `${line}\n`).join("")}${pip === "" || pip.endsWith("\n") ? pip : `${pip}\n`}`;
}

function byKey([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return compare(one, other);
}

function byPlace(one: CondaPackage, other: CondaPackage): number {
  return compare(one.subdir, other.subdir) || compare(one.name, other.name) || compare(one.url, other.url);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
