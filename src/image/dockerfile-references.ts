/** Another image that a Dockerfile takes something from. */
export interface DockerfileReference {
  /** As it is once build arguments have their default values. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** The line's text. */
  readonly text: string;
}

/**
 * Every image that a Dockerfile names: in FROM, COPY --from and RUN --mount=from
 * (https://docs.docker.com/reference/dockerfile/). Its own stages and `scratch` are none.
 */
export function dockerfileReferences(text: string): readonly DockerfileReference[] {
  const stages = new Set(["scratch"]);
  const values = new Map<string, string>();
  return text.split(/\r?\n/).flatMap((line, index) => {
    const argument = /^\s*ARG\s+(\w+)=("[^"]*"|'[^']*'|\S*)/i.exec(line);
    if (argument?.[1] !== undefined) values.set(argument[1], (argument[2] ?? "").replaceAll(/^["']|["']$/g, ""));
    const written = referenceIn(line);
    if (written === undefined) return [];
    const name = fillIn(written, values);
    const isOwn = stages.has(name.toLowerCase()) || /^\d+$/.test(name);
    const stage = /^\s*FROM\s.*\sAS\s+(\S+)\s*$/i.exec(line)?.[1];
    if (stage !== undefined) stages.add(stage.toLowerCase());
    return isOwn ? [] : [{ name, line: index + 1, column: line.indexOf(written) + 1, text: line }];
  });
}

function referenceIn(line: string): string | undefined {
  return (
    /^\s*FROM\s+(?:--\S+\s+)*(\S+)/i.exec(line)?.[1] ??
    /^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*?--from=(\S+)/i.exec(line)?.[1] ??
    /^\s*RUN\s+.*--mount=\S*\bfrom=([^,\s]+)/i.exec(line)?.[1]
  );
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`; an argument without a value stays as written and is no digest then. */
function fillIn(reference: string, values: ReadonlyMap<string, string>): string {
  return reference.replaceAll(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (whole, braced: string | undefined, fallback: string | undefined, plain: string | undefined) =>
      values.get(braced ?? plain ?? "") ?? fallback ?? whole,
  );
}
