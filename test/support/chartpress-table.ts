import { chartpressText } from "./git-histories.ts";
import type { GitScratch } from "./git-scratch.ts";

/** The steps of a history; each change is a commit, a minute after the one before. */
interface Steps {
  /** Another text for a file; "chartpress.yaml" is edited without saying anything else. */
  readonly change: (path: string) => Promise<void>;
  readonly tag: (name: string) => Promise<void>;
  readonly annotate: (name: string) => Promise<void>;
  /** A branch from where we are, or one that is there. */
  readonly branch: (name: string) => Promise<void>;
  readonly merge: (name: string) => Promise<void>;
}

const images = { lab: {}, hub: { paths: ["common"] } };

/** Histories, and the tags of lab and hub as chartpress 2.4.0 gives them: test/images asks it about the same table. */
export const chartpressTable: readonly {
  readonly what: string;
  readonly make: (steps: Steps) => Promise<void>;
  readonly tags: readonly [string, string];
}[] = [
  {
    what: "no tag",
    make: async ({ change }) => change("images/lab/a"),
    tags: ["0.0.1-0.dev.git.2.h0a94de3", "0.0.1-0.dev.git.1.hedc13b7"],
  },
  {
    what: "changed after a tag, and not changed since",
    make: async ({ change, tag }) => {
      await tag("1.0.0");
      await change("images/lab/a");
    },
    tags: ["1.0.0-0.dev.git.2.h0a94de3", "1.0.0"],
  },
  {
    what: "exactly on a tag",
    make: async ({ change, tag }) => {
      await change("images/lab/a");
      await tag("1.0.0");
    },
    tags: ["1.0.0", "1.0.0"],
  },
  {
    what: "a tag on a commit that touched no image, and something after it",
    make: async ({ change, tag }) => {
      await change("README.md");
      await tag("1.0.0");
      await change("README.md");
    },
    tags: ["1.0.0", "1.0.0"],
  },
  {
    what: "after a pre-release",
    make: async ({ change, tag }) => {
      await tag("1.0.0-beta.1");
      await change("images/hub/a");
    },
    tags: ["1.0.0-beta.1", "1.0.0-beta.1.git.2.h28a5aaf"],
  },
  {
    what: "a change on an older branch, merged after the tag, keeps the tag",
    make: async ({ change, tag, branch, merge }) => {
      await branch("side");
      await change("images/lab/a");
      await branch("main");
      await change("images/hub/a");
      await tag("1.0.0");
      await merge("side");
    },
    tags: ["1.0.0", "1.0.0"],
  },
  {
    what: "a change on a branch made after the tag",
    make: async ({ change, tag, branch, merge }) => {
      await tag("1.0.0");
      await branch("side");
      await change("images/lab/a");
      await branch("main");
      await change("images/hub/a");
      await merge("side");
    },
    tags: ["1.0.0-0.dev.git.2.h0a94de3", "1.0.0-0.dev.git.2.h6b14f30"],
  },
  {
    what: "a tag on a branch that is not merged does not count, one of each kind does",
    make: async ({ change, tag, annotate, branch }) => {
      await annotate("0.9.0");
      await tag("0.8.0");
      await branch("side");
      await change("images/lab/a");
      await tag("1.0.0");
      await branch("main");
      await change("images/hub/a");
    },
    tags: ["0.9.0", "0.9.0-0.dev.git.2.h6b14f30"],
  },
  {
    what: "an extra path, for the image that names it",
    make: async ({ change, tag }) => {
      await tag("1.0.0");
      await change("common/notice");
    },
    tags: ["1.0.0", "1.0.0-0.dev.git.2.h3797871"],
  },
  {
    what: "an edit of chartpress.yaml is a change of every image",
    make: async ({ change, tag }) => {
      await tag("1.0.0");
      await change("chartpress.yaml");
    },
    tags: ["1.0.0-0.dev.git.2.h649f05d", "1.0.0-0.dev.git.2.h649f05d"],
  },
];

/** Makes the history below the scratch directory; its commits have the same digits on every machine. */
export async function makeTableRepository(scratch: GitScratch, index: number): Promise<string> {
  const name = `table-${index}`;
  let minutes = 0;
  const git = async (...words: readonly string[]): Promise<void> => void (await scratch.git(name, ...words));
  const steps: Steps = {
    change: async (path) => {
      minutes += 1;
      const text = path === "chartpress.yaml" ? chartpressText({ images }, minutes) : `${minutes}\n`;
      await scratch.write(`${name}/${path}`, text);
      await scratch.commit(`change ${path}`, { directory: name, seconds: 1_700_000_000 + minutes * 60 });
    },
    tag: (tag) => git("tag", tag),
    annotate: (tag) => git("tag", "-a", "-m", tag, tag),
    branch: async (branch) => {
      const known = await scratch.git(name, "branch", "--list", branch);
      await git("checkout", "--quiet", ...(known === "" ? ["-b"] : []), branch);
    },
    merge: (branch) => git("merge", "--quiet", "--no-edit", "--no-ff", branch),
  };
  await scratch.git(".", "init", "--quiet", "--initial-branch", "main", name);
  for (const image of Object.keys(images)) await scratch.write(`${name}/images/${image}/Dockerfile`, "FROM scratch\n");
  await steps.change("chartpress.yaml");
  await chartpressTable[index]?.make(steps);
  return `${scratch.root}/${name}`;
}
