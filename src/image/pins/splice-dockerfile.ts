import { HubfleetError } from "../../errors/hubfleet-error.ts";
import {
  isSameRepository,
  parseTaggedReference,
  renderTaggedReference,
  type TaggedReference,
} from "../container/tagged-reference.ts";
import { type DockerfileReference, dockerfileReferences } from "../dockerfile-references.ts";

/** Replaces the characters from `start` to `end`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Writes another reference into a Dockerfile: wherever it names that repository, or else over the only image that it
 * starts from. Where a reference comes from an ARG, the ARG's default is written. Nothing else changes.
 * @throws HubfleetError BASE_UNCLEAR
 */
export function spliceDockerfile(path: string, text: string, target: TaggedReference): string {
  const references = dockerfileReferences(text);
  const chosen = choose(path, references, target);
  const edits = new Map<number, Edit>();
  for (const reference of chosen) {
    const edit = editFor(path, text, reference, target);
    edits.set(edit.start, edit);
  }
  const spliced = [...edits.values()]
    .toSorted((one, other) => other.start - one.start)
    .reduce((whole, { start, end, text: put }) => whole.slice(0, start) + put + whole.slice(end), text);

  // An ARG may have more users than those that were meant.
  const wanted = renderTaggedReference(target);
  const after = dockerfileReferences(spliced);
  const strayed = references.find(
    (reference, index) => after[index]?.name !== (chosen.includes(reference) ? wanted : reference.name),
  );
  if (strayed === undefined) return spliced;
  throw unclear(
    path,
    `the ARG is used on line ${strayed.line} too, for ${JSON.stringify(strayed.name)}`,
    strayed,
    "give each image an ARG of its own",
  );
}

/** The references of a Dockerfile that have a tag beside their digest, or a tag alone. */
export function taggedReferences(
  text: string,
): readonly { readonly reference: TaggedReference; readonly line: number }[] {
  return dockerfileReferences(text).flatMap(({ name, line }) => {
    const reference = parsed(name);
    return reference?.tag === undefined ? [] : [{ reference, line }];
  });
}

function choose(
  path: string,
  references: readonly DockerfileReference[],
  target: TaggedReference,
): readonly DockerfileReference[] {
  const same = references.filter(({ name }) => {
    const reference = repositoryOf(name);
    return reference !== undefined && isSameRepository(reference, target);
  });
  if (same.length > 0) return same;
  const bases = references.filter(({ text }) => /^\s*FROM\s/i.test(text));
  const [first, second] = [...new Set(bases.map(({ name }) => name))];
  if (first !== undefined && second === undefined) return bases;
  if (first === undefined) throw unclear(path, "it starts from no image of a registry", undefined, "write a FROM line");
  throw unclear(
    path,
    `it starts from several images, and from none of "${target.name}"`,
    bases[0],
    `put "${target.name}:${target.tag ?? "TAG"}" on the line that is meant, then run the command again`,
  );
}

/** What has to be written where, so that the reference comes to the target. */
function editFor(path: string, text: string, reference: DockerfileReference, target: TaggedReference): Edit {
  const start = lineStart(text, reference.line) + reference.column - 1;
  const written = /^[^\s,]+/.exec(text.slice(start))?.[0] ?? "";
  const whole = renderTaggedReference(target);
  if (!written.includes("$")) return { start, end: start + written.length, text: whole };

  const [, prefix = "", braced, fallback, plain] = /^([^$]*)\$(?:\{(\w+)(?::-([^}$]*))?\}|(\w+))$/.exec(written) ?? [];
  const variable = braced ?? plain;
  const put = prefix === "" ? whole : afterName(prefix, whole, target);
  if (variable === undefined || put === undefined) {
    throw unclear(path, `${JSON.stringify(written)} is put together from parts`, reference, `write "FROM ${whole}"`);
  }
  const [argument, another] = argumentsOf(text, variable).filter(({ line }) => line < reference.line);
  if (another !== undefined) {
    throw unclear(path, `ARG ${variable} is given a default more than once`, reference, "keep one of them");
  }
  if (argument !== undefined) return { ...argument, text: put };
  if (fallback === undefined)
    throw unclear(path, `ARG ${variable} has no default`, reference, `write "ARG ${variable}=${put}"`);
  const inside = start + written.lastIndexOf(fallback);
  return { start: inside, end: inside + fallback.length, text: put };
}

/** "registry/name:" with a variable behind it: only tag and digest belong into that. */
function afterName(prefix: string, whole: string, { name, tag }: TaggedReference): string | undefined {
  return prefix === `${name}:` && tag !== undefined ? whole.slice(prefix.length) : undefined;
}

/** Where the defaults of an ARG stand, without their quotes. */
function argumentsOf(text: string, variable: string): readonly { start: number; end: number; line: number }[] {
  const found: { start: number; end: number; line: number }[] = [];
  for (const match of text.matchAll(/^[ \t]*ARG[ \t]+(\w+)=("[^"\r\n]*"|'[^'\r\n]*'|[^\s]*)/gim)) {
    if (match[1] !== variable) continue;
    const value = match[2] ?? "";
    const quote = /^["']/.test(value) ? 1 : 0;
    const end = match.index + match[0].length - quote;
    found.push({ start: end - value.length + 2 * quote, end, line: text.slice(0, match.index).split("\n").length });
  }
  return found;
}

function lineStart(text: string, line: number): number {
  let start = 0;
  for (let count = 1; count < line; count += 1) start = text.indexOf("\n", start) + 1;
  return start;
}

function parsed(name: string): TaggedReference | undefined {
  try {
    return parseTaggedReference(name);
  } catch {
    return undefined;
  }
}

/** Also of a name without a tag. */
function repositoryOf(name: string): TaggedReference | undefined {
  return parsed(name) ?? parsed(`${name}:latest`);
}

function unclear(
  path: string,
  message: string,
  reference: DockerfileReference | undefined,
  hint: string,
): HubfleetError {
  return new HubfleetError("BASE_UNCLEAR", {
    message: `it is not clear where in "${path}" the base stands: ${message}`,
    hint,
    at: {
      path,
      line: reference?.line ?? 1,
      column: reference?.column ?? 1,
      ...(reference === undefined ? {} : { excerpt: reference.text }),
    },
  });
}
