import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { nearestName } from "../../errors/nearest-name.ts";
import { parseYaml } from "../../fleet/yaml/parse-yaml.ts";
import type { ValuePath, YamlDocument } from "../../fleet/yaml/yaml-document.ts";

/** What an environment.yml asks for; its name and where conda once put it say nothing about an image. */
export interface CondaEnvironment {
  /** Names or addresses; a package is taken from the first that has it. */
  readonly channels: readonly string[];
  /** Package specs in conda's own language: "python=3.11", "gdal >=3.8". */
  readonly dependencies: readonly string[];
  /** Requirements for the package index, beside those of requirements.txt. */
  readonly pip: readonly string[];
  /** What the environment sets wherever it is used. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface EnvironmentFileReading {
  readonly environment: CondaEnvironment;
  readonly document?: YamlDocument;
  /** Everything that is wrong with the file; the environment then holds what could be understood. */
  readonly problems: readonly HubfleetError[];
}

/** Where packages come from when the file names no channel. */
const usualChannels = ["conda-forge"];
const known = ["name", "prefix", "channels", "dependencies", "variables"];
const nothing: CondaEnvironment = { channels: usualChannels, dependencies: [], pip: [], variables: {} };

/** Reads an environment.yml. Nothing in it is passed over silently: what is not known is a problem with its place. */
export function parseEnvironmentFile(path: string, text: string): EnvironmentFileReading {
  const { document, problems } = parseYaml(path, text, { excerpts: true });
  if (document === undefined) return { environment: nothing, problems: problems.map(inCondasWords) };
  const found: HubfleetError[] = [...problems];
  const report: Report = (at, message, hint) => void found.push(invalid(document, at, message, hint));
  const { value } = document;
  if (!isMap(value)) {
    report([], "the file is no map of settings", "write `dependencies:` and below it a list of packages");
    return { environment: nothing, document, problems: found };
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) found.push(unknownKey(document, key));
  }
  return {
    environment: {
      channels: readChannels(value["channels"], report),
      ...readDependencies(value["dependencies"], report),
      variables: readVariables(value["variables"], report),
    },
    document,
    problems: found,
  };
}

type Report = (at: ValuePath, message: string, hint?: string) => void;

function readChannels(value: unknown, report: Report): readonly string[] {
  const channels = listOfText(value, ["channels"], report).filter((channel) => channel !== "nodefaults");
  for (const [index, channel] of (Array.isArray(value) ? value : []).entries()) {
    if (typeof channel !== "string" || !/\/\/[^/]*@|\/t\/[^/]+/.test(channel)) continue;
    report(
      ["channels", index],
      "the channel's address holds a login",
      "take it out, and change it: it has been in a file",
    );
  }
  return channels.length === 0 ? usualChannels : channels;
}

function readDependencies(value: unknown, report: Report): Pick<CondaEnvironment, "dependencies" | "pip"> {
  if (!Array.isArray(value) || value.length === 0) {
    report(
      ["dependencies"],
      "the file lists no `dependencies`",
      "list packages, for example `- gdal`; for pip packages alone write requirements.txt",
    );
    return { dependencies: [], pip: [] };
  }
  const dependencies: string[] = [];
  const pip: string[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    const at = ["dependencies", index];
    const keys = isMap(item) ? Object.keys(item) : [];
    if (typeof item === "string") dependencies.push(checkSpec(item.trim(), at, report));
    else if (isMap(item) && keys.length === 1 && keys[0] === "pip")
      pip.push(...listOfText(item["pip"], [...at, "pip"], report));
    else
      report(
        at,
        "a dependency is a package (`- gdal=3.8`) or the list `- pip:`",
        "quote it when it looks like something else to YAML",
      );
  }
  return { dependencies: dependencies.filter((spec) => spec !== ""), pip };
}

/** The solver judges the version; here is only seen what would be something else altogether. */
function checkSpec(spec: string, at: ValuePath, report: Report): string {
  if (/^(?:[^\s:]+(?:\/[^\s:]+)*::)?[A-Za-z0-9_][A-Za-z0-9_.-]*(?:[\s=<>!~[].*)?$/.test(spec)) return spec;
  const hint = /^git\+|@\s*git\+|^https?:/.test(spec)
    ? "what comes by address belongs below `- pip:`"
    : 'write NAME, NAME=1.2, or "NAME >=1.2"';
  report(at, `${JSON.stringify(spec)} names no conda package`, hint);
  return "";
}

function readVariables(value: unknown, report: Report): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!isMap(value)) {
    report(["variables"], "`variables` is no map", "write `variables:` and below it NAME: value");
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, setting]) => {
      const isPlain = typeof setting === "string" || typeof setting === "number";
      if (isPlain && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [[name, String(setting)]];
      report(
        ["variables", name],
        `${JSON.stringify(name)} is no variable with a text as its value`,
        'write NAME: "value"',
      );
      return [];
    }),
  );
}

function listOfText(value: unknown, at: ValuePath, report: Report): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    report(at, `\`${at.at(-1)}\` is no list`, "write one entry per line, each after a dash");
    return [];
  }
  return (value as unknown[]).flatMap((item, index) => {
    if (typeof item === "string" && item.trim() !== "") return [item.trim()];
    report([...at, index], "this is no text", "quote it");
    return [];
  });
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownKey(document: YamlDocument, key: string): HubfleetError {
  const nearest = nearestName(key, known);
  return new HubfleetError("UNKNOWN_KEY", {
    message: `environment.yml has no key "${key}"`,
    hint: nearest === undefined ? `it has: ${known.join(", ")}` : `did you mean ${nearest}?`,
    at: document.position([key], "key"),
  });
}

function invalid(document: YamlDocument, path: ValuePath, message: string, hint: string | undefined): HubfleetError {
  // A login must not travel into a log with the line it stands on.
  const at = message.includes("login") ? withoutExcerpt(document.position(path)) : document.position(path);
  return new HubfleetError("ENVIRONMENT_FILE_INVALID", { message, at, ...(hint === undefined ? {} : { hint }) });
}

function withoutExcerpt({ path, line, column }: SourcePosition): SourcePosition {
  return { path, line, column };
}

/** An empty file is no document of ours, which would begin with a version. */
function inCondasWords(problem: HubfleetError): HubfleetError {
  if (problem.code !== "FILE_EMPTY") return problem;
  const { message, at } = problem;
  const hint = "write `dependencies:` and below it a list of packages, or delete the file";
  return new HubfleetError("FILE_EMPTY", { message, hint, ...(at === undefined ? {} : { at }) });
}
