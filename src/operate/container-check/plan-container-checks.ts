import type { Image } from "../../fleet/fleet.ts";
import { type ContainerCheck, containerChecks, inapplicableInContainer } from "../../image/check/container-checks.ts";
import type { DeclaredPackage } from "../../image/check/declared-packages.ts";
import type { ImageTest } from "../../image/check/image-tests.ts";
import { verdictKey } from "../../image/check/verdict-key.ts";
import type { BuiltContainer } from "../../ports/container-builder.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { findTestsOf, readDeclared } from "../image-check/image-files.ts";
import { testName } from "../image-check/plan-checks.ts";

/** A check of a container, with what decides what it comes to. */
export interface PlannedContainerCheck {
  /** "user", "imports", "tests/test_maps.py" */
  readonly name: string;
  readonly key: string;
  /** What it is, unless it is one of the image's own tests. */
  readonly builtIn?: ContainerCheck;
  readonly test?: ImageTest;
  readonly skipped?: string;
}

export interface ContainerCheckPlan {
  readonly checks: readonly PlannedContainerCheck[];
  readonly declared: readonly DeclaredPackage[];
  /** Files that tests use, relative to the image's directory. */
  readonly support: readonly string[];
}

export interface PlanContainerChecksProps {
  readonly image: Image;
  readonly built: BuiltContainer;
  /** Absolute path of the working tree. */
  readonly directory: string;
  /** Absolute path of the directory that holds the harness. */
  readonly harness: string;
  readonly world: Pick<LocalWorld, "files">;
}

/** What is looked at in a container. Its id names its contents, so a verdict need not be reached twice. */
export async function planContainerChecks(props: PlanContainerChecksProps): Promise<ContainerCheckPlan> {
  const { image, built, directory, harness, world } = props;
  const root = `${directory}/${image.directory}`;
  const [revision = "", declared, { tests, support }] = await Promise.all([
    world.files.digest(harness),
    readDeclared(image, directory, world),
    findTestsOf(image, directory, world),
  ]);
  const supporting = await digestsOf(support, root, world);
  const keyOf = (check: string, inputs: unknown): string =>
    verdictKey({ check: `container/${check}`, revision, environments: [built.id], inputs });
  const builtIn = containerChecks.map((name): PlannedContainerCheck => {
    const skipped = inapplicableInContainer(name, image.role);
    const key = keyOf(name, { role: image.role, declared });
    return { name, builtIn: name, key, ...(skipped === undefined ? {} : { skipped }) };
  });
  const own = tests.map(async (test): Promise<PlannedContainerCheck> => {
    const name = testName(test.path);
    return { name, test, key: keyOf(name, { own: await digestsOf([test.path], root, world), supporting }) };
  });
  return { checks: [...builtIn, ...(await Promise.all(own))], declared, support };
}

async function digestsOf(
  paths: readonly string[],
  root: string,
  { files }: Pick<LocalWorld, "files">,
): Promise<readonly (readonly [string, string | undefined])[]> {
  return Promise.all(paths.map(async (path) => [path, await files.digest(`${root}/${path}`)] as const));
}
