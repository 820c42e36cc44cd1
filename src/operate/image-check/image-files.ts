import type { Image } from "../../fleet/fleet.ts";
import { type DeclaredPackage, declaredPackages } from "../../image/check/declared-packages.ts";
import { findImageTests, type ImageTests } from "../../image/check/image-tests.ts";
import { parseEnvironmentFile } from "../../image/conda/environment-file.ts";
import { includedFiles } from "../../image/lock/included-files.ts";
import { parseLock } from "../../image/lock/parse-lock.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { DraftImage } from "../../runtime/local/draft.ts";
import { draftImage, type ResolvedImage } from "../resolve-images.ts";

/** The lock of pytest alone, by absolute path, and the environment it becomes. */
export interface BroughtPytest {
  readonly lock: string;
  readonly draft: DraftImage;
}

/** What an image declares, from the requirements and the files that they include. */
export async function readDeclared(
  image: Image,
  directory: string,
  world: Pick<LocalWorld, "files">,
): Promise<readonly DeclaredPackage[]> {
  const seen = new Map<string, string>();
  const read = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    const text = (await world.files.read(`${directory}/${path}`)) ?? "";
    seen.set(path, text);
    const parent = path.replace(/[^/]*$/, "");
    for (const included of includedFiles(text)) await read(`${parent}${included}`);
  };
  await read(image.requirements);
  const conda = `${image.directory}/environment.yml`;
  const text = await world.files.read(`${directory}/${conda}`);
  if (text === undefined) return declaredPackages([...seen.values()]);
  const { dependencies, pip } = parseEnvironmentFile(conda, text).environment;
  return declaredPackages([...seen.values(), pip.join("\n")], dependencies);
}

/** The tests that an image's directory has, and what they use. */
export async function findTestsOf(
  image: Image,
  directory: string,
  world: Pick<LocalWorld, "files">,
): Promise<ImageTests> {
  const found = await listFiles(`${directory}/${image.directory}/tests`, "tests", world);
  return findImageTests(
    image.tests.map((path) => path.slice(image.directory.length + 1)),
    found,
  );
}

/** Paths of all files below a directory, each beginning with `name`. */
async function listFiles(path: string, name: string, world: Pick<LocalWorld, "files">): Promise<readonly string[]> {
  const entries = await world.files.list(path);
  const found = entries.map(async (entry) => {
    const below = await listFiles(`${path}/${entry}`, `${name}/${entry}`, world);
    return below.length > 0 ? below : [`${name}/${entry}`];
  });
  return (await Promise.all(found)).flat();
}

/** An environment of pytest alone, on the image's Python: nothing is ever added to an image's own environment. */
export async function pytestFor(
  { lock, image, python }: Pick<ResolvedImage, "image" | "python"> & { readonly lock: string },
  path: string,
  { files, machine }: Pick<LocalWorld, "files" | "machine">,
): Promise<BroughtPytest | undefined> {
  const { packages, conda } = parseLock(lock);
  if ([...packages, ...conda].some(({ name }) => name === "pytest")) return undefined;
  const text = await files.read(path);
  return text === undefined ? undefined : { lock: path, draft: draftImage(text, image.python, python, { machine }) };
}
