import type { CommittedChange, Git } from "../../ports/git.ts";
import { outsideHooks } from "../outside-hooks.ts";
import type { Run } from "../run.ts";
import { refusal } from "./git-history-cli.ts";

const environment = {
  ...outsideHooks,
  GIT_TERMINAL_PROMPT: "0",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  LC_ALL: "C",
};

/** Control characters that no path and no address has. */
const [begin, end] = ["\u0001", "\u0002"];

/** Who wrote commits, by the `git` on PATH. */
export function createGitAuthorsCli(run: Run): Pick<Git, "authors" | "commitsSince"> {
  return {
    commitsSince: async (directory, since, paths) => {
      const shown = ["--no-merges", "--name-only", "--no-renames", "--relative", "--no-show-signature", "--no-mailmap"];
      const words = [...shown, `--since=${since.toISOString()}`, "--format=%x01%H%x02%P%x02%ct%x02%ae%x02%s%x02"];
      const settings = ["-c", "log.showRoot=true", "-c", "core.quotePath=false"];
      const argv = ["git", "-C", directory, ...settings, "log", ...words, "HEAD", "--", ...paths] as const;
      const options = { timeoutMilliseconds: 120_000, environment, isExact: true };
      const { exitCode, stdout, stderr } = await run(argv, options);
      if (exitCode === 0) return stdout.split(begin).slice(1).map(parseChange);
      if (/not a git repository|must be run in a work tree|bad revision|unknown revision/.test(stderr))
        return undefined;
      throw refusal(directory, "log", stderr);
    },
    authors: async (directory, { from, to }, paths) => {
      const range = from === undefined ? ["-1", "--end-of-options", to] : ["--end-of-options", `${from}..${to}`];
      // A merge names the files that are as none of its parents has them: those its author wrote.
      const shown = ["--full-history", "--cc", "--name-only", "--no-renames", "--no-show-signature", "--no-mailmap"];
      const words = ["log", ...shown, "--format=%x01%ae%x02", ...range, "--", ...(from === undefined ? [] : paths)];
      const argv = ["git", "-C", directory, "-c", "log.showRoot=true", ...words] as const;
      const { exitCode, stdout, stderr } = await run(argv, {
        timeoutMilliseconds: 120_000,
        environment,
        isExact: true,
      });
      if (exitCode !== 0) {
        if (/not a git repository|bad revision|Invalid revision range|bad object|unknown revision/.test(stderr))
          return undefined;
        throw refusal(directory, "log", stderr);
      }
      const commits = stdout
        .split(begin)
        .slice(1)
        .map((text) => text.split(end));
      const wrote = commits.filter(([, files = ""]) => files.trim() !== "" || from === undefined);
      return [...new Set(wrote.map(([email = ""]) => email))].toSorted().map((email) => ({ email }));
    },
  };
}

function parseChange(text: string): CommittedChange {
  const [id = "", parents = "", seconds, email = "", subject = "", files = ""] = text.split(end);
  const parent = parents.split(" ").find((word) => word !== "");
  const paths = files.split("\n").filter((path) => path !== "");
  return { id, parent, at: Number(seconds) * 1000, author: { email }, subject, paths };
}
