import type { Image } from "../../fleet/fleet.ts";
import { type Ignores, ignoresBy, parseIgnorePatterns } from "./ignore-patterns.ts";

/**
 * What never matters to a container, as lines of a `.dockerignore` that stands before the image's own: the image's own
 * can take a line back (`!tests`). Tests are run in a container, not built into it; image.yaml is read by hubfleet
 * alone, and what it decides is in the Dockerfile or in the platforms.
 */
export const neverSent: readonly string[] = [
  "image.yaml",
  "tests",
  ".dockerignore",
  "Dockerfile.dockerignore",
  "**/.git",
  "**/.gitignore",
  "**/.gitattributes",
  "**/__pycache__",
  "**/*.py[co]",
  "**/.ipynb_checkpoints",
  "**/.pytest_cache",
  "**/.mypy_cache",
  "**/.ruff_cache",
  "**/.DS_Store",
  "**/*~",
  "**/.*.sw[op]",
];

const neverSentPatterns = parseIgnorePatterns(neverSent.join("\n"));

export interface ContextRules {
  /** The text of the image's `.dockerignore`, where it has one. */
  readonly dockerignore?: string;
  /** The text of a Dockerfile that hubfleet generated; one of the image's own may read any file. */
  readonly generated?: string;
  /** The image and its variants. */
  readonly family: readonly Image[];
}

/** Which of the paths of an image's directory, relative to it, a builder is not sent. */
export function contextRules(image: Image, { dockerignore = "", generated, family }: ContextRules): Ignores {
  const ignores = ignoresBy([...neverSentPatterns, ...parseIgnorePatterns(dockerignore)]);
  if (generated === undefined) return ignores;
  const sources = copiedSources(generated);
  if (!sources.includes(".")) return (path) => !sources.includes(path);
  const others = filesOfOthers(image, family);
  return (path) => !sources.includes(path) && (others.has(path) || ignores(path));
}

/** What a generated Dockerfile takes from the image's directory, which may be the lock alone. It is named by an argument. */
function copiedSources(dockerfile: string): readonly string[] {
  const values = new Map([...dockerfile.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name = "", value]) => [name, value]));
  const copies = dockerfile.matchAll(/^COPY(?: --(?!from=)\S+)* (?!--)(\S+) \S+$/gm);
  return [...copies].map(([, source = ""]) => source.replace(/^\$(\w+)$/, (words, name) => values.get(name) ?? words));
}

/** Requirements and lock of the image's variants (of the image, for a variant): trying something there retags nothing here. */
function filesOfOthers(image: Image, family: readonly Image[]): ReadonlySet<string> {
  const own = [image.requirements, image.lock];
  const all = family.flatMap(({ requirements, lock }) => [requirements, lock]);
  return new Set(all.filter((path) => !own.includes(path)).map((path) => path.slice(image.directory.length + 1)));
}
