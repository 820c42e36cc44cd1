import { outsideHooks } from "../outside-hooks.ts";
import type { Run, RunResult } from "../run.ts";

/** Why a history cannot be seen as a whole. */
export class HistoryProblem extends Error {
  override readonly name = "HistoryProblem";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Questions to one repository. Whatever fails is a HistoryProblem: half an answer would protect half of the images. */
export interface GitReader {
  /** Its top directory. */
  root(): Promise<string>;
  lines(...words: readonly string[]): Promise<readonly string[]>;
  raw(...words: readonly string[]): Promise<string>;
  succeeds(...words: readonly string[]): Promise<boolean>;
  /** May fail, and takes as long as a network does. */
  ask(...words: readonly string[]): Promise<RunResult>;
  /** Contents of objects, one behind the other. */
  objects(names: readonly string[]): Promise<string>;
  describe(names: readonly string[]): Promise<readonly { object: string; type: string; size: number }[]>;
  /** Those of the commits that are here. */
  present(commits: readonly string[]): Promise<ReadonlySet<string>>;
}

const timeoutMilliseconds = 120_000;

export function createGitReader(run: Run, directory: string, signal: AbortSignal): GitReader {
  const ask = (words: readonly string[], input?: string): Promise<RunResult> =>
    run(["git", "-C", directory, ...words], {
      timeoutMilliseconds,
      signal,
      isExact: true,
      environment: { ...outsideHooks, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      ...(input === undefined ? {} : { input }),
    });
  const raw = async (words: readonly string[], input?: string): Promise<string> => {
    const result = await ask(words, input);
    signal.throwIfAborted();
    if (result.exitCode === 0) return result.stdout;
    const said = result.stderr.trim().split("\n")[0] ?? "";
    throw new HistoryProblem(`git ${words[0] ?? ""} failed: ${said}`, "mend the repository, or clone it anew");
  };
  const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
  const describe = async (names: readonly string[]): ReturnType<GitReader["describe"]> => {
    if (names.length === 0) return [];
    const told = await raw(
      ["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"],
      `${names.join("\n")}\n`,
    );
    return linesOf(told).map((line) => {
      const [object = "", type = "", size = "0"] = line.split(" ");
      return { object, type, size: Number(size) };
    });
  };
  return {
    root: async () => {
      const top = await ask(["rev-parse", "--show-toplevel"]);
      if (top.exitCode !== 0) {
        throw new HistoryProblem(
          `"${directory}" is in no Git repository, so that nothing says what the fleet can return to`,
          "run the command in a clone of the fleet",
        );
      }
      if ((await raw(["rev-parse", "--is-shallow-repository"])).trim() !== "true") return top.stdout.trim();
      throw new HistoryProblem(
        "this is a shallow clone, which lacks what the fleet had before",
        "run `git fetch --unshallow`",
      );
    },
    lines: async (...words) => linesOf(await raw(words)),
    raw: (...words) => raw(words),
    succeeds: async (...words) => (await ask(words)).exitCode === 0,
    ask: (...words) => ask(words),
    objects: (names) => raw(["cat-file", "--batch"], `${names.join("\n")}\n`),
    describe,
    present: async (commits) =>
      new Set((await describe(commits)).flatMap(({ object, type }) => (type === "commit" ? [object] : []))),
  };
}
