export type ImageTestKind = "pytest" | "script" | "notebook";

/** One file that is run in the image. */
export interface ImageTest {
  /** Relative to the image's directory: "tests/test_maps.py". */
  readonly path: string;
  readonly kind: ImageTestKind;
}

export interface ImageTests {
  readonly tests: readonly ImageTest[];
  /** What else lies in `tests/`, which each of the tests may use: data, conftest.py, modules. */
  readonly support: readonly string[];
}

/**
 * Tells tests from what they use. In `tests/`, whatever its depth: `test_*.py` and `*_test.py` for pytest, other `*.py`
 * as scripts, `*.ipynb` as notebooks; `conftest.py`, and Python files whose names begin with an underscore, only
 * support them, and `tests/pair_*.py` belong to the pair's check. Files that `image.yaml` lists are tests wherever they lie. All paths are relative to the image's directory.
 */
export function findImageTests(listed: readonly string[], files: readonly string[]): ImageTests {
  const present = files.filter(
    (path) => !/(^|\/)(\.|__pycache__\/)/.test(path) && !/^tests\/pair_[^/]*\.py$/.test(path),
  );
  const found = [...new Set([...listed, ...present])].sort().flatMap((path): readonly ImageTest[] => {
    const kind = kindOf(path, listed.includes(path));
    return kind === undefined ? [] : [{ path, kind }];
  });
  const tests = new Set(found.map(({ path }) => path));
  return { tests: found, support: present.filter((path) => !tests.has(path)).sort() };
}

function kindOf(path: string, isListed: boolean): ImageTestKind | undefined {
  const base = path.slice(path.lastIndexOf("/") + 1);
  if (base.endsWith(".ipynb")) return "notebook";
  if (!base.endsWith(".py")) return isListed ? "script" : undefined;
  if (/^test_|_test\.py$/.test(base)) return "pytest";
  return isListed || !(base.startsWith("_") || base === "conftest.py") ? "script" : undefined;
}
