import { otherPackages, type PairDifference, type PairRule, pairRules } from "./pair-rules.ts";

/** What was seen when small images with one difference were run against each other. */
export interface MeasuredPairs {
  readonly date: string;
  /** What the reference image held. */
  readonly reference: string;
  readonly measured: readonly MeasuredPair[];
}

export interface MeasuredPair {
  readonly notebook: string;
  readonly worker: string;
  /** "functions: the worker was ended by SIGSEGV"; empty when everything passed. */
  readonly failed: readonly string[];
  readonly warned: readonly string[];
}

const differences: readonly PairDifference[] = [
  "patch",
  "minor",
  "major",
  "missing on the worker",
  "missing in the notebook",
];

/** docs/reference/pairs.md: the rules as they are in the code, and what they were made from. */
export function renderPairsPage({ date, reference, measured }: MeasuredPairs): string {
  return [
    "<!-- Made from src/image/pair/pair-rules.ts and test/bench/pairs.measured.json; `npx vitest run src/image/pair -u` writes it. -->",
    "# Notebook and worker: which differences matter",
    "",
    "How a difference between the locks of a notebook image and a worker image is judged. The [guide](../guides/pairs.md) says how a",
    "pair is run. Versions are compared number by number; a label (`.post1`, `rc1`) counts as a patch, another epoch as a major.",
    "",
    "- **refused**: `validate` and `up` say no, and the pair is not run;",
    "- **fails**: the pair is run, and `pair/versions` fails;",
    "- **warns**: named in `pair/versions`, which does not fail;",
    "- **passes**: listed in the output of `pair/versions`.",
    "",
    row(["package", ...differences]),
    row(["---", ...differences.map(() => "---")]),
    ...[...pairRules, otherPackages].map(ruleRow),
    "",
    "Why:",
    "",
    ...pairRules.map((rule) => `- ${titleOf(rule)}: ${rule.because}.`),
    "",
    "The gateway's server, which on this machine runs in the hub image as `dask-gateway-server`, must be of the version of `dask-gateway`",
    "in notebook and worker images: anything else is refused.",
    "",
    "## Measured",
    "",
    `On ${date}, with \`node test/bench/pairs.bench.ts --write\`: two small images run against each other, the same but for one thing, with the`,
    "workflows `arrays`, `dataframes`, `futures`, `functions`, `exceptions`, `pickles` and `gateway`. A pair that a workflow ended was started",
    'anew, three times at most. "reference" held:',
    "",
    `> ${reference}`,
    "",
    row(["notebook", "worker", "what did not pass"]),
    row(["---", "---", "---"]),
    ...measured.map((one) => row([one.notebook, one.worker, outcomeOf(one)])),
    "",
  ].join("\n");
}

function ruleRow(rule: PairRule): string {
  return row([titleOf(rule), ...differences.map((difference) => rule.severities[difference])]);
}

function titleOf({ packages }: PairRule): string {
  return packages.length === 0 ? "every other package" : packages.map((name) => `\`${name}\``).join(", ");
}

function outcomeOf({ failed, warned }: MeasuredPair): string {
  const all = [...failed, ...warned.map((text) => `warned, ${text}`)];
  return all.length === 0 ? "everything passed" : all.join("<br>");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
