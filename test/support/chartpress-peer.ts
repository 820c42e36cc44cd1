import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { plainGit } from "./git-scratch.ts";

export const chartpressVersion = "2.4.0";

export interface ChartpressAnswer {
  /** "repository:tag" for each image; null: it has none to give. */
  readonly plain: readonly string[] | null;
  readonly long: readonly string[] | null;
}

/** The real chartpress: answers the Python that has it, which is installed outside the checkout when it is not there yet. */
export async function installChartpress(): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const tools = process.env["HUBFLEET_TOOLS"] ?? join(cache, "hubfleet/tools");
  const environment = join(tools, `chartpress-${chartpressVersion}`);
  const python = join(environment, "bin/python");
  const isThere = await access(python).then(
    () => true,
    () => false,
  );
  if (isThere) return python;
  await mkdir(tools, { recursive: true });
  const draft = await mkdtemp(`${environment}.`);
  await execa("uv", ["venv", "--quiet", "--clear", "--relocatable", draft]);
  await execa("uv", ["pip", "install", "--quiet", `chartpress==${chartpressVersion}`], { env: { VIRTUAL_ENV: draft } });
  await rm(environment, { recursive: true, force: true });
  await rename(draft, environment);
  return python;
}

/** What it prints for each repository. */
export async function askChartpress(
  python: string,
  questions: readonly { readonly directory: string; readonly config: string }[],
): Promise<readonly ChartpressAnswer[]> {
  const driver = join(import.meta.dirname, "chartpress_tags.py");
  const { stdout } = await execa(python, [driver], {
    input: questions.map((question) => `${JSON.stringify(question)}\n`).join(""),
    env: { ...plainGit, PYTHONDONTWRITEBYTECODE: "1" },
    stderr: "ignore", // each of its git commands
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ChartpressAnswer);
}
