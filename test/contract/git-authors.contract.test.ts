import { afterEach, beforeEach, expect, it } from "vitest";

import { createGitMemory } from "../../src/adapters/git/git-memory.ts";
import type { Git } from "../../src/ports/git.ts";
import { createGitScratch, type GitScratch, readTree } from "../support/git-scratch.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

interface Subject {
  readonly git: Git;
  writeAs(email: string): Promise<void>;
}

const subjects: Readonly<Record<string, (scratch: GitScratch) => Subject>> = {
  cli: (scratch) => ({ git: scratch.port, writeAs: async (email) => scratch.writeAs(email) }),
  memory: () => {
    const git = createGitMemory({ tree: readTree });
    return { git, writeAs: async (email) => git.writeAs(email) };
  },
};

for (const [name, create] of Object.entries(subjects)) {
  skipSuiteUnless(name === "memory" || tool("git"), "git is not installed")(`git's authors: ${name}`, () => {
    let scratch: GitScratch;
    let subject: Subject;
    let directory: string;

    beforeEach(async () => {
      scratch = await createGitScratch();
      subject = create(scratch);
      directory = scratch.root;
    });
    afterEach(async () => scratch.sweep());

    const commit = async (path: string, text: string): Promise<void> => {
      await scratch.write(path, text);
      expect(await subject.git.commitAll(directory, path)).toBe("committed");
    };

    it("knows who wrote what changed paths, and nobody of a commit that is not here", async () => {
      const writeBy = async (by: string, path: string): Promise<string> => {
        await subject.writeAs(by);
        await commit(path, by);
        return (await subject.git.history(directory, ["."]))?.head ?? "";
      };
      await subject.git.initialize(directory);
      const first = await writeBy("ada@example.org", "images/lab/requirements.txt");
      await writeBy("grace@example.org", "images/lab/requirements.txt");
      await writeBy("linus@example.org", "images/labour");
      const last = await writeBy("ada@example.org", "platform.yaml");
      const authors = async (from: string | undefined, to: string, ...paths: readonly string[]): Promise<unknown> =>
        (await subject.git.authors(directory, { from, to }, paths))?.map(({ email }) => email);

      expect(await authors(first, last, "images/lab")).toEqual(["grace@example.org"]);
      expect(await authors(first, last, "images", "platform.yaml")).toEqual([
        "ada@example.org",
        "grace@example.org",
        "linus@example.org",
      ]);
      expect(await authors(first, last, "groups")).toEqual([]);
      expect(await authors(last, first, "images")).toEqual([]);
      expect(await authors(undefined, last, "images/lab")).toEqual(["ada@example.org"]);
      expect(await authors("0123456789".repeat(4), last, "images")).toBeUndefined();
    });

    it("lists what was committed since a moment, with who wrote it, the newest first", async () => {
      await subject.git.initialize(directory);
      expect(await subject.git.commitsSince(directory, new Date(0), ["."])).toBeUndefined();
      await subject.writeAs("ada@example.org");
      await commit("platform.yaml", "1\n");
      await subject.writeAs("grace@example.org");
      await commit("hubs/größe.yaml", "1\n");
      await commit("README.md", "1\n");

      const listed = await subject.git.commitsSince(directory, new Date(0), ["hubs", "platform.yaml"]);

      expect(listed?.map(({ author, subject: line, paths }) => [author.email, line, paths])).toEqual([
        ["grace@example.org", "hubs/größe.yaml", ["hubs/größe.yaml"]],
        ["ada@example.org", "platform.yaml", ["platform.yaml"]],
      ]);
      expect(listed?.[0]?.parent).toBe(listed?.[1]?.id);
      expect(listed?.[1]?.parent).toBeUndefined();
      expect(await subject.git.commitsSince(directory, new Date(Date.now() + 86_400_000), ["."])).toEqual([]);
    });
  });
}
