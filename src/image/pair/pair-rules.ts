/**
 * What a difference means. `refused`: nothing of the pair is run, and `up` does not put it in place. `fails`: it runs, and
 * the verdict is no. `warns`: the verdict is yes, and the difference is named. `passes`: nothing is said.
 */
export type PairSeverity = "refused" | "fails" | "warns" | "passes";

/** The first number of the versions that differs (an epoch counts as major, labels as patch), or who lacks the package. */
export type PairDifference = "patch" | "minor" | "major" | "missing on the worker" | "missing in the notebook";

export interface PairRule {
  readonly packages: readonly string[];
  readonly severities: Readonly<Record<PairDifference, PairSeverity>>;
  /** Said with the finding: what the difference does. */
  readonly because: string;
}

const mustAgree: PairRule["severities"] = {
  patch: "refused",
  minor: "refused",
  major: "refused",
  "missing on the worker": "refused",
  "missing in the notebook": "refused",
};

/** The first rule that names the package counts; the last one is for all that no other names. */
export const pairRules: readonly PairRule[] = [
  {
    packages: ["python"],
    severities: { ...mustAgree, patch: "passes" },
    because: "functions travel as byte code, which only the same Python minor can run: others crash the worker",
  },
  {
    packages: ["dask", "distributed"],
    severities: mustAgree,
    because: "client, scheduler and workers speak a protocol that has no versions and changes between releases",
  },
  {
    packages: ["dask-gateway"],
    severities: { ...mustAgree, "missing on the worker": "fails", "missing in the notebook": "fails" },
    because: "the scheduler and the workers of a Dask cluster speak to the gateway with it, as the notebook does",
  },
  {
    packages: ["numpy", "pandas"],
    severities: {
      patch: "passes",
      minor: "passes",
      major: "fails",
      "missing on the worker": "fails",
      "missing in the notebook": "warns",
    },
    because:
      "one major does not read the objects of another, and a graph that holds some cannot be unpacked where the package is missing",
  },
  {
    packages: ["pyarrow"],
    severities: {
      patch: "passes",
      minor: "passes",
      major: "warns",
      "missing on the worker": "fails",
      "missing in the notebook": "passes",
    },
    because: "where it is there, pandas 3 keeps text in it, and such columns cannot be read without it",
  },
];

export const otherPackages: PairRule = {
  packages: [],
  severities: {
    patch: "passes",
    minor: "passes",
    major: "warns",
    "missing on the worker": "passes",
    "missing in the notebook": "passes",
  },
  because: "",
};

export function ruleFor(name: string): PairRule {
  return pairRules.find(({ packages }) => packages.includes(name)) ?? otherPackages;
}
