import type { EnvironmentDifference, ImageDifference } from "../../../image/diff/image-difference.ts";

/** "214 → 216 packages" */
export function packageCounts({ before, after }: ImageDifference): string {
  return before.packages === after.packages
    ? `${after.packages} packages`
    : `${before.packages} → ${after.packages} packages`;
}

/** What an environment is called, and what became of it as a whole; "" where there is only one and it stayed. */
export function environmentTitle({ prefix, kind, movedFrom, packages }: EnvironmentDifference): string {
  if (prefix === undefined) return "";
  switch (kind) {
    case "added":
      return `${prefix}: a new environment, ${packages.length} packages`;
    case "removed":
      return `${prefix}: gone, with ${packages.length} packages`;
    case "moved":
      return `${prefix}, before at ${movedFrom ?? ""}`;
    case "changed":
      return prefix;
  }
}

/** "Python 3.11 → 3.12", where it is another one. */
export function pythonWords({ python }: EnvironmentDifference): string | undefined {
  return python.isOther ? `Python ${python.from ?? "unknown"} → ${python.to ?? "unknown"}` : undefined;
}

/** What readers must know to judge the rest. */
export function remarksOf(difference: ImageDifference): readonly string[] {
  const { index, environments, remarks } = difference;
  const wasNeeded = environments.some(({ packages }) =>
    packages.some(({ from, to }) => isFromIndex(from) || isFromIndex(to)),
  );
  if (index.kind === "asked" || !wasNeeded) return remarks;
  const unknown = "whether a version was taken back, and what there is to download, is not known";
  return [...remarks, `the package index was not asked (${index.because}): ${unknown}`];
}

function isFromIndex(pin: { readonly source: { readonly kind: string } } | undefined): boolean {
  return pin?.source.kind === "index";
}
