import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { outsideHooks } from "../outside-hooks.ts";
import type { Run, RunResult } from "../run.ts";

/** Git, for the state alone: it sees the operator's logins and proxies, and nothing of the command or hook around it. */
export interface GitCommand {
  /** Never fails for what Git says no to. @throws HubfleetError INTERRUPTED, TOOL_MISSING, NOT_A_REPOSITORY, STATE_GIT_FAILED */
  try(words: readonly string[], options?: GitOptions): Promise<RunResult>;
  /** Its output. @throws HubfleetError as `try`, and STATE_GIT_FAILED when Git failed */
  must(words: readonly string[], options?: GitOptions): Promise<string>;
}

export interface GitOptions {
  readonly input?: string;
  readonly isBinary?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Whether a remote takes part, and time is limited accordingly. */
  readonly isRemote?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface GitCommandProps {
  readonly directory: string;
  readonly run: Run;
  /** A variable of the environment that hubfleet was started with. */
  readonly variable: (name: string) => string | undefined;
  /** How long a command of Git may take, and one that talks to a remote. */
  readonly timeLimits: { readonly localMilliseconds: number; readonly remoteMilliseconds: number };
}

export function createGitCommand({ directory, run, variable, timeLimits }: GitCommandProps): GitCommand {
  const settings = Object.entries(ownSettings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  let shell: ReturnType<typeof shellCommand> | undefined;
  const attempt: GitCommand["try"] = async (words, options = {}) => {
    const { input, isBinary = false, signal, isRemote = false, environment } = options;
    const timeoutMilliseconds = isRemote ? timeLimits.remoteMilliseconds : timeLimits.localMilliseconds;
    const secureShell = isRemote ? await (shell ??= shellCommand()) : {};
    const result = await run(["git", "-C", directory, ...settings, ...words], {
      timeoutMilliseconds,
      isExact: true,
      isBinary,
      isGroup: isRemote,
      environment: { ...ownEnvironment, ...secureShell, ...askPass(), ...environment },
      ...(input === undefined ? {} : { input }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (signal?.aborted) {
      throw new HubfleetError("INTERRUPTED", { message: `interrupted in git ${words[0] ?? ""}`, retry: "later" });
    }
    if (result.exitCode === -1 && result.stderr.startsWith("Command timed out")) {
      return { ...result, stderr: `no answer within ${timeoutMilliseconds / 1000} s` };
    }
    if (result.exitCode !== 0) refuseHopeless(result, directory);
    return result;
  };

  /** An askpass that the operator chose for Git may know the password by itself; others open windows. */
  const askPass = (): Readonly<Record<string, string>> =>
    variable("GIT_ASKPASS") === undefined ? { GIT_ASKPASS: "" } : {};

  /** The operator's own way to call ssh, told not to ask and not to wait for ever. */
  const shellCommand = async (): Promise<Readonly<Record<string, string>>> => {
    const isOtherProgram = variable("GIT_SSH") !== undefined && variable("GIT_SSH_COMMAND") === undefined;
    if (isOtherProgram || variable("GIT_SSH_VARIANT") !== undefined) return {};
    const { stdout } = await attempt(["config", "--get-regexp", "^(core\\.sshcommand|ssh\\.variant)$"]);
    if (/^ssh\.variant /m.test(stdout)) return {};
    const configured = variable("GIT_SSH_COMMAND") ?? /^core\.sshcommand (.*)$/m.exec(stdout)?.[1] ?? "ssh";
    return /plink/i.test(configured) ? {} : { GIT_SSH_COMMAND: `${configured} ${shellOptions}` };
  };

  return {
    try: attempt,
    async must(words, options) {
      const result = await attempt(words, options);
      if (result.exitCode !== 0) throw gitFailed(words[0] ?? "", result);
      return result.stdout;
    },
  };
}

export function gitFailed(command: string, result: RunResult): HubfleetError {
  const lock = /Unable to create '(.*\.lock)': File exists/.exec(result.stderr)?.[1];
  return new HubfleetError("STATE_GIT_FAILED", {
    message: `git ${command} failed: ${gitWords(result)}`,
    ...(lock === undefined ? {} : { hint: `if no other Git is at work in this repository, remove ${lock}` }),
    retry: "later",
  });
}

/** What Git said, in a line, without passwords of addresses. */
export function gitWords({ stderr, exitCode }: RunResult): string {
  const lines = stderr.split("\n").map((line) => line.replace(/^(?:fatal|error|remote|warning): /, "").trim());
  const words = [...new Set(lines.filter((line) => line !== "" && !line.startsWith("hint:")))].join("; ");
  const safe = words.replaceAll(/:\/\/[^/@\s]+@/g, "://");
  return safe === "" ? `exit status ${exitCode}` : safe.slice(0, 400);
}

const shellOptions = "-oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=10 -oServerAliveCountMax=3";

/** Win over every file of configuration. */
const ownSettings = {
  // Hooks are for people's commits.
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.askPass": "",
  "credential.interactive": "false",
  "push.gpgSign": "false",
  "push.followTags": "false",
  "push.recurseSubmodules": "no",
  "fetch.recurseSubmodules": "no",
  "fetch.writeCommitGraph": "false",
  "i18n.commitEncoding": "UTF-8",
  "core.filesRefLockTimeout": "2000",
  // Tidying up happens before the command ends, never behind its back.
  "gc.autoDetach": "false",
  "maintenance.autoDetach": "false",
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "30",
} as const;

/** Who writes is said in the records, by an id; a branch that is never rewritten is no place for names and addresses. */
const ownEnvironment: Readonly<Record<string, string | undefined>> = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GCM_INTERACTIVE: "never",
  SSH_ASKPASS: undefined,
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_AUTHOR_NAME: "hubfleet",
  GIT_AUTHOR_EMAIL: "hubfleet@localhost",
  GIT_COMMITTER_NAME: "hubfleet",
  GIT_COMMITTER_EMAIL: "hubfleet@localhost",
  ...outsideHooks,
  ...Object.fromEntries(
    ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "GIT_DEFAULT_HASH", "GIT_EDITOR"].map((name) => [name, undefined]),
  ),
};

/** What no other attempt would change. */
function refuseHopeless({ stderr, exitCode }: RunResult, directory: string): void {
  if (exitCode === -1 && stderr.includes("ENOENT")) {
    throw new HubfleetError("TOOL_MISSING", { message: '"git" is not on PATH', hint: "install Git 2.30 or newer" });
  }
  if (stderr.includes("detected dubious ownership")) {
    throw new HubfleetError("STATE_GIT_FAILED", {
      message: `git does not trust ${directory}: it belongs to another account`,
      hint: `git config --global --add safe.directory ${directory}`,
    });
  }
  if (/^fatal: not a git repository/m.test(stderr)) {
    throw new HubfleetError("NOT_A_REPOSITORY", {
      message: `${directory} is in no Git repository, so there is no branch to keep the state on`,
      hint: "git init, or clone the fleet's repository",
    });
  }
}
