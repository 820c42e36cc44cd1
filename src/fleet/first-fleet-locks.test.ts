import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { lockState } from "../runtime/local/image-lock.ts";

const images = new URL("../../examples/first-fleet/images/", import.meta.url);

describe("the example's locks", () => {
  it.each(readdirSync(images))("fit the requirements of %s", (image) => {
    const read = (file: string): string => readFileSync(new URL(`${image}/${file}`, images), "utf8");
    const python = /^python: "([^"]+)"/m.exec(read("image.yaml"))?.[1] ?? "";

    expect(lockState(read("lock.txt"), read("requirements.txt"), python)).toBe("fresh");
  });
});
