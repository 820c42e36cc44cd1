import { createHash } from "node:crypto";

/** One file of an image's directory, as its bytes are in the working tree. */
export interface ContextFile {
  /** Relative to the image's directory. */
  readonly path: string;
  readonly isExecutable: boolean;
  /** 64 hexadecimal digits, over the bytes; over the target for a symbolic link. */
  readonly sha256: string;
  /** Where a symbolic link leads, as written in it. Links are sent as links and never followed. */
  readonly linkTarget?: string;
}

/** Everything that a container is made from. */
export interface ContainerInputs {
  /** The text, the image's own or generated; it names the base by digest. */
  readonly dockerfile: string;
  /** What the builder is sent, and nothing else. */
  readonly files: readonly ContextFile[];
  /** Files that image.yaml says count as well (`paths`), relative to the fleet's root; the builder is not sent them. */
  readonly counted?: readonly ContextFile[];
  /** What the builder is told beside the Dockerfile. */
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** All that the tag is for: with one more it is another tag, for one that others use is never moved. */
  readonly platforms: readonly string[];
}

/** "sha256:…", over `renderInputs`. */
export function inputsDigest(inputs: ContainerInputs): string {
  return `sha256:${createHash("sha256").update(renderInputs(inputs)).digest("hex")}`;
}

/**
 * The text that is hashed. Two inputs have the same text only when they are the same: JSON quotes what people choose
 * (paths, the Dockerfile), so that no file can look like the beginning of another. Order does not matter.
 */
export function renderInputs(inputs: ContainerInputs): string {
  const { dockerfile, files, platforms, counted = [], buildArguments = {} } = inputs;
  const told = Object.entries(buildArguments).map(([name, value]) => ["argument", name, value]);
  const lines = [
    dockerfile,
    ["platforms", ...[...platforms].sort()],
    ...told.sort(([, one = ""], [, other = ""]) => (one < other ? -1 : 1)),
    ...sorted("file", files),
    ...sorted("counted", counted),
  ];
  return `hubfleet container inputs 1\n${lines.map((line) => `${JSON.stringify(line)}\n`).join("")}`;
}

function sorted(word: string, files: readonly ContextFile[]): readonly (readonly string[])[] {
  return [...files]
    .sort((left, right) => (left.path < right.path ? -1 : 1))
    .map((file) => [word, kindOf(file), file.path, file.sha256]);
}

function kindOf({ isExecutable, linkTarget }: ContextFile): string {
  if (linkTarget !== undefined) return "link";
  return isExecutable ? "executable" : "plain";
}
