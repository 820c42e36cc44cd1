/** What a build said about the step that it failed in. */
export interface FailedStep {
  /** As the builder names it: "RUN pip install …"; empty where none had begun. */
  readonly title: string;
  /** Line of the Dockerfile, where the builder tells. */
  readonly line: number | undefined;
  /** The step's last lines, without the builder's own. */
  readonly said: readonly string[];
  /** The builder's last word on it. */
  readonly error: string;
}

/** Follows the lines of a build, whoever builds, and keeps what a message about its failure needs. */
export interface BuildTranscript {
  add(line: string): void;
  failedStep(): FailedStep;
  /** Platform of a base that is not for the platform asked for, as a builder warns of it: "linux/amd64". */
  strangeBase(): string | undefined;
}

const mostLines = 60;

interface Step {
  readonly title: string;
  readonly said: string[];
}

export function createBuildTranscript(): BuildTranscript {
  let current: Step = { title: "", said: [] };
  const vertices = new Map<string, Step>();
  let failed: Step | undefined;
  const errors: string[] = [];
  let line: number | undefined;
  let previous = "";
  let strange: string | undefined;

  function addOfBuildKit(vertex: string, words: string): void {
    const known = vertices.get(vertex);
    if (known === undefined) {
      vertices.set(vertex, { title: words.replace(/^\[[^\]]*\]\s*/, ""), said: [] });
      return;
    }
    const [, said] = /^\d+\.\d+ (.*)$/.exec(words) ?? [];
    if (said !== undefined) keep(known.said, said);
    if (words.startsWith("ERROR: ")) {
      failed = known;
      errors.push(words.slice("ERROR: ".length));
    }
  }

  return {
    add(text) {
      const words = text.trimEnd();
      strange ??= strangeBaseIn(words);
      const [, vertex, rest] = /^#(\d+) (.*)$/.exec(words) ?? [];
      const step = /^(?:\[\d+\/\d+\] )?STEP \d+(?:\/\d+)?: (.*)$/.exec(words)?.[1];
      const error = /^(?:Error|ERROR): (.*)$/.exec(words)?.[1];
      if (vertex !== undefined && rest !== undefined) addOfBuildKit(vertex, rest);
      else if (step !== undefined) current = { title: step, said: [] };
      else if (error !== undefined) errors.push(error);
      else keep(current.said, words);
      // BuildKit: "Dockerfile:3" above a rule, then the excerpt.
      const at = /^-{10,}$/.test(words) ? /:(\d+)$/.exec(previous)?.[1] : undefined;
      if (at !== undefined) line ??= Number(at);
      previous = words;
    },
    failedStep() {
      const { title, said } = failed ?? current;
      return { title, line, said, error: errors.at(-1) ?? "" };
    },
    strangeBase: () => strange,
  };
}

function keep(lines: string[], line: string): void {
  if (line === "") return;
  lines.push(line);
  if (lines.length > mostLines) lines.shift();
}

/** buildah and podman, then BuildKit. They warn, go on, and say in the image that it is what was asked for. */
function strangeBaseIn(line: string): string | undefined {
  const [, architecture, os, wanted] =
    /image platform \(\{(\w+) (\w+)[^)]*\) does not match the expected platform \(\{(\w+)/.exec(line) ?? [];
  if (architecture !== undefined && os !== undefined && architecture !== wanted) return `${os}/${architecture}`;
  return /InvalidBaseImagePlatform: Base image \S+ was pulled with platform "([^"]+)"/.exec(line)?.[1];
}
