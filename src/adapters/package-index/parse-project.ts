import type { IndexFile } from "../../ports/package-index.ts";

/** What PEP 691 promises and no more; undefined where the answer is something else. */
export function parseJsonProject(text: string): readonly IndexFile[] | undefined {
  const { files } = Object(JSON.parse(text)) as { files?: unknown };
  if (!Array.isArray(files)) return undefined;
  return files.flatMap((file: unknown) => {
    const { filename, hashes, size, yanked } = Object(file) as Readonly<Record<string, unknown>>;
    if (typeof filename !== "string") return [];
    return [
      {
        filename,
        hashes: Object.entries(Object(hashes) as object).map(([algorithm, digest]) => `${algorithm}:${digest}`),
        size: typeof size === "number" ? size : undefined,
        yanked: typeof yanked === "string" ? yanked : yanked === true ? "" : undefined,
      },
    ];
  });
}

/** The older form (PEP 503, PEP 592), which many mirrors speak only: a page of links. It knows no sizes. */
export function parseHtmlProject(html: string): readonly IndexFile[] | undefined {
  if (!/<(?:html|body|a)\b/i.test(html)) return undefined;
  const links = html.matchAll(/<a\b((?:"[^"]*"|'[^']*'|[^'">])*)>([^<]*)<\/a>/gi);
  return [...links].flatMap(([, attributes = "", words = ""]) => {
    const filename = unescape(words).trim();
    const [, algorithm, digest] = /#([a-z0-9]+)=([0-9a-f]+)/.exec(attribute(attributes, "href") ?? "") ?? [];
    if (!/\.(?:whl|tar\.\w+|tgz|zip)$/.test(filename)) return [];
    const hashes = algorithm === undefined ? [] : [`${algorithm}:${digest}`];
    return [{ filename, hashes, size: undefined, yanked: attribute(attributes, "data-yanked") }];
  });
}

/** An attribute's text, "" for one that stands alone. */
function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(String.raw`(?:^|\s)${name}(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?(?=\s|$)`, "i").exec(
    attributes,
  );
  return found === null ? undefined : unescape(found[1] ?? found[2] ?? found[3] ?? "");
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
  "#x27": "'",
  "#34": '"',
};

function unescape(text: string): string {
  return text.replaceAll(/&(#?\w+);/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}
