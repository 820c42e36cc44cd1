import { HubfleetError } from "../../errors/hubfleet-error.ts";

export interface AptFile {
  /** "gdal-bin", "gdal-bin=3.6.2+dfsg-1+b2": sorted and each once, so that comments and order change no container. */
  readonly packages: readonly string[];
  readonly problems: readonly HubfleetError[];
}

/** Reads an apt.txt: a package per line, comments after "#". Options are refused: they would reach apt as a command. */
export function parseAptFile(path: string, text: string): AptFile {
  const lines = text.split(/\r?\n/).map((line, index) => {
    return {
      line,
      number: index + 1,
      words: line
        .replace(/(^|\s)#.*$/, "")
        .trim()
        .split(/\s+/),
    };
  });
  const packages = lines.flatMap(({ words }) => words.filter(isPackage));
  const problems = lines.flatMap(({ line, number, words }) =>
    words
      .filter((word) => word !== "" && !isPackage(word))
      .map((word) => invalid(word, { path, line: number, excerpt: line })),
  );
  return { packages: [...new Set(packages)].sort(), problems };
}

/** https://www.debian.org/doc/debian-policy/ch-controlfields.html: names, an architecture, a version. */
function isPackage(word: string): boolean {
  return /^[a-z0-9][a-z0-9+.-]+(?::[a-z0-9][a-z0-9-]*)?(?:=[A-Za-z0-9][A-Za-z0-9.+:~-]*)?$/.test(word);
}

function invalid(
  word: string,
  { path, line, excerpt }: { readonly path: string; readonly line: number; readonly excerpt: string },
): HubfleetError {
  const isOption = word.startsWith("-");
  return new HubfleetError("APT_FILE_INVALID", {
    message: `${JSON.stringify(word)} is ${isOption ? "an option, not" : "not"} the name of a Debian package`,
    hint: isOption
      ? "take it out; packages are always installed without those they only recommend"
      : "write one package per line, for example gdal-bin or gdal-bin=3.6.2+dfsg-1+b2",
    at: { path, line, column: excerpt.indexOf(word) + 1, length: word.length, excerpt },
  });
}
