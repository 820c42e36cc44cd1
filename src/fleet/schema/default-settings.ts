import { z } from "zod";

import type { Settings } from "../merge-settings.ts";
import { hubSettingsShape } from "./hub-settings.ts";
import { schemaChildren } from "./walk-schema.ts";

export const settingKeys: ReadonlySet<string> = new Set(Object.keys(hubSettingsShape));

/** The lowest layer of every hub, taken from the defaults that the schema documents. */
export const defaultSettings: Settings = defaultsOf(z.strictObject(hubSettingsShape));

/** The documented defaults below a schema, as the map that they stand for. */
function defaultsOf(schema: z.ZodType): Settings {
  const defaults = Object.create(null) as Record<string, unknown>; // no prototype, like everything that is merged
  for (const [key, child] of schemaChildren(schema).keys) {
    const isPlainMap = child.schema instanceof z.ZodObject;
    if (child.facts?.default === undefined) continue;
    defaults[key] = isPlainMap ? defaultsOf(child.schema) : child.facts.default;
  }
  return defaults;
}
