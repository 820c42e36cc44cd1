import { createHash } from "node:crypto";

import { beforeEach, describe, expect, it } from "vitest";

import { aBundleOf } from "../../../test/support/a-bundle.ts";
import { aFleet } from "../../../test/support/a-fleet.ts";
import { createGitMemory, type GitMemory } from "../../adapters/git/git-memory.ts";
import { createStateFilesMemory, type StateFilesMemory } from "../../adapters/state-files/state-files-memory.ts";
import type { Bundle } from "../../bundle/bundle.ts";
import { bundleFileSource, type BundleFilesProps, bundleLook } from "./bundle-look.ts";

const appearance = { logo: "look/logo.png", templates: "look/templates", theme: "" };
const committed = {
  "look/logo.png": "logo of then",
  "look/templates/page.html": "page of then",
  "look/templates/deep/a.html": "deep",
  "look/templates2/not.html": "another's",
};

describe("bundleLook", () => {
  let files: StateFilesMemory;
  let git: GitMemory;
  let bundle: Pick<Bundle, "id" | "document">;
  let props: BundleFilesProps;
  const edit = async (path: string, text: string): Promise<void> =>
    void (await files.ensureFile(`/fleet/${path}`, text, 0o644));

  beforeEach(async () => {
    files = createStateFilesMemory();
    git = createGitMemory({ tree: async () => relative(files.contents("/fleet")) });
    for (const [path, text] of Object.entries(committed)) await edit(path, text);
    await git.initialize("/fleet");
    await git.commitAll("/fleet", "then");
    const commit = (await git.history("/fleet", ["."]))?.head ?? "";
    const { id, document } = aBundleOf(aFleet().read());
    const digests = Object.entries(committed).map(([path, text]) => [path, sha256(text)] as const);
    const settings = { ...document.settings, commit };
    bundle = { id, document: { ...document, settings, files: Object.fromEntries(digests) } };
    const machine = { stateRoot: "/state" } as BundleFilesProps["world"]["machine"]; // nothing else is asked for
    props = { uuid: "uuid", directory: "/fleet", git, world: { files, machine } };
  });

  const copied = async (): Promise<Readonly<Record<string, string>>> => {
    const { copies } = await bundleLook({ name: "alpha", appearance }, bundle, props);
    for (const [to, from] of copies) await files.copy(from, to);
    return relative(files.contents("/state/fleets/uuid/hubs/alpha/run/look"), "/state/fleets/uuid/hubs/alpha/run/look");
  };

  it("is named and filled as that of the tree which the bundle was made of, whatever became of it", async () => {
    const { look } = await bundleLook({ name: "alpha", appearance }, bundle, props);
    const [logo, templates] = [await files.digest("/fleet/look/logo.png"), await files.digest("/fleet/look/templates")];
    await edit("look/logo.png", "logo of now");
    await edit("look/templates/added.html", "new");
    await files.remove("/fleet/look/templates/deep");

    const later = await bundleLook({ name: "beta", appearance }, bundle, props);

    expect(look).toEqual({ logo: `${logo?.slice(0, 16)}.png`, templates: templates?.slice(0, 16) });
    expect(later.look).toEqual(look);
    expect(await copied()).toEqual({
      [look.logo ?? ""]: "logo of then",
      [`${look.templates}/page.html`]: "page of then",
      [`${look.templates}/deep/a.html`]: "deep",
    });
  });

  it("comes from the working tree where this clone does not have the commit", async () => {
    const { settings } = bundle.document;
    bundle = { ...bundle, document: { ...bundle.document, settings: { ...settings, commit: "9".repeat(40) } } };

    expect(Object.values(await copied()).sort()).toEqual(["deep", "logo of then", "page of then"]);
    await edit("look/logo.png", "logo of now");
    await files.remove("/state");
    await expect(bundleFileSource("look/logo.png", bundle, props)).rejects.toMatchObject({
      code: "BUNDLE_FILE_MISSING",
      message: expect.stringContaining("999999999999") as string,
    });
  });

  it("is mended where somebody changed the kept files", async () => {
    const source = await bundleFileSource("look/logo.png", bundle, props);
    await files.ensureFile(source, "touched", 0o644);

    expect(await bundleFileSource("look/logo.png", bundle, props)).toBe(source);
    expect(await files.read(source)).toBe("logo of then");
  });

  it("takes what only the hub's own file names from the working tree", async () => {
    await edit("own/logo.svg", "own");
    const hub = { name: "alpha", appearance: { logo: "own/logo.svg" } };

    expect([...(await bundleLook(hub, bundle, props)).copies.values()]).toEqual(["/fleet/own/logo.svg"]);
  });

  it("never leaves its place", async () => {
    const escaping = { "look/../../../../etc/x": sha256("x") };

    await expect(
      bundleFileSource("look", { ...bundle, document: { ...bundle.document, files: escaping } }, props),
    ).rejects.toMatchObject({ code: "BUNDLE_FILE_MISSING" });
  });
});

function relative(contents: Readonly<Record<string, string>>, directory = "/fleet"): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(contents).map(([path, text]) => [path.slice(directory.length + 1), text]));
}

function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
