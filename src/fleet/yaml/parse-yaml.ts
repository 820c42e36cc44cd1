import { Composer, type Document, Lexer, LineCounter, Parser, type YAMLError } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { convertNodes, type ConvertProblem } from "./convert-nodes.ts";
import { createLocate, createYamlDocument, type Locate, type YamlDocument } from "./yaml-document.ts";

export interface YamlReading {
  readonly document?: YamlDocument;
  readonly problems: readonly HubfleetError[];
}

/** Nothing that people write is nested deeper. */
export const maxDepth = 64;

/** Lexer and composer keep several entries per level of nesting. */
const maxParserStack = maxDepth * 3;
const shownSyntaxProblems = 5;
const mostSyntaxProblems = 1_000;
const shownKeyProblems = 50;
/** The composer's time grows with the square of their number. */
const crowdOfProperties = /(?:[&!][^\s]*\s+){21}/;

/** Text to one document, or all the reasons why not. Never throws, whatever the text. */
export function parseYaml(path: string, text: string, options: { readonly excerpts: boolean }): YamlReading {
  const lines = countLines(text);
  const locate = createLocate(path, text, { lines, excerpts: options.excerpts });
  const crowd = text.search(crowdOfProperties);
  if (crowd !== -1) {
    const message = "more than 20 anchors or tags stand before one value";
    return { problems: [new HubfleetError("YAML_INVALID", { message, at: locate(crowd, crowd + 1) })] };
  }
  const documents = compose(text);
  if (typeof documents === "number") {
    const message = `lists and maps are nested more than ${maxDepth} deep`;
    return { problems: [new HubfleetError("YAML_TOO_DEEP", { message, at: locate(documents, documents + 1) })] };
  }

  const [first, second] = documents;
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) return { problems: syntaxProblems(text, errors, locate) };
  const warnings = documents.flatMap((document) => document.warnings);
  if (warnings.length > 0) return { problems: invalidLines(warnings, locate).slice(0, shownSyntaxProblems) };
  if (second !== undefined) {
    const start = text.indexOf("---", first?.range?.[1] ?? 0);
    return { problems: [severalDocuments(locate(Math.max(0, start), start + 3))] };
  }
  if (first === undefined || first.contents === null) return { problems: [emptyFile(path)] };

  const { value, nodes, problems } = convertNodes(first.contents, maxDepth);
  if (value === null && problems.length === 0) return { problems: [emptyFile(path)] };
  const reported = problems.slice(0, shownKeyProblems).map((problem) => conversionProblem(problem, locate));
  if (problems.some((problem) => problem.isFatal)) return { problems: reported };
  return {
    document: createYamlDocument({ path, text, value, root: first.contents, nodes, locate }),
    problems: reported,
  };
}

/** The documents of the text, or the offset at which it is nested too deep for the composer's recursion. */
function compose(text: string): Document.Parsed[] | number {
  const parser = new Parser();
  const composer = new Composer({
    uniqueKeys: false,
    merge: false,
    strict: true,
    schema: "core",
    keepSourceTokens: false,
  });
  const documents: Document.Parsed[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > maxParserStack) return parser.offset;
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return documents;
}

function syntaxProblems(text: string, errors: readonly YAMLError[], locate: Locate): HubfleetError[] {
  const isTab = (error: YAMLError): boolean => {
    if (error.code === "TAB_AS_INDENT") return true;
    const lineStart = text.lastIndexOf("\n", error.pos[0] - 1) + 1;
    return /^ *\t/.test(text.slice(lineStart, lineStart + 200));
  };
  if (errors.some(isTab)) return tabProblems(text, locate);

  // Behind the first one the parser only guesses.
  const [first, ...others] = invalidLines(errors, locate);
  if (first === undefined || others.length === 0) return first === undefined ? [] : [first];
  const { message, at } = first;
  const hint = `mend this first: ${followers(others.length)} of this file ${others.length === 1 ? "follows" : "follow"} from it`;
  return [new HubfleetError("YAML_INVALID", { message, hint, ...(at === undefined ? {} : { at }) })];
}

function followers(count: number): string {
  return count === 1 ? "1 more problem" : `${count} more problems`;
}

/** One problem a line, by place. */
function invalidLines(errors: readonly YAMLError[], locate: Locate): HubfleetError[] {
  const problems = new Map<number, HubfleetError>();
  for (const error of errors.toSorted((one, other) => one.pos[0] - other.pos[0]).slice(0, mostSyntaxProblems)) {
    const at = locate(error.pos[0], Math.max(error.pos[1], error.pos[0] + 1));
    if (problems.has(at.line)) continue;
    problems.set(at.line, new HubfleetError("YAML_INVALID", { message: plainMessage(error), at }));
  }
  return [...problems.values()];
}

function tabProblems(text: string, locate: Locate): HubfleetError[] {
  const problems: HubfleetError[] = [];
  for (const match of text.matchAll(/^( *)(\t+)\s*\S/gm)) {
    const start = match.index + (match[1] ?? "").length;
    const at = locate(start, start + (match[2] ?? "").length);
    problems.push(
      new HubfleetError("YAML_TAB", { message: "the line is indented with a tab", hint: "indent with spaces", at }),
    );
    if (problems.length >= shownSyntaxProblems) break;
  }
  return problems;
}

/** The parser counts fewer lines than the text has when it meets an error. */
function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; start !== -1; start = nextLine(text, start)) lines.addNewLine(start);
  return lines;
}

function nextLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? -1 : end + 1;
}

/** The library's message in the form of ours: lower-case start, no full stop. */
function plainMessage(error: YAMLError): string {
  const message = (error.message.split("\n")[0] ?? "").slice(0, 200).replace(/[.:]$/, "");
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function severalDocuments(at: ReturnType<Locate>): HubfleetError {
  return new HubfleetError("YAML_SEVERAL_DOCUMENTS", {
    message: "a second YAML document starts here",
    hint: "put each document into a file of its own",
    at,
  });
}

function emptyFile(path: string): HubfleetError {
  return new HubfleetError("FILE_EMPTY", {
    message: `"${path}" is empty`,
    hint: "write at least `version: 1`, or delete the file",
    at: { path, line: 1, column: 1 },
  });
}

function conversionProblem(problem: ConvertProblem, locate: Locate): HubfleetError {
  const at = locate(problem.range[0], problem.range[1]);
  const first = problem.first === undefined ? undefined : locate(problem.first, problem.first + 1);
  const message = first === undefined ? problem.message : `${problem.message} (first on line ${first.line})`;
  return new HubfleetError(problem.code, {
    message,
    at,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
}
