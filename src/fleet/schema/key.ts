import { z } from "zod";

import type { Speed } from "../fleet.ts";

/** What an operator should know about a key; help, JSON Schemas and the reference page are made from it. */
export interface KeyFacts {
  /** A sentence or two for an operator. */
  readonly description: string;
  /** The value that counts when no layer sets the key. */
  readonly default?: unknown;
  /** For values whose meaning depends on it, for example "bytes, written 2G or 512M". */
  readonly unit?: string;
  readonly example?: unknown;
  /** Left out: that of the key around it. */
  readonly speed?: Speed;
}

/** A key that may be left out. */
export function optional<Schema extends z.ZodType>(schema: Schema, facts: KeyFacts): z.ZodOptional<Schema> {
  return schema.optional().meta({ ...facts });
}

/** A key that must be there. */
export function required<Schema extends z.ZodType>(schema: Schema, facts: KeyFacts): Schema {
  return schema.meta({ ...facts });
}

export function factsOf(schema: z.ZodType): KeyFacts | undefined {
  const meta = schema.meta();
  return typeof meta?.["description"] === "string" ? (meta as unknown as KeyFacts) : undefined; // written by the two above
}

/** `version: 1`, the first line of every file. */
export const documentVersion = required(z.literal(1), {
  description: "Version of this file's format. hubfleet reads older ones and refuses newer ones.",
  example: 1,
});
