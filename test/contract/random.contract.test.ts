import { describe, expect, it } from "vitest";

import { createRandomMemory } from "../../src/adapters/random/random-memory.ts";
import { createRandomSystem } from "../../src/adapters/random/random-system.ts";

describe.each([
  ["system", createRandomSystem],
  ["memory", createRandomMemory],
])("random: %s", (_kind, create) => {
  it("draws as many bytes as it is asked for, never the same twice", () => {
    const random = create();

    const drawn = Array.from({ length: 200 }, () => random.hex(8));

    expect(drawn.every((value) => /^[0-9a-f]{16}$/.test(value))).toBe(true);
    expect(new Set(drawn).size).toBe(200);
  });

  it("draws identifiers of the fourth version", () => {
    const random = create();

    const drawn = Array.from({ length: 200 }, () => random.uuid());

    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(drawn.filter((value) => !shape.test(value))).toEqual([]);
    expect(new Set(drawn).size).toBe(200);
  });
});
