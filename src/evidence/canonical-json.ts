/**
 * JSON whose bytes depend on the value alone, as RFC 8785 has it: keys in the order of their UTF-16 units, no spaces,
 * numbers as JavaScript writes them.
 *
 * @throws TypeError for what JSON cannot say: undefined, NaN, functions, text that is not well-formed Unicode
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return canonicalText(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} is no JSON`);
  const values = value as Readonly<Record<string, unknown>>; // whatever they are
  let text = "";
  // Sorting without a comparison of one's own is by UTF-16 units, and much faster.
  for (const key of Object.keys(values).sort()) {
    text += `${text === "" ? "" : ","}${canonicalText(key)}:${canonicalJson(values[key])}`;
  }
  return `{${text}}`;
}

/** Printable ASCII without quote and backslash is written as it is. */
const plain = /^[ !#-[\]-~]*$/;

function canonicalText(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError("text with half a character is no JSON");
  return JSON.stringify(text);
}
