import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { lockState } from "../image/lock/lock-header.ts";

const images = new URL("../../examples/first-fleet/images/", import.meta.url);

describe("the example's locks", () => {
  it.each(readdirSync(images))("fit the requirements of %s", (image) => {
    const read = (file: string): string => readFileSync(new URL(`${image}/${file}`, images), "utf8");
    const python = /^python: "([^"]+)"/m.exec(read("image.yaml"))?.[1] ?? "";

    const inputs = { requirements: read("requirements.txt"), pythonMinor: python };
    expect(lockState(read("lock.txt"), inputs)).toBe("fresh");
  });
});
