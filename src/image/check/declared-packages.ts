import { normalizePackageName } from "../lock/parse-lock.ts";
import { parseRequirements } from "../requirements.ts";

/** A package that people wrote down for an image, as against what came with it. */
export interface DeclaredPackage {
  /** As PEP 503 normalises it. */
  readonly name: string;
  readonly manager: "pip" | "conda";
  /** It has a marker, so it may rightly be missing on this platform or Python. */
  readonly conditional: boolean;
}

/** What conda brings for pip packages to stand on; nobody imports it by that name. */
const notImported = new Set(["python", "pip"]);

/**
 * The packages of requirements files and of an environment.yml's dependencies, each once, by name. Paths and addresses
 * without a name are left out: which package they are is known to their installer only.
 */
export function declaredPackages(
  requirements: readonly string[],
  condaSpecs: readonly string[] = [],
): readonly DeclaredPackage[] {
  const pip = requirements.flatMap((text) =>
    parseRequirements(text).flatMap(({ text: line, what }): readonly DeclaredPackage[] => {
      if (!("name" in what) || what.name === undefined) return [];
      return [{ name: what.name, manager: "pip", conditional: line.includes(";") }];
    }),
  );
  const conda = condaSpecs.flatMap((spec): readonly DeclaredPackage[] => {
    const name = /^(?:[^\s:]+::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)/.exec(spec)?.[1];
    return name === undefined ? [] : [{ name: normalizePackageName(name), manager: "conda", conditional: false }];
  });
  const byName = new Map([...pip, ...conda].reverse().map((one) => [one.name, one]));
  return [...byName.values()]
    .filter(({ name }) => !notImported.has(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
