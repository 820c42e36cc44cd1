import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { describe, expect, it } from "vitest";

import { readCommandLine } from "../../test/support/a-command-line.ts";
import { commandsIn, type DocumentPage, readDocuments, repositoryRoot } from "../../test/support/documents.ts";
import { clusterGuides, executedGuides, stepsOf } from "../../test/support/guide.ts";
import { listCodes } from "../errors/find-code.ts";
import { commands } from "./commands.ts";

const pages = readDocuments();
const named = (path: string): readonly [string, DocumentPage] => {
  const page = pages.find((one) => one.path === path);
  if (page === undefined) throw new Error(`there is no ${path}`);
  return [path, page];
};
const all = pages.map(({ path }) => named(path));

/** What stands for something of the reader's own. */
const readersOwn: Readonly<Record<string, string>> = { COMMAND: "status", CODE: "PORT_TAKEN", KEY: "access.users" };

/** What hubfleet says to command lines that it does not understand; `isProse`: a command in a sentence may be cut short. */
async function refusals(lines: readonly (readonly string[])[], { isProse }: { isProse: boolean }): Promise<string[]> {
  const refused: string[] = [];
  for (const words of lines) {
    // The program itself is named.
    if (words.length === (words[0] === "-C" ? 2 : 0)) continue;
    const reading = await readCommandLine(words.map((word) => readersOwn[word] ?? word));
    if (reading.kind === "understood") continue;
    if (isProse && reading.told.includes("missing required argument")) continue;
    refused.push(`hubfleet ${words.join(" ")}: ${reading.told.split("\n")[0]}`);
  }
  return refused;
}

function inProse(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/`((?:bin\/)?hubfleet [^`]+)`/g)].flatMap(([, line = ""]) => commandsIn(line));
}

describe("the documentation", () => {
  it.each(all)("names commands and options that there are: %s", async (_path, { text, blocks }) => {
    const shell = blocks.filter(({ language }) => language === "sh").flatMap((block) => commandsIn(block.text));
    const prose = inProse(text.replaceAll(/^```[^]*?^```$/gm, ""));

    expect(await refusals(shell, { isProse: false })).toEqual([]);
    expect(await refusals(prose, { isProse: true })).toEqual([]);
  });

  it.each(all)("leads somewhere with each of its links: %s", (path, { text }) => {
    const targets = [...text.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = ""]) => to);
    const dead = targets.filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(path, target));

    expect(dead).toEqual([]);
  });

  it.each(all)("names files of the repository that there are: %s", (_path, { text }) => {
    const ours = /`((?:src|test|script|docs|assets|schemas|bin|\.ci)\/[\w./-]+)`/g;
    const paths = [...text.matchAll(ours)].map(([, name = ""]) => name);

    expect(paths.filter((name) => !existsSync(join(repositoryRoot, name)))).toEqual([]);
  });

  it("draws a tree of directories that there are", () => {
    const [, { blocks }] = named("CONTRIBUTING.md");
    const tree = blocks.find(({ text }) => text.startsWith("src/"))?.text ?? "";
    const names = tree.split("\n").flatMap((line) => {
      const [, stroke = "", name = ""] = /^([├└]─ )?([\w./-]+)/.exec(line) ?? [];
      return name === "" ? [] : [stroke === "" ? name : `src/${name}`];
    });

    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !existsSync(join(repositoryRoot, name)))).toEqual([]);
  });
});

describe("the commands of a guide", () => {
  // The other guides are told by end-to-end tests of their own; here their commands are read.
  const executed: readonly string[] = [...executedGuides, ...clusterGuides];
  const guides = all.filter(([path]) => path === "README.md" || executed.includes(path));

  it.each(guides)("are typed by a test, or the page says why not: %s", (path) => {
    const isExecuted = executed.includes(path);
    const idle = stepsOf(path).filter(({ skipped }) => skipped === undefined && !isExecuted);

    expect(idle.map(({ line, title }) => `${path}:${line} ${title}: <!-- not run: WHY --> is missing`)).toEqual([]);
  });
});

describe("what hubfleet itself tells people to type", () => {
  it("is understood, in the remedies of error codes", async () => {
    const texts = listCodes().flatMap(({ meaning, cause = "", remedy = "" }) => [meaning, cause, remedy]);

    expect(await refusals(texts.flatMap(inProse), { isProse: true })).toEqual([]);
  });

  it.each(commands.map(({ name }) => name))("is understood, in the help of %s", async (name) => {
    const help = await readCommandLine([...name.split(" "), "--help"]);
    const output = help.kind === "understood" ? help.output : "";
    const examples = output.split("\n").filter((line) => /^ {2,}hubfleet /.test(line));

    expect(output).toContain("Usage: hubfleet");
    expect(await refusals(examples.flatMap(commandsIn), { isProse: false })).toEqual([]);
    expect(await refusals(inProse(output), { isProse: true })).toEqual([]);
  });
});

/** A file, or a heading as GitHub names it. */
function leadsSomewhere(from: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : normalize(join(dirname(from), file));
  if (!existsSync(join(repositoryRoot, path))) return false;
  if (anchor === undefined) return true;
  const page = pages.find((one) => one.path === path.replace(/\/$/, ""));
  const headings = [...(page?.text.matchAll(/^#+ (.*)$/gm) ?? [])].map(([, title = ""]) => title);
  return headings.some((title) => slugOf(title) === anchor);
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
