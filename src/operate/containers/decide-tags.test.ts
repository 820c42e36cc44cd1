import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { aCommittedSetting, aTagSetting, commitId, fleetDirectory, own } from "../../../test/support/a-tag-setting.ts";
import { createContextFilesMemory } from "../../adapters/context-files/context-files-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type DecidedTag, decideTags } from "./decide-tags.ts";
import type { RecipeText } from "./read-inputs.ts";

const generated: RecipeText = { dockerfile: "FROM base\nARG LOCK=lock.txt\nCOPY $LOCK /tmp/lock.txt\n", isOwn: false };
const paths = (decided: DecidedTag): readonly string[] => decided.files.map(({ path }) => path);

describe("tags by content", () => {
  it("say what a container is made from, and what was last committed of that", async () => {
    const setting = await aCommittedSetting();
    await setting.commit({ "images/lab/start": "exec more" });
    await setting.commit({ "images/lab/tests/test_a.py": "assert 1\n", "images/hub/start": "exec it" });

    const lab = await setting.one("lab");

    expect(lab).toMatchObject({
      image: "lab",
      repository: "lab",
      revision: commitId(2),
      createdAt: new Date(2000),
      isDirty: false,
      uncommitted: [],
      dockerfile: own.dockerfile,
    });
    expect(lab.tag).toBe(lab.inputsDigest.slice("sha256:".length, "sha256:".length + 16));
    expect(paths(lab)).toEqual(["Dockerfile", "lock.next.txt", "lock.txt", "start"]);
  });

  it.each<readonly [string, boolean, string, string | undefined]>([
    ["a file of the image", true, "images/lab/start", "exec more"],
    ["a new file", true, "images/lab/new", ""],
    ["a removed file", true, "images/lab/start", undefined],
    ["a test", false, "images/lab/tests/test_b.py", "assert True\n"],
    ["image.yaml", false, "images/lab/image.yaml", "version: 1\nrole: notebook\n"],
    ["another image", false, "images/hub/start", "exec more"],
    ["a file beside the images", false, "common/notice", "bye\n"],
  ])("%s changes the tag: %s", async (_what, isChange, path, text) => {
    const setting = await aCommittedSetting();
    const before = await setting.one("lab");

    await setting.commit({ [path]: text });
    const after = await setting.one("lab");

    expect(after.tag !== before.tag).toBe(isChange);
    expect(after.revision).toBe(commitId(isChange ? 2 : 1));
  });

  it("come back with the content, and say which commit brought it back", async () => {
    const setting = await aCommittedSetting();
    const before = await setting.one("lab");
    await setting.commit({ "images/lab/start": "other" });
    await setting.commit({ "images/lab/start": "exec" });

    const after = await setting.one("lab");

    expect([after.tag, after.revision]).toEqual([before.tag, commitId(3)]);
  });

  it("know the files that are not committed as they are", async () => {
    const setting = await aCommittedSetting();
    setting.tree["images/lab/start"] = "other";
    setting.tree["images/lab/tests/test_a.py"] = "other";
    delete setting.tree["images/lab/lock.txt"];

    const lab = await setting.one("lab");

    expect(lab).toMatchObject({ isDirty: true, uncommitted: ["images/lab/lock.txt", "images/lab/start"] });
    expect(paths(lab)).toEqual(["Dockerfile", "lock.next.txt", "start"]);
  });

  it("take what a generated Dockerfile takes, and date it by what its text is made of", async () => {
    const setting = await aCommittedSetting();
    await setting.commit({ "images/lab/image.yaml": "version: 1\nbase: x\n" });
    await setting.commit({ "images/lab/lock.next.txt": "dask==3\n", "images/lab/start": "exec more" });

    const lab = await setting.one("lab", { recipe: async () => generated });

    expect(paths(lab)).toEqual(["lock.txt"]);
    expect(lab.revision).toBe(commitId(2));
  });

  it("tell a variant from its image", async () => {
    const setting = await aCommittedSetting();
    const decided = await setting.decide(["lab", "lab/next"], {
      recipe: async ({ lock }) => ({ ...own, buildArguments: { LOCK: lock.slice("images/lab/".length) } }),
    });

    expect(decided.map(({ repository }) => repository)).toEqual(["lab", "lab-next"]);
    expect(new Set(decided.map(({ tag }) => tag)).size).toBe(2);
    expect(decided[1]?.buildArguments).toEqual({ LOCK: "lock.next.txt" });
  });

  it("count paths that image.yaml names, without sending them", async () => {
    const setting = await aCommittedSetting();
    const fleet = aFleet()
      .withImage("lab", { paths: ["common", "images/lab/start"] })
      .withFile("common/notice", "")
      .withFile("images/lab/start", "")
      .build();
    const decide = async (): Promise<DecidedTag> =>
      (
        await decideTags(
          [...fleet.images.values()].filter(({ name }) => name === "lab"),
          {
            fleet,
            directory: fleetDirectory,
            git: setting.git,
            contextFiles: createContextFilesMemory(() => setting.tree),
            files: { read: async () => undefined },
            recipe: async () => own,
          },
        )
      )[0] as DecidedTag;
    const before = await decide();
    await setting.commit({ "common/notice": "bye\n" });

    const after = await decide();

    expect(after.tag).not.toBe(before.tag);
    expect(after.revision).toBe(commitId(2));
    expect(after.counted?.map(({ path }) => path)).toEqual(["common/notice"]);
    expect(paths(after)).toContain("start");
  });

  it("leave out what .dockerignore says, the Dockerfile's own before the directory's", async () => {
    const setting = await aCommittedSetting();
    setting.tree["images/lab/.dockerignore"] = "lock*\n";
    expect(paths(await setting.one("lab"))).toEqual(["Dockerfile", "start"]);

    setting.tree["images/lab/Dockerfile.dockerignore"] = "start\n";
    expect(paths(await setting.one("lab"))).toEqual(["Dockerfile", "lock.next.txt", "lock.txt"]);
  });

  it("need no repository: what is there counts, and nothing is said to be committed", async () => {
    const setting = await aTagSetting();
    const lab = await setting.one("lab");
    await setting.git.initialize(fleetDirectory);
    await setting.commit({});

    expect(lab).toMatchObject({ revision: undefined, createdAt: new Date(0), isDirty: true });
    expect((await setting.one("lab")).tag).toBe(lab.tag);
  });

  it("are the same in a clone of the newest commits alone, which names no first commit as the last change", async () => {
    const [whole, shallow] = await Promise.all([
      aCommittedSetting(),
      aCommittedSetting("content", { shallow: [fleetDirectory] }),
    ]);
    const [one, other] = await Promise.all([whole.one("lab"), shallow.one("lab")]);

    expect([other.tag, other.revision, other.createdAt]).toEqual([one.tag, undefined, new Date(0)]);

    await shallow.commit({ "images/lab/start": "other" });
    expect((await shallow.one("lab")).revision).toBe(commitId(2));
  });

  it("refuse a checkout that lacks files, unless they do not matter", async () => {
    const setting = await aCommittedSetting();
    const elsewhere = ["images/lab/tests/data", "images/lab/module"];
    const git = { ...setting.git, listFiles: async () => ({ paths: ["images/lab/start"], elsewhere }) };

    await expect(setting.one("lab", { git })).rejects.toMatchObject({
      problems: [{ code: "CHECKOUT_INCOMPLETE", at: { path: "images/lab/module" } }],
    });
  });

  it("refuse names that cannot be read again", async () => {
    const setting = await aCommittedSetting();
    setting.tree["images/lab/gr\uFFFD\uFFFDe"] = "x";
    setting.tree["images/lab/tests/gr\uFFFD\uFFFDe"] = "x";

    await expect(setting.one("lab")).rejects.toMatchObject({ problems: [{ code: "FILE_UNREADABLE" }] });
  });

  it("tell what every recipe has against its image", async () => {
    const setting = await aCommittedSetting();
    const recipe = async (): Promise<RecipeText> =>
      Promise.reject(new HubfleetError("BASE_MISSING", { message: "no" }));

    await expect(setting.decide(["lab", "hub"], { recipe })).rejects.toMatchObject({
      problems: [{ code: "BASE_MISSING" }, { code: "BASE_MISSING" }],
    });
  });

  it("believe what Git recorded where the file system's executable bits mean nothing", async () => {
    const setting = await aCommittedSetting();
    const listed = { paths: ["images/lab/start"], elsewhere: [], executables: new Set(["images/lab/start"]) };
    const git = { ...setting.git, listFiles: async () => listed };

    expect((await setting.one("lab", { git })).files).toMatchObject([{ path: "start", isExecutable: true }]);
  });
});
