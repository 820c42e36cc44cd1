import { HubfleetError } from "../errors/hubfleet-error.ts";
import { checkDocument } from "./check-document.ts";
import { classifyPath } from "./classify-path.ts";
import { entryProblem } from "./entry-problem.ts";
import type { RepositorySnapshot } from "./repository-snapshot.ts";
import { type FileKind, fileKinds } from "./schema/file-kinds.ts";
import { nameProblem, nameSuggestion } from "./schema/names.ts";
import type { WrittenFile, WrittenFiles, WrittenFleet } from "./written-fleet.ts";
import { decodeText } from "./yaml/decode-text.ts";
import { parseYaml } from "./yaml/parse-yaml.ts";

interface Collected {
  readonly written: WrittenFleet;
  readonly problems: readonly HubfleetError[];
}

interface Bucket {
  readonly files: Map<string, WrittenFile<object>>;
  readonly names: Set<string>;
  /** Path by lower-case name: on some machines such files are one. */
  readonly claims: Map<string, string>;
}

/** Reads every file of the fleet by itself: text, YAML, schema, name. What holds between files is left to the rules. */
export function collectFiles(snapshot: RepositorySnapshot): Collected {
  const problems: HubfleetError[] = [];
  const buckets = new Map<FileKind, Bucket>();
  const bucket = (kind: FileKind): Bucket => {
    const known = buckets.get(kind);
    if (known !== undefined) return known;
    const fresh = { files: new Map(), names: new Set<string>(), claims: new Map<string, string>() };
    buckets.set(kind, fresh);
    return fresh;
  };

  for (const path of [...snapshot.entries.keys()].sort()) {
    const entry = snapshot.entries.get(path);
    const place = classifyPath(path);
    if (entry === undefined || place.kind === "other") continue;
    const problem = entryProblem(path, entry, place);
    if (problem !== undefined) problems.push(problem);
    if (place.kind !== "document" && place.kind !== "wrong-ending") continue;

    const { files, names, claims } = bucket(place.file);
    names.add(place.name);
    problems.push(...claimName(path, place.name, claims));
    if (problem !== undefined || place.kind !== "document" || entry.kind !== "file") continue;
    const reading = readDocument(path, entry.bytes ?? new Uint8Array(), place.file);
    problems.push(...reading.problems);
    if (reading.file !== undefined) files.set(place.name, { ...reading.file, name: place.name });
  }

  return { written: toWrittenFleet(snapshot, bucket), problems };
}

function readDocument(
  path: string,
  bytes: Uint8Array,
  kind: FileKind,
): { file?: Omit<WrittenFile<object>, "name">; problems: readonly HubfleetError[] } {
  const text = decodeText(path, bytes);
  if (typeof text !== "string") return { problems: [text] };
  const isSecret = kind === "secrets";
  const { document, problems } = parseYaml(path, text, { excerpts: !isSecret });
  if (isSecret && problems.length > 0) return { problems: problems.map(withoutWords) };
  if (document === undefined) return { problems };
  // The rule for secrets says whether the file is encrypted; nothing more is asked of it.
  if (isSecret) return { file: { value: Object(document.value) as object, document }, problems };
  const check = checkDocument(document, fileKinds[kind].schema, fileKinds[kind].path);
  return { file: { value: check.value, document }, problems: [...problems, ...check.problems] };
}

/** A message about YAML may quote the text, and here the text may be a secret. */
function withoutWords({ code, at }: HubfleetError): HubfleetError {
  const message = "the file is not the YAML that SOPS writes; nothing of it is shown";
  return new HubfleetError(code, { message, ...(at === undefined ? {} : { at }) });
}

/** Two files with one name, or a name that cannot be used. */
function claimName(path: string, name: string, claims: Map<string, string>): HubfleetError[] {
  const at = { path, line: 1, column: 1 };
  const earlier = claims.get(name.toLowerCase());
  if (earlier !== undefined) {
    const message = `"${path}" and "${earlier}" have the same name`;
    return [new HubfleetError("DUPLICATE_NAME", { message, hint: "rename or remove one of them", at })];
  }
  claims.set(name.toLowerCase(), path);

  const code = nameProblem(name);
  if (code === undefined) return [];
  if (code === "NAME_RESERVED") {
    const message = `the name ${JSON.stringify(name)} is reserved`;
    return [new HubfleetError(code, { message, hint: "choose another name", at })];
  }
  const suggestion = nameSuggestion(name);
  return [
    new HubfleetError(code, {
      message: `the name ${JSON.stringify(name)} cannot be used: lower-case letters, digits and dashes, at most 63`,
      ...(suggestion === undefined ? {} : { hint: `rename it to "${suggestion}"` }),
      at,
    }),
  ];
}

function toWrittenFleet(snapshot: RepositorySnapshot, bucket: (kind: FileKind) => Bucket): WrittenFleet {
  // Each bucket holds what its own schema let through, less what was wrong.
  const files = <Value>(kind: FileKind): WrittenFiles<Value> => bucket(kind);
  const single = <Value>(kind: FileKind): WrittenFile<Value> | undefined => files<Value>(kind).files.get(kind);
  const [fleet, platform] = [single<WrittenValue<"fleet">>("fleet"), single<WrittenValue<"platform">>("platform")];
  return {
    ...(fleet === undefined ? {} : { fleet }),
    ...(platform === undefined ? {} : { platform }),
    groups: files("group"),
    clusters: files("cluster"),
    hubs: files("hub"),
    images: files("image"),
    experiments: files("experiment"),
    secrets: files("secrets"),
    snapshot,
  };
}

type WrittenValue<Key extends "fleet" | "platform"> = NonNullable<WrittenFleet[Key]>["value"];
