import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { CommandResult, Sandbox } from "./process-sandbox.ts";

const program = fileURLToPath(new URL("../../bin/hubfleet", import.meta.url));

/** A `hubfleet` under way. */
export interface MortalCommand {
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  readonly result: Promise<CommandResult>;
}

/** A line of the journal, by step and state: `start hub intent` is written before the hub is started. */
export interface JournalPoint {
  readonly step: string;
  readonly state: "intent" | "done";
}

/** Begins a command, and answers when the journal shows the line; rejects when it ends without it. */
export async function beginUntil(
  sandbox: Sandbox,
  words: readonly string[],
  point: JournalPoint,
): Promise<MortalCommand> {
  const journal = join(sandbox.state, "fleets", sandbox.uuid(), "journal.jsonl");
  const before = existsSync(journal) ? readFileSync(journal, "utf8").length : 0;
  const command = begin(sandbox, words);
  const ended: { result?: CommandResult } = {};
  void command.result.then((result) => (ended.result = result));
  for (;;) {
    const text = existsSync(journal) ? readFileSync(journal, "utf8").slice(before) : "";
    if (text.includes(`"step":"${point.step}","state":"${point.state}"`)) return command;
    if (ended.result !== undefined) {
      const { exitCode, stderr } = ended.result;
      throw new Error(`hubfleet ${words.join(" ")} ended (${exitCode}) before "${point.step}": ${stderr}\n${text}`);
    }
    await wait(1);
  }
}

/** The same, and ends it there with SIGKILL. */
export async function killAt(sandbox: Sandbox, words: readonly string[], point: JournalPoint): Promise<void> {
  const command = await beginUntil(sandbox, words, point);
  command.signal("SIGKILL");
  const { exitCode } = await command.result;
  if (exitCode !== -1) throw new Error(`hubfleet ${words.join(" ")} ended by itself (${exitCode})`);
}

export function begin(sandbox: Sandbox, words: readonly string[]): MortalCommand {
  const env = { ...process.env, ...sandbox.variables };
  const child = spawn(program, [...words], { cwd: sandbox.fleet, env, stdio: ["ignore", "pipe", "pipe"] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    // Not "close": children of a killed command keep its pipes open.
    child.once("exit", (code) =>
      resolve({ exitCode: code ?? -1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
  return { signal: (name) => void child.kill(name), result };
}
