import type { PairSide } from "./pair-side.ts";

/** One thing that is tried with a pair, by the name that its verdict has after "pair/". */
export interface PairWorkflow {
  readonly name: string;
  readonly kind: "built-in" | "own";
  /** As the pair's processes find it. */
  readonly file: string;
  readonly seconds: number;
  /** Names of the packages that both images hold; for those that go through all of them. */
  readonly packages?: readonly string[];
}

/** In this order: what says most about the rest comes first, what ends a worker last. */
const builtIn: readonly { readonly name: string; readonly seconds: number }[] = [
  { name: "versions", seconds: 30 },
  { name: "arrays", seconds: 60 },
  { name: "dataframes", seconds: 60 },
  { name: "futures", seconds: 60 },
  { name: "functions", seconds: 60 },
  { name: "exceptions", seconds: 60 },
  { name: "transfer", seconds: 60 },
  { name: "pickles", seconds: 180 },
  { name: "gateway", seconds: 60 },
];
const last = { name: "lost-worker", seconds: 60 };
const ownSeconds = 120;

export interface PairWorkflowsProps {
  /** Directory of the built-in workflows. */
  readonly code: string;
  /** The operator's files: the name of the verdict → where the file lies. */
  readonly own: Readonly<Record<string, string>>;
  readonly notebook: PairSide;
  readonly worker: PairSide;
  /** Both are one environment, so that it makes no difference where a process runs. */
  readonly isOneEnvironment: boolean;
  readonly only: readonly string[] | undefined;
  /** Instead of the usual limits. */
  readonly seconds: number | undefined;
}

/** What is run with a pair, in its order. */
export function pairWorkflows(props: PairWorkflowsProps): readonly PairWorkflow[] {
  const { code, own, notebook, worker, isOneEnvironment, only, seconds } = props;
  const packages = [...notebook.versions.keys()].filter((name) => worker.versions.has(name)).sort();
  const toBuiltIn = ({ name, seconds: usual }: (typeof builtIn)[number]): PairWorkflow => ({
    name,
    kind: "built-in",
    file: `${code}/${name}.py`,
    seconds: seconds ?? usual,
    ...(name === "pickles" ? { packages } : {}),
  });
  const all = [
    ...builtIn.filter(({ name }) => name !== "gateway" || !isOneEnvironment).map(toBuiltIn),
    ...Object.entries(own)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, file]) => ({ name, kind: "own" as const, file, seconds: seconds ?? ownSeconds })),
    toBuiltIn(last),
  ];
  return only === undefined ? all : all.filter(({ name }) => only.includes(name));
}
