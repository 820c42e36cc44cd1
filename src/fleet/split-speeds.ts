import { z } from "zod";

import type { Speed } from "./fleet.ts";
import { isMap, type Settings } from "./merge-settings.ts";
import { hubSettingsShape } from "./schema/hub-settings.ts";
import { schemaChildren } from "./schema/walk-schema.ts";

/** A layer's settings by how fast they reach a hub. */
export interface SettingsBySpeed {
  readonly live: Settings;
  readonly gated: Settings;
}

/**
 * Parts settings key by key, as the schema says (`speed`). Laid over each other again they are what they were; and since
 * no key is on both sides, layers may be merged before or after.
 */
export function splitSpeeds(settings: Settings): SettingsBySpeed {
  return split(settings, z.strictObject(hubSettingsShape), "live");
}

function split(settings: Settings, schema: z.ZodType, speed: Speed): SettingsBySpeed {
  const { keys } = schemaChildren(schema);
  const sides = { live: emptyMap(), gated: emptyMap() };
  for (const [key, value] of Object.entries(settings)) {
    const node = keys.get(key);
    if (node === undefined) continue;
    const own = node.facts?.speed ?? speed;
    const hasKeys = node.schema instanceof z.ZodObject && isMap(value) && Object.keys(value).length > 0;
    if (!hasKeys) {
      sides[own][key] = value;
      continue;
    }
    const below = split(value, node.schema, own);
    for (const side of ["live", "gated"] as const) {
      if (Object.keys(below[side]).length > 0) sides[side][key] = below[side];
    }
  }
  return sides;
}

/** No prototype: keys are only keys. */
function emptyMap(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>; // has no keys of its own or inherited
}
