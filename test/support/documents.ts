import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** A page of the documentation, or a file that a checkout shows its readers. */
export interface DocumentPage {
  /** From the root of the repository: "docs/guides/access.md". */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
}

export interface CodeBlock {
  /** "sh", "yaml", or "" for output. */
  readonly language: string;
  readonly text: string;
  readonly line: number;
  /** Comments that readers do not see, just above it: `<!-- not run: why -->`, `<!-- exits 4 -->`. */
  readonly marks: readonly string[];
}

/** Every page in Markdown that people read. */
export function readDocuments(): readonly DocumentPage[] {
  const below = (directory: string): readonly string[] =>
    readdirSync(`${repositoryRoot}/${directory}`, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md"))
      .map((path) => `${directory}/${path}`);
  const top = readdirSync(repositoryRoot).filter((path) => path.endsWith(".md"));
  return [...top, ...below("docs"), ...below("src"), ...below("examples")].toSorted().map(readDocument);
}

export function readDocument(path: string): DocumentPage {
  const text = readFileSync(`${repositoryRoot}/${path}`, "utf8");
  return { path, text, blocks: findBlocks(text) };
}

function findBlocks(text: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let marks: string[] = [];
  let open: { language: string; line: number; lines: string[]; marks: readonly string[] } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^ *```(\w*)$/.exec(line);
    if (open !== undefined) {
      if (fence === null) open.lines.push(line);
      else {
        blocks.push({ language: open.language, line: open.line, text: open.lines.join("\n"), marks: open.marks });
        open = undefined;
      }
      continue;
    }
    const mark = /^<!-- (.*) -->$/.exec(line)?.[1];
    if (mark !== undefined) marks.push(mark);
    else if (fence !== null) {
      open = { language: fence[1] ?? "", line: index + 1, lines: [], marks };
      marks = [];
    } else if (line.trim() !== "") marks = [];
  }
  return blocks;
}

/** Words of each `hubfleet` command in a piece of shell, without what is piped, redirected or commented. */
export function commandsIn(shell: string): readonly (readonly string[])[] {
  return shell.split("\n").flatMap((line) =>
    splitWords(line).flatMap((words) => {
      const start = words.findIndex((word) => !/^(?:[A-Z_]+=|npx$)/.test(word));
      const [program = "", ...rest] = words.slice(start === -1 ? words.length : start);
      return program === "hubfleet" || program.endsWith("bin/hubfleet") ? [rest] : [];
    }),
  );
}

/** The simple commands of a line. Quotes hold words together; a comment ends the line. */
function splitWords(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  const end = (): void => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  for (const [piece] of line.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|\s+|&&|\|\|?|;|>>?|#.*$|\\.|[^\s"'&|;>#\\]+|./g)) {
    if (/^\s+$/.test(piece)) end();
    else if (piece.startsWith("#") && word === undefined) break;
    else if (/^(?:&&|\|\|?|;|>>?)$/.test(piece)) {
      end();
      commands.push([]);
    } else word = (word ?? "") + (/^["']/.test(piece) && piece.length > 1 ? piece.slice(1, -1) : piece);
  }
  end();
  return commands.filter((words) => words.length > 0);
}
