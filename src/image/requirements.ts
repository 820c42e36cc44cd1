import { normalizePackageName } from "./lock/parse-lock.ts";

/** One meaningful line of a requirements file. */
export interface Requirement {
  /** Starting at 1. */
  readonly line: number;
  /** The requirement without its comment, as written. */
  readonly text: string;
  readonly what:
    /** From the package index. `range` is what follows the name and extras, markers included. */
    | { readonly kind: "index"; readonly name: string; readonly range: string }
    | { readonly kind: "git"; readonly name: string | undefined; readonly address: string }
    | { readonly kind: "address"; readonly name: string | undefined; readonly address: string }
    /** A path of the machine, also an editable one. */
    | { readonly kind: "path"; readonly path: string }
    /** `-r` or `-c`; relative to the file that names it. */
    | { readonly kind: "file"; readonly constraint: boolean; readonly path: string }
    | { readonly kind: "option"; readonly option: string };
}

/**
 * The lines of a requirements file (https://pip.pypa.io/en/stable/reference/requirements-file-format/) that mean
 * something; comments and blank lines are left out. Lines that no installer would take come back as index requirements
 * of that odd name: the resolver says what is wrong with them.
 */
export function parseRequirements(text: string): readonly Requirement[] {
  return joinContinued(text).flatMap(({ line, text: written }) => {
    const bare = written.replace(/(^|\s)#.*$/, "").trim();
    return bare === "" ? [] : [{ line, text: bare, what: classify(bare) }];
  });
}

function joinContinued(text: string): { readonly line: number; readonly text: string }[] {
  const joined: { line: number; text: string }[] = [];
  let open = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const last = joined.at(-1);
    const continues = line.endsWith("\\");
    const part = continues ? line.slice(0, -1) : line;
    if (open && last !== undefined) last.text += part;
    else joined.push({ line: index + 1, text: part });
    open = continues;
  }
  return joined;
}

function classify(text: string): Requirement["what"] {
  const file = /^(-r|-c|--requirement|--constraint)[\s=]+(.+)$/.exec(text);
  if (file !== null)
    return {
      kind: "file",
      constraint: file[1]?.startsWith("-c") === true || file[1] === "--constraint",
      path: file[2] ?? "",
    };
  const editable = /^(?:-e|--editable)[\s=]+(.+)$/.exec(text)?.[1];
  if (editable === undefined && text.startsWith("-")) return { kind: "option", option: text };
  const spec = editable ?? text;
  const named = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*@\s*(\S+)/.exec(spec);
  const name = named?.[1] === undefined ? undefined : normalizePackageName(named[1]);
  const address = named?.[2] ?? spec.split(/\s/)[0] ?? spec;
  if (/^(?:git|hg|svn|bzr)\+/.test(address)) {
    const egg = /[#&]egg=([A-Za-z0-9._-]+)/.exec(address)?.[1];
    return { kind: "git", name: name ?? (egg === undefined ? undefined : normalizePackageName(egg)), address };
  }
  if (/^https?:\/\//.test(address)) return { kind: "address", name, address };
  if (editable !== undefined || /^(?:file:|\.{0,2}\/|~\/|\.$)/.test(address)) return { kind: "path", path: address };
  const plain = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(spec);
  return { kind: "index", name: normalizePackageName(plain?.[1] ?? spec), range: plain?.[2] ?? "" };
}
