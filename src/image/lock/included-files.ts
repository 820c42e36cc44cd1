/** Paths that a requirements file names by `-r` and `-c`, as written; addresses are not among them. */
export function includedFiles(requirements: string): readonly string[] {
  const found = requirements.split(/\r?\n/).flatMap((line) => {
    const path = /^\s*(?:-[rc]\s*|--(?:requirement|constraint)[=\s]\s*)(["']?)([^\s"'#][^\s"']*)\1/.exec(line)?.[2];
    return path === undefined || /^[a-z][a-z+]*:\/\//i.test(path) ? [] : [path];
  });
  return [...new Set(found)];
}
