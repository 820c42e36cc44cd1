import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RunResult } from "../run.ts";
import { type GitCommand, gitWords } from "./git-command.ts";
import { stateBranch } from "./state-errors.ts";
import type { PushAnswer, StateStore } from "./state-store.ts";

const branch = `refs/heads/${stateBranch}`;
/** What a remote has said last and nobody has accepted yet. */
const incoming = "refs/hubfleet/incoming";
/** As many as there are. */
const wholeDepth = "2147483647";

/** The steps that talk to a remote. */
export function createGitRemote(git: GitCommand): Pick<StateStore, "remote" | "ask" | "fetch" | "push"> {
  const ask: StateStore["ask"] = async (remote, signal) => {
    const listed = await git.try(["ls-remote", "--refs", "--", remote, branch], { isRemote: true, signal });
    if (listed.exitCode !== 0) return { kind: "unreachable", words: gitWords(listed) };
    const found = listed.stdout.split("\n").find((line) => line.endsWith(`\t${branch}`));
    return found === undefined ? { kind: "absent" } : { kind: "at", commit: found.slice(0, found.indexOf("\t")) };
  };

  const fetchBranch = (remote: string, depth: string | undefined, signal?: AbortSignal): Promise<RunResult> => {
    const words = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-prune", "--no-recurse-submodules"];
    const whole = ["--refmap=", "--no-filter", ...(depth === undefined ? [] : [`--depth=${depth}`])];
    return git.try(["fetch", ...words, ...whole, remote, `+${branch}:${incoming}`], { isRemote: true, signal });
  };

  const isFollowing = async (seen: string): Promise<boolean> =>
    (await git.try(["merge-base", "--is-ancestor", seen, incoming])).exitCode === 0;

  let chosen: Promise<string | undefined> | undefined;
  const choose = async (): Promise<string | undefined> => {
    const keys = "^(remote\\..*\\.(url|pushurl)|hubfleet\\.remote|branch\\.hubfleet/state\\.remote)$";
    const { stdout } = await git.try(["config", "-z", "--get-regexp", keys]);
    return chooseRemote(stdout);
  };

  return {
    remote: () => (chosen ??= choose()),
    ask,
    async fetch(remote, { seen, local }, signal) {
      const isShallow = (await git.must(["rev-parse", "--is-shallow-repository"])).trim() === "true";
      // Where CI took one commit of main, one of the state is enough; elsewhere a depth would make the clone shallow.
      const depth = isShallow && seen === undefined && local === undefined ? "1" : undefined;
      let fetched = await fetchBranch(remote, depth, signal);
      for (let attempt = 0; attempt < 5 && /cannot lock ref/.test(fetched.stderr); attempt += 1) {
        fetched = await fetchBranch(remote, depth, signal);
      }
      if (/couldn't find remote ref/.test(fetched.stderr)) return { kind: "absent" };
      if (fetched.exitCode !== 0) return { kind: "unreachable", words: gitWords(fetched) };
      // Somebody's own shallow fetch may have cut off what lies between.
      if (isShallow && seen !== undefined && !(await isFollowing(seen))) {
        const deepened = await fetchBranch(remote, wholeDepth, signal);
        if (deepened.exitCode !== 0) return { kind: "unreachable", words: gitWords(deepened) };
      }
      return { kind: "at", commit: (await git.must(["rev-parse", "--verify", "--quiet", incoming])).trim() };
    },
    async push(remote, commit, { expected, signal }) {
      const words = ["--porcelain", "--no-progress", "--no-verify", "--no-signed", "--no-follow-tags"];
      const lease = `--force-with-lease=${branch}:${expected ?? ""}`;
      const sent = await git.try(
        [...["-c", `remote.${remote}.mirror=false`], "push", ...words, lease, remote, `${commit}:${branch}`],
        { isRemote: true, signal },
      );
      const answer = classify(sent);
      if (answer.kind !== "refused") return answer;
      // Two at once are told apart from a refusal by what the remote has now.
      const now = await ask(remote, signal);
      const tip = now.kind === "at" ? now.commit : undefined;
      return now.kind !== "unreachable" && tip !== expected ? { kind: "outrun" } : answer;
    },
  };
}

function classify(sent: RunResult): PushAnswer {
  if (sent.exitCode === 0) return { kind: "pushed" };
  const rejection = /^!\t[^\t]*\t\[(remote )?[a-z ]+\](?: \((.*)\))?/m.exec(sent.stdout);
  if (rejection === null) {
    const words = gitWords(sent);
    const isRefusal = /denied|forbidden|\b40[13]\b|not allowed|not authorized|read[- ]only|authentication|username/i;
    return { kind: isRefusal.test(words) ? "refused" : "unsure", words };
  }
  const [, byRemote, reason = ""] = rejection;
  if (byRemote === undefined || /lock|failed to update ref|incorrect old value/.test(reason)) return { kind: "outrun" };
  const said = sent.stderr
    .split("\n")
    .flatMap((line) => /^remote: (?:error: )?(.*\S)\s*$/.exec(line)?.[1] ?? [])
    .join("; ");
  return { kind: "refused", words: [reason, said].filter((words) => words !== "").join(": ") };
}

/** `hubfleet.remote` ("none": no remote), else the upstream of hubfleet/state, else origin, else none. */
function chooseRemote(settings: string): string | undefined {
  const remotes = new Set<string>();
  const chosen = new Map<string, string>();
  for (const setting of settings.split("\0").filter((line) => line !== "")) {
    const [key = "", value = ""] = setting.split(/\n(.*)/s);
    const remote = /^remote\.(.*)\.(?:push)?url$/s.exec(key)?.[1];
    if (remote === undefined) chosen.set(key, value);
    else remotes.add(remote);
  }
  const name = chosen.get("hubfleet.remote") ?? chosen.get("branch.hubfleet/state.remote");
  if (name === undefined || name === ".") return remotes.has("origin") ? "origin" : undefined;
  if (name === "none" || remotes.has(name)) return name === "none" ? undefined : name;
  throw new HubfleetError("STATE_REMOTE_UNKNOWN", {
    message: `the state is to be kept on the remote "${name}", which this repository does not have`,
    hint: `remotes: ${[...remotes].join(", ") || "none"}; choose with: git config hubfleet.remote NAME`,
  });
}
