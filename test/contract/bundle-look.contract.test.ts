import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { bundleLook } from "../../src/operate/bundles/bundle-look.ts";
import { aBundleOf } from "../support/a-bundle.ts";
import { aFleet } from "../support/a-fleet.ts";
import { createGitScratch, type GitScratch } from "../support/git-scratch.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0xfe, 0x80]);

skipSuiteUnless(tool("git"), "git is not installed")("the look of a bundle, from a real repository", () => {
  let scratch: GitScratch;

  beforeEach(async () => {
    scratch = await createGitScratch();
    await scratch.git(".", "init", "--quiet", "--initial-branch", "main");
  });
  afterEach(async () => scratch.sweep());

  it("has every byte that was there when the bundle was made, as a checkout has it", async () => {
    const directory = join(scratch.root, "fleet");
    await scratch.write(".gitattributes", "*.html text eol=crlf\n");
    await scratch.write("fleet/look/templates/a b/page.html", "one\r\ntwo\r\n");
    await writeFile(join(directory, "look/logo.png"), png);
    await scratch.commit("first");
    const commit = await scratch.git(".", "rev-parse", "HEAD");
    const digests = await Promise.all(
      ["look/logo.png", "look/templates/a b/page.html"].map(async (path) => [
        path,
        `sha256:${createHash("sha256")
          .update(await readFile(join(directory, path)))
          .digest("hex")}`,
      ]),
    );
    const { id, document } = aBundleOf(aFleet().read());
    const settings = { ...document.settings, commit };
    const bundle = { id, document: { ...document, settings, files: Object.fromEntries(digests) } };
    const files = createStateFilesDisk();
    const machine = { stateRoot: join(scratch.root, "state") };
    const props = { uuid: "uuid", directory, git: scratch.port, world: { files, machine } } as never; // it asks no more
    const appearance = { logo: "look/logo.png", templates: "look/templates", theme: "" };
    const hub = { name: "alpha", appearance };
    const [logo, templates] = await Promise.all(
      ["look/logo.png", "look/templates"].map((path) => files.digest(join(directory, path))),
    );
    await rm(join(directory, "look"), { recursive: true });
    await scratch.commit("second");

    const { look, copies } = await bundleLook(hub, bundle, props);
    for (const [to, from] of copies) await files.copy(from, to);

    expect(look).toEqual({ logo: `${logo?.slice(0, 16)}.png`, templates: templates?.slice(0, 16) });
    const place = join(scratch.root, "state/fleets/uuid/hubs/alpha/run/look");
    expect(await readFile(join(place, look.logo ?? ""))).toEqual(png);
    expect(await readFile(join(place, look.templates ?? "", "a b/page.html"), "utf8")).toBe("one\r\ntwo\r\n");
  });
});
