import type { ValuePath } from "./yaml/yaml-document.ts";

/**
 * Finds a value by the words that people use: keys of maps, and in lists of things with an `id` or `name` that id.
 * Steps that no key matches are tried joined with dots, for keys that contain dots themselves.
 */
export function valueAtSteps(root: unknown, steps: readonly string[]): { value: unknown; path: ValuePath } | undefined {
  if (steps.length === 0) return { value: root, path: [] };
  if (typeof root !== "object" || root === null) return undefined;
  for (let taken = 1; taken <= steps.length; taken++) {
    const key = steps.slice(0, taken).join(".");
    const entry = entryOf(root, key);
    if (entry === undefined) continue;
    const rest = valueAtSteps(entry.value, steps.slice(taken));
    if (rest !== undefined) return { value: rest.value, path: [entry.step, ...rest.path] };
  }
  return undefined;
}

function entryOf(container: object, key: string): { step: string | number; value: unknown } | undefined {
  if (!Array.isArray(container)) {
    if (!Object.hasOwn(container, key)) return undefined;
    return { step: key, value: (container as Readonly<Record<string, unknown>>)[key] }; // a map of plain data
  }
  const list: readonly unknown[] = container;
  const index = list.findIndex((item) => typeof item === "object" && item !== null && hasId(item, key));
  return index === -1 ? undefined : { step: index, value: list[index] };
}

function hasId(item: object, key: string): boolean {
  const { id, name } = item as { id?: unknown; name?: unknown }; // any of both may be missing
  return id === undefined ? name === key : id === key;
}
