import type { Image } from "../../fleet/fleet.ts";
import { type Ignores, parseIgnorePatterns } from "./ignore-patterns.ts";

/**
 * What never matters to a container, as lines of a `.dockerignore` that stands before the image's own: the image's own
 * can take a line back (`!tests`). Tests are run in a container, not built into it; image.yaml is read by hubfleet
 * alone, and what it decides is in the Dockerfile or in the platforms.
 */
export const neverSent: readonly string[] = [
  "image.yaml",
  "tests",
  ".dockerignore",
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

export interface ContextRules {
  /** The text of the image's `.dockerignore`, where it has one. */
  readonly dockerignore?: string;
  /** A generated Dockerfile installs the image's own lock; a Dockerfile of one's own may read any file. */
  readonly isOwnDockerfile: boolean;
  /** The image and its variants. */
  readonly family: readonly Image[];
}

/** Which of the paths of an image's directory, relative to it, a builder is sent. */
export function contextRules(image: Image, { dockerignore = "", isOwnDockerfile, family }: ContextRules): Ignores {
  const ignores = parseIgnorePatterns(`${neverSent.join("\n")}\n${dockerignore.replace(/^\uFEFF/, "")}`);
  const others = isOwnDockerfile ? new Set<string>() : filesOfOthers(image, family);
  return (path) => others.has(path) || ignores(path);
}

/** Requirements and lock of the image's variants (of the image, for a variant): trying something there retags nothing here. */
function filesOfOthers(image: Image, family: readonly Image[]): ReadonlySet<string> {
  const own = [image.requirements, image.lock];
  const all = family.flatMap(({ requirements, lock }) => [requirements, lock]);
  return new Set(all.filter((path) => !own.includes(path)).map((path) => path.slice(image.directory.length + 1)));
}
