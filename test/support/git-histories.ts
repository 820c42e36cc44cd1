import { createRandom, type Random } from "./random.ts";

/** A history that was thought up, the same for the same seed. */
export interface MadeHistory {
  readonly seed: number;
  /** For `git fast-import`. */
  readonly stream: string;
  /** What to check out: a branch, or a commit by its mark. */
  readonly head: string;
  /** Images with what counts for each beside its directory, as chartpress's options. */
  readonly images: Readonly<Record<string, ChartpressOptions>>;
  readonly baseVersion?: string;
  /** chartpress.yaml is a file of the history, and edited there; else chartpress is given one that nobody committed. */
  readonly hasChartpressFile: boolean;
}

export interface ChartpressOptions {
  readonly contextPath?: string;
  readonly dockerfilePath?: string;
  readonly paths?: readonly string[];
  readonly rebuildOnContextPathChanges?: boolean;
}

type Tree = Readonly<Record<string, string>>;

interface MadeCommit {
  readonly mark: number;
  readonly tree: Tree;
  readonly parents: readonly number[];
}

/** chartpress.yaml for the history's images; `note` makes each edit of it another text. */
export function chartpressText(
  { images, baseVersion }: Pick<MadeHistory, "images" | "baseVersion">,
  note: number,
): string {
  const listed = Object.entries(images).map(([name, options]) => [name, { ...options, valuesPath: `${name}.image` }]);
  const chart = {
    name: "chart",
    imagePrefix: "registry.example.org/fleet/",
    baseVersion,
    images: Object.fromEntries(listed),
  };
  return `# ${note}\n${JSON.stringify({ charts: [chart] }, undefined, 1)}\n`;
}

/**
 * Branches, merges of every kind (one side's, both sides', neither's), several tags of every kind on whatever commit,
 * edits, renames, removals and returns to an earlier text; times that grow, stand still or jump.
 */
export function makeHistory(seed: number): MadeHistory {
  const random = createRandom(seed);
  const options = chooseOptions(random);
  const clock = random.pick(["growing", "equal", "jumping"] as const);
  const commits: MadeCommit[] = [];
  const lines: string[] = [];
  const tips = new Map<string, MadeCommit>();
  let texts = 0;

  const commit = (branch: string, parents: readonly MadeCommit[], tree: Tree): void => {
    const made = { mark: commits.length + 1, tree, parents: parents.map(({ mark }) => mark) };
    const time = { growing: made.mark * 60, equal: 0, jumping: random.below(1000) }[clock];
    lines.push(
      `commit refs/heads/${branch}`,
      `mark :${made.mark}`,
      who("committer", time),
      data(`commit ${made.mark}`),
    );
    for (const [index, parent] of made.parents.entries()) lines.push(`${index === 0 ? "from" : "merge"} :${parent}`);
    lines.push("deleteall");
    for (const [path, text] of Object.entries(tree)) lines.push(`M 100644 inline ${path}`, data(text));
    lines.push("");
    commits.push(made);
    tips.set(branch, made);
  };
  const edit = (tree: Tree): Tree => {
    texts += 1;
    return editTree(tree, { random, texts, options, earlier: commits });
  };

  commit("main", [], edit({}));
  for (let left = random.below(14) + 2; left > 0; left--) {
    const branch = random.pick([...tips.keys()]);
    const tip = tips.get(branch);
    const others = [...tips].filter(([name]) => name !== branch).map(([, other]) => other);
    if (tip === undefined) continue;
    const chance = random.below(10);
    if (chance < 2 && tips.size < 4) commit(`side-${tips.size}`, [random.pick(commits)], edit(tip.tree));
    else if (chance < 5 && others.length > 0) {
      const merged = random.below(5) === 0 ? others : [random.pick(others)];
      commit(branch, [tip, ...merged], mergeTrees(tip, merged, { random, edit }));
    } else commit(branch, [tip], random.below(12) === 0 ? tip.tree : edit(tip.tree));
  }
  lines.push(...makeTags(random, commits));
  const head = random.below(4) === 0 ? random.pick([...tips.keys()]) : "main";
  return { seed, stream: `${lines.join("\n")}\ndone\n`, head, ...options };
}

type Options = Pick<MadeHistory, "images" | "baseVersion" | "hasChartpressFile">;

function chooseOptions(random: Random): Options {
  const names = ["lab", "hub", "docs"].slice(0, 1 + random.below(3));
  const images = names.map((name): [string, ChartpressOptions] => [
    name,
    {
      ...(random.below(3) === 0
        ? { paths: random.pick([["common"], ["common/", "other.txt"], ["./images//hub"], ["."]]) }
        : {}),
      ...(random.below(6) === 0 ? { contextPath: "common" } : {}),
      ...(random.below(8) === 0 ? { dockerfilePath: "other.txt" } : {}),
      ...(random.below(8) === 0 ? { rebuildOnContextPathChanges: false } : {}),
    },
  ]);
  const hasChartpressFile = random.below(2) === 0;
  const plain = images.map(([name, { paths = [] }]): [string, ChartpressOptions] => [name, { paths }]);
  const baseVersion = random.pick(["9.0.0", "0.1.0", "1.0.0-rc.1", "major", "minor", "patch"]);
  return {
    images: Object.fromEntries(hasChartpressFile ? images : plain),
    hasChartpressFile,
    ...(hasChartpressFile && random.below(4) === 0 ? { baseVersion } : {}),
  };
}

interface Editing {
  readonly random: Random;
  readonly texts: number;
  readonly options: Options;
  readonly earlier: readonly MadeCommit[];
}

function editTree(tree: Tree, { random, texts, options, earlier }: Editing): Tree {
  const files = [
    ...["lab", "hub", "docs"].flatMap((name) => [`images/${name}/Dockerfile`, `images/${name}/image.yaml`]),
    "images/lab/tests/test_a.py",
    "common/notice.txt",
    "other.txt",
    "README.md",
  ];
  const next: Record<string, string> = { ...tree };
  const there = Object.keys(next).filter((path) => path !== "chartpress.yaml");
  const kind = random.below(10);
  if (kind === 0 && there.length > 1) delete next[random.pick(there)];
  else if (kind === 1 && there.length > 0) {
    const from = random.pick(there);
    const text = next[from] ?? "";
    delete next[from];
    next[random.pick(files)] = text;
  } else if (kind === 2 && earlier.length > 0) {
    const path = random.pick(files);
    const before = random.pick(earlier).tree[path];
    if (before === undefined) delete next[path];
    else next[path] = before;
  } else next[random.pick(files)] = `text ${texts}\n`;
  if (options.hasChartpressFile && (next["chartpress.yaml"] === undefined || random.below(6) === 0)) {
    next["chartpress.yaml"] = chartpressText(options, texts);
  }
  return Object.keys(next).length === 0 ? { "README.md": `text ${texts}\n` } : next;
}

/** Ours, theirs, both sides' files, or both with an edit of the merge's own. */
function mergeTrees(
  ours: MadeCommit,
  theirs: readonly MadeCommit[],
  { random, edit }: { readonly random: Random; readonly edit: (tree: Tree) => Tree },
): Tree {
  const [first = ours] = theirs;
  const both = Object.assign({}, ours.tree, ...theirs.map(({ tree }) => pickSome(tree, random))) as Tree; // of texts alone
  return random.pick([() => ours.tree, () => first.tree, () => both, () => both, () => edit(both)])();
}

function pickSome(tree: Tree, random: Random): Tree {
  return Object.fromEntries(
    Object.entries(tree).filter(([path]) => path === "chartpress.yaml" || random.below(2) === 0),
  );
}

function makeTags(random: Random, commits: readonly MadeCommit[]): readonly string[] {
  const names = [
    "1.0.0",
    "0.9.0",
    "1.1.0-alpha.1",
    "v2.0.0",
    "2.0.0-beta.2",
    "release-3",
    "nightly",
    "1.0.0-1-gabcdef0",
  ];
  return Array.from(
    { length: random.pick([0, 1, 1, 2, 4]) },
    () => names.splice(random.below(names.length), 1)[0] ?? "",
  ).flatMap((name) => {
    const from = `from :${random.below(5) === 0 ? commits.length : random.pick(commits).mark}`;
    if (random.below(2) === 0) return [`reset refs/tags/${name}`, from, ""];
    return [`tag ${name}`, from, who("tagger", random.below(1000)), data(name)];
  });
}

function who(role: string, time: number): string {
  return `${role} Somebody <somebody@example.org> ${1_700_000_000 + time} +0000`;
}

function data(text: string): string {
  return `data ${new TextEncoder().encode(text).length}\n${text}`;
}
