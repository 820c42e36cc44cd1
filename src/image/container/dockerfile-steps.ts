/** One instruction of a Dockerfile. */
export interface DockerfileStep {
  /** Upper case: "RUN". */
  readonly instruction: string;
  /** What follows it, its lines joined by a space; comments between them are left out. */
  readonly words: string;
  readonly line: number;
  /** The first line, as it is written. */
  readonly text: string;
}

/**
 * A Dockerfile's instructions in order, with the line that each begins in
 * (https://docs.docker.com/reference/dockerfile/). The text of a here-document belongs to its instruction.
 */
export function dockerfileSteps(dockerfile: string): readonly DockerfileStep[] {
  const lines = dockerfile.split(/\r?\n/);
  const steps: DockerfileStep[] = [];
  for (let index = 0; index < lines.length; index++) {
    const text = lines[index] ?? "";
    const [, instruction, first = ""] = /^\s*([A-Za-z]+)(?:\s+(.*))?$/.exec(text) ?? [];
    if (instruction === undefined) continue; // empty, a comment or a parser directive
    const line = index + 1;
    const parts = [first];
    while (/\\\s*$/.test(parts.at(-1) ?? "") && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? "";
      parts[parts.length - 1] = (parts.at(-1) ?? "").replace(/\\\s*$/, "");
      // A comment or an empty line between continued lines ends nothing.
      parts.push(/^\s*(?:#.*)?$/.test(next) ? "\\" : next.trim());
    }
    for (const end of hereDocuments(parts.join(" "))) {
      while (index + 1 < lines.length && (lines[index + 1] ?? "").trim() !== end) parts.push(lines[++index] ?? "");
      index += 1;
    }
    const words = parts.map((part) => part.trim()).filter((part) => part !== "" && part !== "\\");
    steps.push({ instruction: instruction.toUpperCase(), words: words.join(" "), line, text });
  }
  return steps;
}

function hereDocuments(words: string): readonly string[] {
  return [...words.matchAll(/<<-?\s*(["']?)(\w+)\1/g)].map(([, , end = ""]) => end);
}
