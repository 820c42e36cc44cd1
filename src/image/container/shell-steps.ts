/** A RUN step of several lines: any command that fails ends it. `mounts` stand between RUN and the commands. */
export function run(commands: readonly string[], mounts: readonly string[] = []): readonly string[] {
  const lines = [...mounts, "set -eu;", ...commands];
  return [`RUN ${lines.map((line, index) => (index === 0 ? line : `    ${line}`)).join(" \\\n")}`];
}

/** Commands that write a small file, line by line: builders that know no here-documents read them too. */
export function printInto(path: string, lines: readonly string[]): readonly string[] {
  return [
    "printf '%s\\n'",
    ...lines.map((line, index) => `  ${quote(line)}${index === lines.length - 1 ? ` > ${path};` : ""}`),
  ];
}

/** A word of the shell that means the text and nothing else. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The same on one line whatever is in the text, for bash alone. */
export function quoteForBash(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", String.raw`\'`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`);
  return `$'${escaped}'`;
}
