import type { z } from "zod";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { describeIssue, type IssueContext } from "./describe-issue.ts";
import type { YamlDocument } from "./yaml/yaml-document.ts";

export interface DocumentCheck {
  /** What is left of the document when everything wrong is taken out, so that the rest can still be checked. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly HubfleetError[];
}

const shownProblems = 100;

/** Holds a document against its schema. Reports every problem, and never throws. */
export function checkDocument(document: YamlDocument, schema: z.ZodType, kindPath: string): DocumentCheck {
  if (!isMap(document.value)) {
    const message = `"${document.path}" must be a map of keys, not ${Array.isArray(document.value) ? "a list" : "a single value"}`;
    const hint = "start with `version: 1`";
    return { value: {}, problems: [new HubfleetError("WRONG_TYPE", { message, hint, at: document.position([]) })] };
  }
  const newer = newerVersion(document);
  if (newer !== undefined) return { value: document.value, problems: [newer] };

  const result = schema.safeParse(document.value);
  if (result.success) return { value: document.value, problems: [] };

  const { issues } = result.error;
  return { value: prune(document.value, issues), problems: describeIssues(issues, { document, schema, kindPath }) };
}

/** A file of another kind under a fleet's name can have any number of problems; the first ones tell as much. */
function describeIssues(issues: readonly z.core.$ZodIssue[], context: IssueContext): HubfleetError[] {
  const single = issues.flatMap((issue): readonly z.core.$ZodIssue[] =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue],
  );
  const problems = single.slice(0, shownProblems).flatMap((issue) => describeIssue(issue, context));
  const left = single.length - shownProblems;
  if (left <= 0) return problems;
  const message = `"${context.document.path}" has ${left} more ${left === 1 ? "problem" : "problems"}`;
  return [...problems, new HubfleetError("TOO_MANY_PROBLEMS", { message, at: context.document.position([]) })];
}

function newerVersion(document: YamlDocument): HubfleetError | undefined {
  const version = isMap(document.value) ? document.value["version"] : undefined;
  if (typeof version !== "number" || !Number.isInteger(version) || version <= 1) return undefined;
  return new HubfleetError("VERSION_TOO_NEW", {
    message: `"${document.path}" has version ${version}; this hubfleet reads version 1`,
    hint: "upgrade hubfleet",
    at: document.position(["version"]),
  });
}

/**
 * A copy without the values that the issues point at, and without what lacks a key that it must have. A list with a
 * bad entry goes as a whole: places stay right.
 */
function prune(value: Readonly<Record<string, unknown>>, issues: readonly z.core.$ZodIssue[]): Record<string, unknown> {
  const paths = issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key]);
    const isMissing = issue.path.length > 1 && !hasValueAt(value, issue.path);
    return [isMissing ? issue.path.slice(0, -1) : issue.path];
  });
  const copy = clone(value) as Record<string, unknown>; // a map stays a map
  for (const path of paths) removeAt(copy, path);
  return copy;
}

function hasValueAt(root: unknown, path: readonly PropertyKey[]): boolean {
  let value = root;
  for (const step of path) {
    if (!isContainer(value) || !Object.hasOwn(value, step)) return false;
    value = value[step];
  }
  return true;
}

function removeAt(root: Record<string, unknown>, path: readonly PropertyKey[]): void {
  const listIndex = path.findIndex((step, index) => typeof step === "number" && index === path.length - 1);
  const steps = listIndex === -1 ? path : path.slice(0, listIndex);
  let container: unknown = root;
  for (const step of steps.slice(0, -1)) {
    container = isContainer(container) ? container[step] : undefined;
  }
  const last = steps.at(-1);
  if (last !== undefined && isMap(container)) delete container[String(last)];
}

function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (!isMap(value)) return value;
  const copy = Object.create(null) as Record<string, unknown>; // no prototype, like the original
  for (const [key, entry] of Object.entries(value)) copy[key] = clone(entry);
  return copy;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isContainer(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === "object" && value !== null;
}
