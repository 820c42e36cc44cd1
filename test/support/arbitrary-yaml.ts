import * as fc from "fast-check";

/** A YAML text that was made value by value, so that the place of each is known. */
export interface MadeYaml {
  readonly text: string;
  readonly values: readonly MadeValue[];
  /** Words that stand in comments, each once. */
  readonly comments: readonly string[];
}

export interface MadeValue {
  readonly path: readonly (string | number)[];
  readonly start: number;
  readonly end: number;
  readonly value: string | number | boolean | null;
  readonly isAliased: boolean;
}

type Plain = string | number | boolean | null;
type Tree =
  | { readonly kind: "scalar"; readonly value: Plain; readonly style: Style; readonly anchor: boolean }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, Tree])[]; readonly flow: boolean }
  | { readonly kind: "list"; readonly items: readonly Tree[]; readonly flow: boolean };
type Style = "plain" | "single" | "double" | "literal" | "folded" | "tagged";

/** Texts that readers of YAML take for something else, beside ordinary ones. */
export const trickyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      "1.10",
      "0123",
      "1e3",
      "on",
      "null",
      ":",
      "",
      "~",
      "true",
      "No",
      "0x1f",
      "1_000",
      "12:30:45",
      "2024-01-01",
      "a: b",
      "a #b",
      "#x",
      "- x",
    ],
    ...[
      "*a",
      "&a",
      "!x",
      "%y",
      "@z",
      "`",
      "'",
      '"',
      "it's",
      'say "x"',
      "{a}",
      "[a, b]",
      "a,b",
      "<<",
      "=",
      "---",
      "...",
      "  lead",
      "trail ",
      "tab\t",
    ],
    ...[
      "two\nlines",
      "ends\n",
      "\n",
      "a\n\nb\n",
      "a\\n",
      "\u00e9\u{1F600}",
      "\u2028",
      "\u0007",
      "\u0085",
      "\ufeffx",
      "-",
      "?",
      "? x",
      "|",
      ">",
      "y",
      ".5",
      "+.inf",
    ],
  ),
  fc.stringMatching(/^[a-z0-9.]{1,12}$/),
  fc.stringMatching(/^[0-9]{1,3}[.e:_-][0-9a-f]{1,4}$/),
  fc.constantFrom(
    "quay.io/team/lab:1.10",
    "0.0.1-0.dev.git.6406.hc1091b1c",
    `r.example.org:5000/lab:x@sha256:${"0".repeat(64)}`,
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);

const key = fc.oneof(
  fc.constantFrom("tag", "name", "image", "hub", "on", "1.10", "8080", "a b", "null"),
  fc.stringMatching(/^[a-z]{1,8}$/),
);
const plainValue = fc.oneof(
  fc.constantFrom<Plain>(null, true, 12, 1.5, "word", "two words", "quay.io/x:1"),
  fc.stringMatching(/^[a-z][a-z0-9.]{0,8}$/).filter((word) => !/^(?:y|n|yes|no|on|off|true|false|null)$/.test(word)),
);
const scalar: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({
    kind: fc.constant("scalar" as const),
    value: plainValue,
    style: fc.constant<Style>("plain"),
    anchor: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("scalar" as const),
    value: fc.stringMatching(/^[a-z' :#]{0,10}$/),
    style: fc.constantFrom<Style>("single", "double", "tagged"),
    anchor: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("scalar" as const),
    value: fc.stringMatching(/^[a-z]{1,6}( [a-z]{1,4})?$/),
    style: fc.constantFrom<Style>("literal", "folded"),
    anchor: fc.boolean(),
  }),
);
const tree: fc.Arbitrary<Tree> = fc.letrec<{ node: Tree }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.record({
      kind: fc.constant("map" as const),
      entries: fc.uniqueArray(fc.tuple(key, tie("node")), { selector: ([name]) => name, minLength: 1, maxLength: 4 }),
      flow: fc.integer({ min: 0, max: 3 }).map((die) => die === 0),
    }),
    fc.record({
      kind: fc.constant("list" as const),
      items: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
      flow: fc.integer({ min: 0, max: 3 }).map((die) => die === 0),
    }),
  ),
})).node;

/** Maps of anything, with comments, blank lines, anchors that are used again, a BOM, CRLF, and no last line break. */
export const madeYaml: fc.Arbitrary<MadeYaml> = fc
  .record({
    entries: fc.uniqueArray(fc.tuple(key, tree), { selector: ([name]) => name, minLength: 1, maxLength: 5 }),
    seed: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 30, maxLength: 30 }),
    hasBom: fc.boolean(),
    lineBreak: fc.constantFrom("\n", "\r\n"),
    endsEarly: fc.boolean(),
    head: fc.constantFrom("", "---", "# first"),
    second: fc.boolean(),
  })
  .map((parts) => write(parts));

interface Parts {
  readonly entries: readonly (readonly [string, Tree])[];
  readonly seed: readonly number[];
  readonly hasBom: boolean;
  readonly lineBreak: string;
  readonly endsEarly: boolean;
  readonly head: string;
  readonly second: boolean;
}

function write({ entries, seed, hasBom, lineBreak, endsEarly, head, second }: Parts): MadeYaml {
  let text = hasBom ? "\ufeff" : "";
  let dice = 0;
  let anchors = 0;
  const values: MadeValue[] = [];
  const comments: string[] = [];
  const roll = (): number => seed[(dice += 1) % seed.length] ?? 0;
  const comment = (): string => {
    if (roll() !== 0) return "";
    comments.push(`note${comments.length}x`);
    return ` # note${comments.length - 1}x`;
  };
  const line = (words: string): void => void (text += words + lineBreak);

  const writeScalar = (
    node: Tree & { kind: "scalar" },
    path: MadeValue["path"],
    indent: number,
    inFlow: boolean,
  ): void => {
    const isBlock = (node.style === "literal" || node.style === "folded") && !inFlow;
    if (node.value === null && roll() > 2) {
      values.push({ path, start: text.length - 1, end: text.length - 1, value: null, isAliased: false });
      return void (text += comment() + lineBreak);
    }
    const isAnchored = node.anchor && node.value !== null;
    if (isAnchored) text += `&n${(anchors += 1)} `;
    if (node.style === "tagged") text += "!!str ";
    const start = text.length;
    if (isBlock) {
      text += `${node.style === "literal" ? "|" : ">"}-${comment()}${lineBreak}${" ".repeat(indent + 3)}${String(node.value)}`;
    } else text += inline(node);
    values.push({ path, start, end: text.length, value: node.value, isAliased: isAnchored && anchors === 1 });
    if (!isBlock && !inFlow) text += comment();
    if (!inFlow) text += lineBreak;
  };
  const writeFlow = (node: Tree, path: MadeValue["path"]): void => {
    if (node.kind === "scalar")
      return writeScalar(node.value === null ? { ...node, value: "word" } : node, path, 0, true);
    const isMap = node.kind === "map";
    text += isMap ? "{" : "[";
    const members = isMap ? node.entries : node.items.map((item, index) => [index, item] as const);
    for (const [index, [name, member]] of members.entries()) {
      if (index > 0) text += roll() > 2 ? ", " : ",  ";
      if (isMap) text += `${quotedKey(String(name))}: `;
      writeFlow(member, [...path, name]);
    }
    text += isMap ? "}" : "]";
  };
  const writeNode = (node: Tree, path: MadeValue["path"], indent: number): void => {
    if (node.kind === "scalar") {
      text += " ";
      return writeScalar(node, path, indent, false);
    }
    if (node.flow) {
      text += " ";
      writeFlow(node, path);
      return void (text += comment() + lineBreak);
    }
    text += comment() + lineBreak;
    const members = node.kind === "map" ? node.entries : node.items.map((item, index) => [index, item] as const);
    for (const [name, member] of members) {
      if (roll() === 1) line("");
      if (roll() === 2) line(`${" ".repeat(indent)}${comment().trim()}`);
      text += " ".repeat(indent) + (node.kind === "map" ? `${quotedKey(String(name))}:` : "-");
      writeNode(member, [...path, name], indent + 2 + (roll() > 3 ? 1 : 0));
    }
  };

  if (head !== "") line(head);
  for (const [name, node] of entries) {
    if (roll() === 1) line("");
    text += `${quotedKey(name)}:`;
    writeNode(node, [name], 2);
  }
  if (anchors > 0) line("uses-anchor: *n1");
  if (second) ["---", "another: document", "# after it"].forEach(line);
  else if (endsEarly) text = text.slice(0, -lineBreak.length);
  return { text, values, comments };
}

function inline({ value, style }: Tree & { kind: "scalar" }): string {
  if (value === null) return "null";
  if (typeof value !== "string" || style === "plain" || style === "literal" || style === "folded") return String(value);
  return style === "single" ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

function quotedKey(name: string): string {
  return /^[a-z]/.test(name) && !/^(?:on|null)$/.test(name) ? name : JSON.stringify(name);
}
