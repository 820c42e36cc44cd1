import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";

import { execa } from "execa";

import { isRoot } from "../skip.ts";

/** A second cluster on this machine, with the images of the first under the same names. */
export interface AnotherCluster {
  readonly kubeconfig: string;
  /** Its API server takes connections and answers nothing. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => Promise<void>;
  readonly takeDown: () => Promise<void>;
}

const scripts = join(import.meta.dirname, "..", "..", "cluster");
const first = dirname(process.env["KUBECONFIG"] ?? "");

export const whyNoOtherCluster: string =
  isRoot && existsSync(join(first, "registry"))
    ? ""
    : "a second cluster is made beside one of test/cluster/up.sh, by root on Linux";

export async function startAnotherCluster(): Promise<AnotherCluster> {
  const words = ["--owner", `${process.pid}`, "--beside", first];
  const { stdout } = await execa(join(scripts, "up.sh"), words, { stdin: "ignore" });
  const root = stdout.trim().split("\n").at(-1) ?? "";
  const signal = async (name: "SIGSTOP" | "SIGCONT"): Promise<void> => {
    for (const pid of await apiServersOf(root)) process.kill(pid, name);
  };
  return {
    kubeconfig: join(root, "kubeconfig"),
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    takeDown: async () => void (await execa(join(scripts, "down.sh"), [root])),
  };
}

async function apiServersOf(root: string): Promise<readonly number[]> {
  const number = root.split("-").at(-1) ?? "";
  const own = `--advertise-address=10.231.${number}.2`;
  const found: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const words = (await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (words[0]?.endsWith("kube-apiserver") === true && words.includes(own)) found.push(Number(entry));
  }
  if (found.length === 0) throw new Error(`no API server of ${root} runs`);
  return found;
}
