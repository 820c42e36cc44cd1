import { isMap } from "../../fleet/merge-settings.ts";
import { placeholder } from "./chart-secrets.ts";

const start = placeholder("");

/**
 * The same with secrets where their placeholders are, at any depth.
 * @throws TypeError for one that is not given: what is rendered names them all
 */
export function fillPlaceholders<Value>(value: Value, secrets: Readonly<Record<string, string>>): Value {
  return fill(value, secrets) as Value; // the shape stays
}

function fill(value: unknown, secrets: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") {
    if (!value.startsWith(start)) return value;
    const name = value.slice(start.length);
    const secret = secrets[name];
    if (secret === undefined) throw new TypeError(`no secret "${name}"`);
    return secret;
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, secrets));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, secrets)]));
}
