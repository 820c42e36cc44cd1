import { createContextFilesMemory } from "../../src/adapters/context-files/context-files-memory.ts";
import { createGitMemory, type GitMemory, type GitMemoryProps } from "../../src/adapters/git/git-memory.ts";
import { type DecidedTag, decideTags, type DecideTagsProps } from "../../src/operate/containers/decide-tags.ts";
import type { RecipeText } from "../../src/operate/containers/read-inputs.ts";
import { aFleet } from "./a-fleet.ts";

export const own: RecipeText = { dockerfile: "FROM scratch\nCOPY . /\n", isOwn: true };
export const fleetDirectory = "/fleet";

/** Images in a repository that is only remembered; what is wrong with their tags is the test's to make. */
export interface TagSetting {
  readonly git: GitMemory;
  readonly tree: Record<string, string>;
  decide(names: readonly string[], props?: Partial<DecideTagsProps>): Promise<readonly DecidedTag[]>;
  one(name: string, props?: Partial<DecideTagsProps>): Promise<DecidedTag>;
  commit(changes: Readonly<Record<string, string | undefined>>): Promise<void>;
}

/** A fleet of lab, lab/next and hub in a repository, as the work tree `tree` says. */
export async function aTagSetting(
  tags: "content" | "chartpress" = "content",
  props: GitMemoryProps = {},
): Promise<TagSetting> {
  const tree: Record<string, string> = {
    "images/lab/image.yaml": "version: 1\n",
    "images/lab/Dockerfile": own.dockerfile,
    "images/lab/start": "exec",
    "images/lab/lock.txt": "dask==1\n",
    "images/lab/lock.next.txt": "dask==2\n",
    "images/lab/tests/test_a.py": "assert True\n",
    "images/hub/start": "exec",
    "common/notice": "hello\n",
  };
  const git = createGitMemory({ tree: async () => ({ ...tree }), ...props });
  const fleet = aFleet()
    .withFleet({ tags })
    .withImage("lab", { variants: { next: { requirements: "requirements.txt" } } })
    .build();
  const decide: TagSetting["decide"] = (names, some) =>
    decideTags(
      names.flatMap((name) => fleet.images.get(name) ?? []),
      {
        fleet,
        directory: fleetDirectory,
        git,
        contextFiles: createContextFilesMemory(() => tree),
        files: { read: async (path) => tree[path.slice(fleetDirectory.length + 1)] },
        recipe: async () => own,
        ...some,
      },
    );
  const commit: TagSetting["commit"] = async (changes) => {
    for (const [path, text] of Object.entries(changes)) {
      if (text === undefined) delete tree[path];
      else tree[path] = text;
    }
    await git.commitAll(fleetDirectory, "x");
  };
  return { git, tree, decide, commit, one: async (name, some) => (await decide([name], some))[0] as DecidedTag };
}

/** The same, committed. */
export async function aCommittedSetting(
  tags: "content" | "chartpress" = "content",
  props?: GitMemoryProps,
): Promise<TagSetting> {
  const setting = await aTagSetting(tags, props);
  await setting.git.initialize(fleetDirectory);
  await setting.commit({});
  return setting;
}

/** All digits of the commit of that number. */
export function commitId(number: number): string {
  return String(number).padStart(7, "0").padEnd(40, "0");
}
