import { randomBytes, randomUUID } from "node:crypto";

import type { Random } from "../../ports/random.ts";

export function createRandomSystem(): Random {
  return { hex: (bytes) => randomBytes(bytes).toString("hex"), uuid: () => randomUUID() };
}
