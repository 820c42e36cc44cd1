import { describe, expect, it } from "vitest";

import { findFile } from "./file-documents.ts";
import { imageFile } from "./schema/image-file.ts";

describe("findFile", () => {
  it.each([
    ["image", "images/NAME/image.yaml", undefined],
    ["images.lab", "images/NAME/image.yaml", undefined],
    ["images/lab/image.yaml", "images/NAME/image.yaml", undefined],
    ["image.role", "images/NAME/image.yaml", "role"],
    ["images.lab.python", "images/NAME/image.yaml", "python"],
    ["hub", "hubs/NAME.yaml", undefined],
    ["hubs.research.access.users", "hubs/NAME.yaml", "access.users"],
    ["platform", "platform.yaml", undefined],
    ["fleet.yaml", "fleet.yaml", undefined],
  ])("knows what %s means", (topic, path, key) => {
    const found = findFile(topic);

    expect(found?.file.path).toBe(path);
    expect(found?.keys.map((one) => one.path)).toEqual(key === undefined ? [] : [key]);
  });

  it("lists a file's uppermost keys", () => {
    expect(findFile("image")?.file.keys.map(({ path }) => path)).toEqual(Object.keys(imageFile.shape));
  });

  it.each(["images", "image.rolle", "access.users", "nothing"])("leaves %s to the settings", (topic) => {
    expect(findFile(topic)).toBeUndefined();
  });
});
