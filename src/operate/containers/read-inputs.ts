import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet, Image } from "../../fleet/fleet.ts";
import type { ContainerInputs, ContextFile } from "../../image/tag/container-inputs.ts";
import { contextRules } from "../../image/tag/context-files.ts";
import { countedPaths } from "../../image/tag/counted-paths.ts";
import type { Counts } from "../../image/tag/history.ts";
import type { ContextFiles } from "../../ports/context-files.ts";
import type { GitHistory, ListedFiles } from "../../ports/git.ts";
import type { StateFiles } from "../../ports/state-files.ts";

/** What decides a container's content beside the files of its image. */
export interface RecipeText {
  readonly dockerfile: string;
  /** It is the image's own file. */
  readonly isOwn: boolean;
  readonly buildArguments?: Readonly<Record<string, string>>;
}

export interface InputsProps {
  readonly fleet: Pick<Fleet, "images" | "tags" | "origins">;
  /** The fleet's. */
  readonly directory: string;
  readonly git: GitHistory;
  readonly contextFiles: ContextFiles;
  readonly files: Pick<StateFiles, "read">;
  readonly recipe: (image: Image) => Promise<RecipeText>;
}

export interface CountedInputs {
  readonly inputs: ContainerInputs;
  /** Whether a path of the fleet, also one that is gone, decides what the container is. */
  readonly counts: Counts;
}

/** As BuildKit has it, the file named for the Dockerfile comes before the directory's. */
const ignoreFiles = ["Dockerfile.dockerignore", ".dockerignore"];
/** Files that a generated Dockerfile's text is made from; the lock is sent. */
const readByGenerator: ReadonlySet<string> = new Set(["image.yaml", "apt.txt", "runtime.txt"]);

/** Reads what containers are made from, in the order of the images. Files that several share are read once. */
export async function readInputs(images: readonly Image[], props: InputsProps): Promise<readonly CountedInputs[]> {
  const { directory, git, contextFiles } = props;
  const paths = [...new Set(images.flatMap((image) => [image.directory, ...image.paths]))];
  const [listed, recipes] = await Promise.all([git.listFiles(directory, paths), readRecipes(images, props)]);
  const {
    paths: all,
    elsewhere,
    executables,
  }: ListedFiles = listed ?? {
    paths: await contextFiles.list(directory, paths),
    elsewhere: [],
  };

  const byDirectory = Map.groupBy(all, (path) => path.split("/", 2).join("/"));
  const selections = await Promise.all(
    images.map(async (image, index) => {
      const below = byDirectory.get(image.directory) ?? [];
      return select(image, recipes[index] as RecipeText, { all, below, props }); // there is one for each
    }),
  );
  const problems = selections.flatMap(({ image, counts }) => [
    ...incomplete(image, elsewhere, counts),
    ...all.filter((path) => path.includes("\uFFFD") && counts(path)).map((path) => unnameable(image, path)),
  ]);
  if (problems.length > 0) throw new HubfleetErrors(problems);

  const wanted = [...new Set(selections.flatMap(({ sent, counted }) => [...sent, ...counted]))];
  const read = new Map((await contextFiles.read(directory, wanted)).map((file) => [file.path, file]));
  const find = (path: string): readonly ContextFile[] => {
    const file = read.get(path);
    if (file === undefined) return [];
    const isLink = file.linkTarget !== undefined;
    return [executables === undefined || isLink ? file : { ...file, isExecutable: executables.has(path) }];
  };
  return selections.map(({ image, recipe, sent, counted, counts }) => ({
    counts,
    inputs: {
      dockerfile: recipe.dockerfile,
      buildArguments: recipe.buildArguments ?? {},
      platforms: image.platforms,
      files: sent.flatMap(find).map((file) => ({ ...file, path: file.path.slice(image.directory.length + 1) })),
      counted: counted.flatMap(find),
    },
  }));
}

async function readRecipes(images: readonly Image[], { recipe }: InputsProps): Promise<readonly RecipeText[]> {
  const made = await Promise.allSettled(images.map((image) => recipe(image)));
  const failed = made.flatMap((one) => (one.status === "rejected" ? fromUnknown(one.reason) : []));
  if (failed.length > 0) throw new HubfleetErrors(failed);
  return made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

interface Selection {
  readonly image: Image;
  readonly recipe: RecipeText;
  readonly sent: readonly string[];
  readonly counted: readonly string[];
  readonly counts: Counts;
}

async function select(
  image: Image,
  recipe: RecipeText,
  {
    all,
    below,
    props,
  }: { readonly all: readonly string[]; readonly below: readonly string[]; readonly props: InputsProps },
): Promise<Selection> {
  const prefix = `${image.directory}/`;
  const dockerignore = await readIgnoreFile(prefix, below, props);
  const root = image.variantOf ?? image.name;
  const ignores = contextRules(image, {
    ...(dockerignore === undefined ? {} : { dockerignore }),
    ...(recipe.isOwn ? {} : { generated: recipe.dockerfile }),
    family: [...props.fleet.images.values()].filter(({ name, variantOf }) => name === root || variantOf === root),
  });
  const isExtra = countedPaths(image.paths);
  const isSent = (path: string): boolean => path.startsWith(prefix) && !ignores(path.slice(prefix.length));
  return {
    image,
    recipe,
    sent: below.filter(isSent),
    counted: image.paths.length === 0 ? [] : all.filter((path) => isExtra(path) && !isSent(path)),
    counts: (path) => isSent(path) || isExtra(path) || isRecipe(path, prefix, recipe),
  };
}

async function readIgnoreFile(
  prefix: string,
  below: readonly string[],
  { directory, files }: InputsProps,
): Promise<string | undefined> {
  const name = ignoreFiles.find((one) => below.includes(`${prefix}${one}`));
  return name === undefined ? undefined : files.read(`${directory}/${prefix}${name}`);
}

/** What decides the Dockerfile's text, or what is sent; not hashed as files, for that would be twice. */
function isRecipe(path: string, prefix: string, { isOwn }: RecipeText): boolean {
  if (!path.startsWith(prefix)) return false;
  const name = path.slice(prefix.length);
  return ignoreFiles.includes(name) || (isOwn ? name === "Dockerfile" : readByGenerator.has(name));
}

function incomplete(image: Image, elsewhere: readonly string[], counts: Counts): readonly HubfleetError[] {
  return elsewhere.filter(counts).map(
    (path) =>
      new HubfleetError("CHECKOUT_INCOMPLETE", {
        message: `"${path}" of image "${image.name}" is not in this checkout, or belongs to a repository of its own`,
        hint: "check it out (`git sparse-checkout disable`), or name it in the image's .dockerignore if it does not matter",
        at: { path, line: 1, column: 1 },
      }),
  );
}

/** Such a file would not be found again, and be left out without a word. */
function unnameable(image: Image, path: string): HubfleetError {
  return new HubfleetError("FILE_UNREADABLE", {
    message: `the name of "${path}" in image "${image.name}" is not UTF-8`,
    hint: "rename it, or leave it out by the image's .dockerignore",
    at: { path, line: 1, column: 1 },
  });
}
