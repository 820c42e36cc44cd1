import { builtInChecks, type BuiltInCheck, inapplicable } from "../../image/check/built-in-checks.ts";
import type { DeclaredPackage } from "../../image/check/declared-packages.ts";
import type { ImageTest } from "../../image/check/image-tests.ts";
import { selectImageChecks } from "../../image/check/select-image-checks.ts";
import { verdictKey } from "../../image/check/verdict-key.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { DraftImage } from "../../runtime/local/draft.ts";
import type { ResolvedImage } from "../resolve-images.ts";
import { findBrowser } from "./find-browser.ts";
import { type BroughtPytest, findTestsOf, pytestFor, readDeclared } from "./image-files.ts";

/** A check of an image with everything that decides what it comes to. */
export interface PlannedCheck {
  readonly name: string;
  /** Names the verdict. */
  readonly key: string;
  /** Why it is not tried, which needs no run. */
  readonly skipped?: string;
  /** For one of the image's own tests. */
  readonly test?: ImageTest;
}

export interface CheckPlan {
  readonly checks: readonly PlannedCheck[];
  readonly declared: readonly DeclaredPackage[];
  /** Files that tests use, relative to the image's directory. */
  readonly support: readonly string[];
  readonly browser: string | undefined;
  /** Absolute path of the lock, and the environment it becomes, that pytest is taken from where the image has none. */
  readonly pytest: BroughtPytest | undefined;
}

export interface PlanChecksProps {
  readonly fleet: Fleet;
  readonly resolved: ResolvedImage & { readonly lock: string; readonly draft: DraftImage };
  /** Absolute path of the working tree. */
  readonly directory: string;
  readonly only: readonly string[] | undefined;
  readonly world: Pick<LocalWorld, "files" | "machine" | "pythonSource" | "variable">;
}

/** What is to be checked. Files are read, nothing is run. @throws HubfleetError UNKNOWN_STEP */
export async function planChecks(props: PlanChecksProps): Promise<CheckPlan> {
  const { resolved, directory, only, world } = props;
  const { image, draft } = resolved;
  const root = `${directory}/${image.directory}`;
  const harness = `${world.pythonSource.replace(/\/[^/]*$/, "")}/hubfleet_image`;
  const [revision = "", declared, { tests, support }, browser] = await Promise.all([
    world.files.digest(`${harness}/image_checks`),
    readDeclared(image, directory, world),
    findTestsOf(image, directory, world),
    findBrowser(world),
  ]);
  const names = [...builtInChecks, ...tests.map(({ path }) => testName(path))];
  const selected = selectImageChecks(names, only);
  const pytest = await pytestFor(resolved, `${harness}/pytest.txt`, world);

  const supportDigests = await digests(support, root, world);
  const keyOf = (check: string, inputs: unknown): string =>
    verdictKey({ check, revision, environments: [draft.environment.replace(/^.*\//, "")], inputs });
  const inputsOf: Partial<Record<BuiltInCheck, unknown>> = {
    imports: declared,
    "start-up": declared,
    map: browser ?? null,
  };
  const checks = selected.map(async (name): Promise<PlannedCheck> => {
    const test = tests.find(({ path }) => testName(path) === name);
    if (test !== undefined) {
      const own = await digests([test.path], root, world);
      const brought = test.kind === "pytest" ? (pytest?.draft.lockDigest ?? null) : null;
      return { name, test, key: keyOf(name, { own, support: supportDigests, kind: test.kind, brought }) };
    }
    const check = name as BuiltInCheck; // the only other names there are
    const skipped = inapplicable(check, image.role);
    return { name, key: keyOf(name, inputsOf[check] ?? null), ...(skipped === undefined ? {} : { skipped }) };
  });
  return { checks: await Promise.all(checks), declared, support, browser, pytest };
}

/** "tests/test_maps.py"; a listed file that lies elsewhere gets the same beginning. */
export function testName(path: string): string {
  return path.startsWith("tests/") ? path : `tests/${path}`;
}

async function digests(
  paths: readonly string[],
  root: string,
  { files }: Pick<LocalWorld, "files">,
): Promise<readonly (readonly [string, string | undefined])[]> {
  return Promise.all(paths.map(async (path) => [path, await files.digest(`${root}/${path}`)] as const));
}
