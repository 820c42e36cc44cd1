import { parseDocument, type Scalar } from "yaml";

import type { Edit } from "./splice-scalar.ts";

type Style = Scalar.Type | undefined;

/** A value in the style asked for; in double quotes where that cannot hold it. */
export function renderScalar(value: string, style: Style, { isInFlow }: { readonly isInFlow: boolean }): string {
  const isPlain = style === undefined || style === "PLAIN";
  if (isPlain && isSafePlain(value, { isInFlow })) return value;
  if (style === "QUOTE_SINGLE" && isPrintableLine(value)) return `'${value.replaceAll("'", "''")}'`;
  return doubleQuoted(value);
}

/**
 * Whether every reader takes the bare word for this text: those of YAML 1.2, and those of 1.1, which Helm and Python
 * have, and to which `on` and `012` say something else.
 */
export function isSafePlain(value: string, { isInFlow }: { readonly isInFlow: boolean }): boolean {
  if (!/^[A-Za-z0-9_./][\w./@+:-]*(?: [\w./@+:-]+)*$/.test(value) || /:(?: |$)/.test(value)) return false;
  if (/^(?:\.{3}|-{3})/.test(value) || (isInFlow && value.includes(":"))) return false;
  return (["core", "yaml-1.1"] as const).every((schema) => {
    const { contents, errors } = parseDocument(value, { schema });
    return errors.length === 0 && (Object(contents) as { value?: unknown }).value === value;
  });
}

/**
 * Ways to write over a block scalar: as one, with its header's comment and its indentation; else on the header's line.
 */
export function blockScalarEdits(node: Scalar.Parsed, value: string, text: string): readonly (readonly Edit[])[] {
  const token = node.srcToken;
  if (token?.type !== "block-scalar") return [];
  const header = token.props.find(({ type }) => type === "block-scalar-header");
  if (header === undefined || !("source" in header)) return [];
  const [headerStart, headerEnd] = [header.offset, header.offset + header.source.length];
  const contentStart = token.props.reduce(
    (end, prop) => Math.max(end, prop.offset + ("source" in prop ? prop.source.length : 0)),
    0,
  );
  const contentEnd = contentStart + token.source.length;

  const content = text.slice(contentStart, contentEnd);
  const lineBreak = text.slice(headerEnd).match(/\r?\n/)?.[0] ?? "\n";
  const indentation = /^( +)\S/m.exec(content)?.[1] ?? " ".repeat(token.indent + 2);
  const body = value.replace(/\n+$/, "");
  const endings = value.length - body.length;
  const chomping = endings === 0 ? "-" : endings === 1 ? "" : "+";
  const lines = [...body.split("\n"), ...Array.from({ length: Math.max(0, endings - 1) }, () => "")];
  const isHeld =
    body !== "" && (node.type === "BLOCK_LITERAL" || !body.includes("\n")) && body.split("\n").every(isPrintableLine);
  const newHeader = `${header.source.charAt(0)}${/\d/.exec(header.source)?.[0] ?? ""}${chomping}`;
  const end = content.endsWith("\n") || endings > 0 ? lineBreak : "";
  const asBlock: readonly Edit[] = [
    { start: headerStart, end: headerEnd, text: newHeader === header.source ? header.source : newHeader },
    {
      start: contentStart,
      end: contentEnd,
      text: lines.map((line) => (line === "" ? "" : indentation + line)).join(lineBreak) + end,
    },
  ];
  const asLine: readonly Edit[] = [
    { start: headerStart, end: headerEnd, text: doubleQuoted(value) },
    { start: contentStart, end: contentEnd, text: "" },
  ];
  return isHeld ? [asBlock, asLine] : [asLine];
}

/** Letters, digits, signs and spaces of one line. */
function isPrintableLine(value: string): boolean {
  return /^[^\p{C}\u2028\u2029]*$/u.test(value);
}

/** JSON's escapes are YAML's; what JSON leaves bare and YAML does not is escaped as well. */
function doubleQuoted(value: string): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
