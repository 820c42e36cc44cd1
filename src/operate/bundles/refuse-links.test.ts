import { describe, expect, it } from "vitest";

import { createContextFilesMemory } from "../../adapters/context-files/context-files-memory.ts";
import { refuseLinks } from "./refuse-links.ts";

const contextFiles = createContextFilesMemory(() => ({
  "look/logo.svg": { linkTarget: "../shared/logo.svg" },
  "look/templates/page.html": "<p>",
  "look/linked": { linkTarget: "templates" },
}));
const refuse = (...named: readonly string[]): Promise<void> =>
  refuseLinks(named, { directory: "/fleet", contextFiles });

describe("files that a bundle is to hold", () => {
  it("are files", async () => {
    await expect(refuse()).resolves.toBeUndefined();
    await expect(refuse("look/templates")).resolves.toBeUndefined();
  });

  it("are no links, of which Git knows no bytes", async () => {
    await expect(refuse("look/logo.svg", "look/templates")).rejects.toMatchObject({
      code: "BUNDLE_FILE_LINKED",
      message: 'a bundle cannot hold a symbolic link: "look/logo.svg" (to "../shared/logo.svg")',
    });
    await expect(refuse("look/linked")).rejects.toMatchObject({ code: "BUNDLE_FILE_LINKED" });
  });
});
