// Verifies the evidence of a hubfleet fleet without hubfleet: needs Node and nothing else.
//
//   git archive -o evidence.tar hubfleet/state
//   node verify-evidence.mjs evidence.tar [--anchor anchor.json] [--fleet UUID]
// Instead of the archive, a directory with the same files. The anchor is what `hubfleet evidence anchor` once printed.
// Why it proves something: a record's name is the SHA-256 of its bytes, and its bytes name the records that it follows. So
// the names of the last records hang on every byte of all before them. Whoever kept these names (the anchor) finds every
// edit, removal and reordering of what was there then. Without an anchor it is only known that everything fits together:
// whoever may write the branch could have written all of it anew. Git's history of the branch is not looked at here:
//   git log -m --diff-filter=DMT --stat hubfleet/state -- evidence bundles locks        must print nothing.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** JSON as RFC 8785 has it: keys sorted, no spaces. One value, one text; so nothing can hide in how it is written. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "string" && !value.isWellFormed()) throw new TypeError("half a character");
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** A record, when it is one: of a fleet, with the names of what it follows, sorted and each once. */
function parseRecord(text, value) {
  const { fleet, parents } = Object(value);
  const isName = (name, index) => /^[0-9a-f]{64}$/.test(name) && (index === 0 || parents[index - 1] < name);
  if (typeof fleet !== "string" || !Array.isArray(parents) || !parents.every(isName)) return undefined;
  return `${canonical(value)}\n` === text ? value : undefined;
}

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** files: Map of path → text. Answers what is wrong (kind, and where), and how many records the anchor speaks for. */
export function verify(files, { anchor, fleet } = {}) {
  const findings = [];
  const find = (kind, at) => findings.push({ kind, at });
  const records = new Map();
  const [names, followed] = [new Set(), new Set()]; // of all files there, also those that are no records

  // Each record by itself: its name is the digest of its bytes, and it is written the one way that there is.
  for (const [path, text] of [...files].filter(([one]) => one.startsWith("evidence/")).sort()) {
    const name = sha256(text);
    const value = attempt(() => JSON.parse(text));
    const record = attempt(() => parseRecord(text, value));
    names.add(path.split("/").at(-1).replace(/\.json$/, ""));
    if (Array.isArray(value?.parents)) for (const parent of value.parents) followed.add(parent);
    if (path !== `evidence/${name.slice(0, 2)}/${name}.json`) find("not-its-name", path); // edited, or moved
    else if (record === undefined) find("no-record", path);
    else records.set(name, { ...record, path, text });
  }

  // All together: of one fleet, nothing gone that another follows, nothing said twice.
  const fleets = Map.groupBy(records.values(), (record) => record.fleet);
  const most = [...fleets].sort(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1))[0]?.[0];
  const said = new Set();
  for (const record of records.values()) {
    if (record.fleet !== (fleet ?? most)) find("foreign", record.path);
    for (const parent of record.parents) if (!records.has(parent)) find("missing", parent);
    const words = record.text.replace(/"parents":\[[^\]]*\],/, "");
    if (said.has(words)) find("replayed", record.path);
    said.add(words);
  }

  // The branch's own anchor: it tells of accidents; who rewrites the records can rewrite it, too.
  const heads = [...names].filter((name) => !followed.has(name)).sort();
  const own = names.size === 0 && !files.has("anchor.json") ? undefined : { version: 1, heads, records: names.size };
  if (own !== undefined && files.get("anchor.json") !== `${canonical(own)}\n`) find("own-anchor", "anchor.json");

  // The anchor that somebody kept: its heads are there, with as many records before them, and no other beginning.
  const covered = new Set();
  if (anchor !== undefined) {
    const waiting = [...anchor.heads];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (covered.has(name) || !records.has(name)) continue;
      covered.add(name);
      waiting.push(...records.get(name).parents);
    }
    const lost = anchor.heads.filter((head) => !records.has(head));
    for (const head of lost) find("lost", head); // the end was cut off, or written anew
    const isThere = lost.length === 0 && covered.size === anchor.records;
    if (lost.length === 0 && !isThere) find("miscounted", anchor.heads[0] ?? "");
    for (const [name, { path, parents }] of isThere && anchor.records > 0 ? records : []) {
      if (parents.length === 0 && !covered.has(name)) find("unrelated", path);
    }
  }

  // Bundles, their locks, what gates were asked, and attachments, which records name by digest.
  const [bundles, lockLine] = [new Set(), /^ {4}lock: "?sha256:([0-9a-f]{64})"?$/gm];
  for (const [path, text] of files) {
    const [, kind, name, coded] = /^(lock|gate|output)s\/(.*?)(\.base64)?$/.exec(path) ?? [];
    if (kind && name !== sha256(coded ? Buffer.from(text, "base64") : text)) find(`${kind}-changed`, path);
    if (!path.startsWith("bundles/")) continue;
    bundles.add(`sha256:${sha256(text)}`);
    if (!path.endsWith(`-${sha256(text).slice(0, 8)}.yaml`)) find("bundle-changed", path);
    const locks = [...text.matchAll(lockLine)].map(([, lock]) => `locks/${lock}`);
    for (const lock of locks) if (!files.has(lock)) find("lock-missing", lock);
  }
  // Attachments may be removed to save space, where a record says so.
  const prunes = [...records.values()].filter(({ kind, body }) => kind === "prune" && Array.isArray(body?.outputs));
  const removed = new Set(prunes.flatMap(({ body }) => body.outputs));
  for (const { subject, body } of records.values()) {
    const [bundle, gate, output] = [subject?.bundle, body?.gate, `outputs/${body?.attachment}`];
    const isGone = typeof body?.attachment === "string" && !files.has(output) && !files.has(`${output}.base64`);
    if (isGone && !removed.has(body.attachment)) find("output-missing", output);
    if (typeof gate === "string" && !files.has(`gates/${gate}`)) find("gate-missing", `gates/${gate}`);
    if (/^sha256:[0-9a-f]{64}$/.test(bundle) && !bundles.has(bundle)) find("bundle-missing", bundle);
  }
  return { records: names.size, heads, covered: covered.size, findings };
}

function readFolder(folder, path = "") {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === ".git" ? [] : readFolder(folder, inner);
    return entry.isFile() ? [[inner, readFileSync(join(folder, inner), "utf8")]] : [];
  });
}

/** Blocks of 512 bytes: a header with name, size in octal and type, then the content. */
function readTar(bytes) {
  const found = [];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const field = (from, to) => bytes.toString("utf8", at + from, at + to).split("\0")[0];
    const [name, size] = [field(0, 100), Number.parseInt(field(124, 136), 8)];
    if (field(156, 157) === "0") found.push([name, bytes.toString("utf8", at + 512, at + 512 + size)]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

function main([place, ...options]) {
  const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
  const anchor = option("--anchor") && JSON.parse(readFileSync(option("--anchor"), "utf8"));
  const files = new Map(statSync(place).isDirectory() ? readFolder(place) : readTar(readFileSync(place)));
  const { records, heads, covered, findings } = verify(files, { anchor, fleet: option("--fleet") ?? anchor?.fleet });
  console.log(`${records} records; the last: ${heads.join(", ")}`);
  if (anchor === undefined) console.log("verified against nothing but itself: it could all have been written anew");
  else console.log(`verified against ${option("--anchor")}: ${covered} of its ${anchor.records} records are there`);
  for (const { kind, at } of findings) console.log(`  ${kind} ${at}`);
  const isWhole = records > 0 && findings.length === 0;
  console.log(isWhole ? "whole" : records === 0 ? "there are no records here" : `NOT WHOLE: ${findings.length} findings`);
  process.exitCode = isWhole ? 0 : 1;
}

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1] ?? ".")).href) main(process.argv.slice(2));
