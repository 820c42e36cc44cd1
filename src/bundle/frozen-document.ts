import type { SourcePosition } from "../errors/hubfleet-error.ts";
import type { YamlDocument } from "../fleet/yaml/yaml-document.ts";
import type { FrozenSettings } from "./freeze-gated.ts";

/**
 * Answers where a frozen setting was written, in the words that Git takes: "3fa9c21:platform.yaml", line 12. What is not
 * frozen is looked up in the file as it is now.
 */
export function frozenDocument(
  { origins, commit }: Pick<FrozenSettings, "origins" | "commit">,
  prefix: string,
  now: YamlDocument | undefined,
): YamlDocument {
  return {
    path: now?.path ?? prefix,
    text: now?.text ?? "",
    value: now?.value,
    position: (path, part) => {
      const key = [prefix, ...path].join(".");
      const origin = path.length === 0 ? undefined : (origins[key] ?? firstBelow(origins, `${key}.`));
      const frozen = origin === undefined ? undefined : parseOrigin(origin, commit);
      return frozen ?? now?.position(path, part) ?? { path: `${commit.slice(0, 7)}:${prefix}`, line: 1, column: 1 };
    },
  };
}

/** Of a map or list, the first thing in it. */
function firstBelow(origins: FrozenSettings["origins"], prefix: string): string | undefined {
  const key = Object.keys(origins).find((path) => path.startsWith(prefix));
  return key === undefined ? undefined : origins[key];
}

function parseOrigin(origin: string, commit: string): SourcePosition | undefined {
  const [, path, line, column] = /^(.+):(\d+):(\d+)$/.exec(origin) ?? [];
  if (path === undefined) return undefined;
  return { path: `${commit.slice(0, 7)}:${path}`, line: Number(line), column: Number(column) };
}
