import { describe, expect, it } from "vitest";

import { aCommittedSetting, aTagSetting, commitId, fleetDirectory } from "../../../test/support/a-tag-setting.ts";

describe("tags as chartpress makes them", () => {
  it("count commits, tests and image.yaml among what changes them", async () => {
    const setting = await aCommittedSetting("chartpress");
    await setting.commit({ "images/lab/tests/test_a.py": "assert 1\n" });
    await setting.commit({ "images/hub/start": "exec more" });

    const decided = await setting.decide(["lab", "lab/next", "hub"]);

    expect(decided.map(({ tag, revision }) => [tag, revision])).toEqual([
      ["0.0.1-0.dev.git.2.h0000002", commitId(1)],
      ["0.0.1-0.dev.git.2.h0000002", commitId(1)],
      ["0.0.1-0.dev.git.3.h0000003", commitId(3)],
    ]);
  });

  it("take the newest tag of Git for what came before it, and go on from it", async () => {
    const setting = await aCommittedSetting("chartpress");
    await setting.commit({ "common/notice": "bye\n" });
    setting.git.tag(fleetDirectory, "1.0.0");
    await setting.commit({ "images/hub/start": "exec more" });

    const tags = (await setting.decide(["lab", "hub"])).map(({ tag }) => tag);
    const long = (await setting.decide(["lab", "hub"], { isLong: true })).map(({ tag }) => tag);

    expect(tags).toEqual(["1.0.0", "1.0.0-0.dev.git.3.h0000003"]);
    expect(long).toEqual(["1.0.0-0.dev.git.2.h0000002", "1.0.0-0.dev.git.3.h0000003"]);
  });

  it("count the fleet's chartpress.yaml, and what it says, where there is one", async () => {
    const setting = await aCommittedSetting("chartpress");
    await setting.commit({ "chartpress.yaml": "charts:\n  - images:\n      hub: {paths: [common]}\n" });
    await setting.commit({ "common/notice": "bye\n" });
    setting.tree["chartpress.yaml"] += "# more\n";

    const decided = await setting.decide(["lab", "hub"]);

    expect(decided.map(({ tag, uncommitted }) => [tag, uncommitted])).toEqual([
      ["0.0.1-0.dev.git.2.h0000002", ["chartpress.yaml"]],
      ["0.0.1-0.dev.git.3.h0000003", ["chartpress.yaml"]],
    ]);
  });

  it("are refused in a clone of the newest commits alone, at the setting that asks for them", async () => {
    const setting = await aCommittedSetting("chartpress", { shallow: [fleetDirectory] });

    await expect(setting.one("lab")).rejects.toMatchObject({
      code: "HISTORY_SHALLOW",
      at: { path: "fleet.yaml" },
      hint: expect.stringContaining("git fetch --unshallow") as string,
    });
  });

  it("are refused without a repository, and for an image that no commit has", async () => {
    const setting = await aTagSetting("chartpress");
    await expect(setting.one("lab")).rejects.toMatchObject({ code: "HISTORY_MISSING", at: { path: "fleet.yaml" } });

    await setting.git.initialize(fleetDirectory);
    await expect(setting.decide(["lab", "hub"])).rejects.toMatchObject({
      problems: [{ code: "HISTORY_MISSING" }, { code: "HISTORY_MISSING" }],
    });
  });

  it("are refused where a registry would not take them", async () => {
    const setting = await aCommittedSetting("chartpress");
    setting.git.tag(fleetDirectory, "release/1.0+2");

    await expect(setting.one("lab")).rejects.toMatchObject({
      problems: [{ code: "IMAGE_TAG_INVALID", at: { path: "fleet.yaml" } }],
    });
  });
});
