import type { CommandRecipient } from "../../fleet/recipient.ts";
import type { SendResult } from "../../ports/notifier.ts";
import type { Run } from "../run.ts";
import { failureWords } from "./failure-words.ts";

interface RunNoticeProps {
  readonly directory: string;
  readonly run: Run;
  readonly variable: (name: string) => string | undefined;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

/** What programs need to find each other, their settings and their way out. */
const usual = [
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"],
  ...["XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
] as const;

/** Runs a command with the message on its standard input. What it starts ends with it when its time is up. */
export async function runNotice(
  { command, variables }: CommandRecipient,
  body: string,
  { directory, run, variable, timeoutMilliseconds, signal }: RunNoticeProps,
): Promise<SendResult> {
  const missing = variables.find((name) => (variable(name) ?? "") === "");
  if (missing !== undefined) return down(`the variable ${missing} is not set where hubfleet runs`);

  const environment = Object.fromEntries([...usual, ...variables].map((name) => [name, variable(name)]));
  const limit = AbortSignal.timeout(timeoutMilliseconds);
  const { exitCode, stdout, stderr } = await run(command, {
    directory,
    timeoutMilliseconds,
    signal,
    environment,
    isEnvironmentWhole: true,
    isGroup: true,
    isExact: true,
    input: `${body}\n`,
  });
  signal.throwIfAborted();
  if (exitCode === 0) return { kind: "sent" };
  if (limit.aborted) return down(`it did not end within ${timeoutMilliseconds / 1000} s`);

  const words = failureWords(
    stderr.trim() === "" ? stdout : stderr,
    variables.map((name) => variable(name) ?? ""),
  );
  if (exitCode === -1)
    return down(/ENOENT|EACCES/.test(stderr) ? `there is no program "${command[0]}" that can be run` : words);
  return { kind: "failed", words: `it exited with ${exitCode}${words === "" ? "" : `: ${words}`}`, isDown: false };
}

function down(words: string): SendResult {
  return { kind: "failed", words, isDown: true };
}
