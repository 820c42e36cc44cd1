import { spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type CodeBlock, readDocument, repositoryRoot } from "./documents.ts";

/** Guides whose commands test/e2e/guides.e2e.test.ts types, in this order. Others say of each block why it is not run. */
export const executedGuides = [
  "docs/guides/first-fleet.md",
  "docs/guides/access.md",
  "docs/guides/checks.md",
  "docs/guides/when-something-is-wrong.md",
  "docs/guides/images.md",
  "docs/guides/housekeeping.md",
] as const;

/** Typed by test/cluster/guides.cluster.test.ts, the one within the other. */
export const clusterGuides = ["docs/guides/kubernetes.md", "docs/guides/secrets.md"] as const;

/** Typed by a test of its own, in which a week passes: test/e2e/first-release.e2e.test.ts. */
export const releaseGuide = "docs/guides/first-release.md";

/**
 * A block of commands as a reader types them, with what the guide promises. Marks are comments above the block:
 *
 * | mark | meaning |
 * | ---- | ------- |
 * | `not run: WHY` | it is only read |
 * | `first: WHAT`, `afterwards: WHAT` | something that the guide's reader did, before or after; the test knows how |
 * | `runs as: THIS => THAT` | a part of it would take too long, or asks somebody |
 * | `exits: STATUS` | of the last command; 0 otherwise |
 * | `prints: TEXT` | among what the commands print |
 *
 * A block of output below it with the mark `printed by the commands above` is compared line by line.
 */
export interface GuideStep {
  readonly line: number;
  readonly title: string;
  /** Why it is not run. */
  readonly skipped: string | undefined;
  readonly shell: string;
  readonly first: readonly string[];
  readonly afterwards: readonly string[];
  readonly exitCode: number;
  readonly prints: readonly string[];
}

export function stepsOf(path: string): readonly GuideStep[] {
  const { blocks } = readDocument(path);
  return blocks.flatMap((block, index) => {
    if (block.language !== "sh") return [];
    const next = blocks[index + 1];
    const isPrinted = next?.marks.includes("printed by the commands above") === true;
    return [toStep(block, isPrinted ? next.text.split("\n") : [])];
  });
}

function toStep({ text, line, marks }: CodeBlock, printed: readonly string[]): GuideStep {
  const all = (name: string): readonly string[] =>
    marks.filter((mark) => mark.startsWith(`${name}: `)).map((mark) => mark.slice(name.length + 2));
  const shell = all("runs as").reduce((before, change) => {
    const [from = "", to = ""] = change.split(" => ");
    if (!before.includes(from)) throw new Error(`line ${line}: there is no "${from}" to run as "${to}"`);
    return before.replace(from, () => to);
  }, text);
  return {
    line,
    title: text.split("\n")[0] ?? "",
    skipped: all("not run")[0],
    shell,
    first: all("first"),
    afterwards: all("afterwards"),
    exitCode: Number(all("exits")[0] ?? "0"),
    prints: [...all("prints"), ...printed],
  };
}

/** A shell that goes on where the block before ended. */
export interface GuideShell {
  run(shell: string): Promise<{ readonly exitCode: number; readonly output: string }>;
}

/** `hubfleet` is that of this checkout; nobody is at the keyboard. */
export async function openGuideShell(root: string, variables: Readonly<Record<string, string>>): Promise<GuideShell> {
  const bin = join(root, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "hubfleet"), `#!/bin/sh\nexec "${repositoryRoot}/bin/hubfleet" "$@"\n`);
  await chmod(join(bin, "hubfleet"), 0o755);
  let directory = root;
  const kept = join(root, "variables");
  return {
    async run(shell) {
      const before = `test ! -e ${kept} || . ${kept}\nset -a\n`;
      const script = `${before}${shell}\nstatus=$?\nexport -p > ${kept}\nprintf '\\n%s\\n' "$PWD"\nexit $status\n`;
      const path = `${bin}:${process.env["PATH"] ?? ""}`;
      const child = spawn("bash", ["-uo", "pipefail", "-c", script], {
        cwd: directory,
        env: { ...process.env, ...variables, PATH: path },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const pieces: Buffer[] = [];
      const results: Buffer[] = [];
      child.stdout.on("data", (piece: Buffer) => (results.push(piece), pieces.push(piece)));
      child.stderr.on("data", (piece: Buffer) => pieces.push(piece));
      const exitCode = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? -1));
      });
      directory = Buffer.concat(results).toString().trimEnd().split("\n").at(-1) ?? directory;
      return { exitCode, output: Buffer.concat(pieces).toString() };
    },
  };
}

/** What differs from machine to machine in a line: digests, ports, the width of columns. */
export function comparable(line: string): string {
  return line
    .trim()
    .replaceAll(/@[0-9a-f]{8}\b/g, "@DIGEST")
    .replaceAll(/:\d{4,5}\//g, ":PORT/")
    .replaceAll(/\s+/g, " ");
}
