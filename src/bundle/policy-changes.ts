import { createHash } from "node:crypto";

import { canonicalJson } from "../evidence/canonical-json.ts";
import type { Stage } from "../fleet/fleet.ts";
import { stricterPolicy } from "./stricter-policy.ts";

type Stages = readonly Pick<Stage, "name" | "policy">[];

export interface PolicyChanges {
  /** "production: soak.minimumSeconds 604800 → 86400", "testing: taken out" */
  readonly changes: readonly string[];
  /** Something that was asked before is not asked any more. */
  readonly loosens: boolean;
}

/** SHA-256 of all that stages ask, in their order. */
export function policyDigest(stages: Stages): string {
  const asked = stages.map(({ name, policy }) => ({ name, policy: plain(policy) }));
  return createHash("sha256").update(canonicalJson(asked)).digest("hex");
}

/** What differs between what stages asked and what they ask now. */
export function policyChanges(before: Stages, after: Stages): PolicyChanges {
  const names = new Set([...before, ...after].map(({ name }) => name));
  const changes: string[] = [];
  let loosens = false;
  for (const name of names) {
    const [was, is] = [before, after].map((stages) => stages.find((stage) => stage.name === name)?.policy);
    if (was === undefined) changes.push(`${name}: new`);
    else if (is === undefined) {
      changes.push(`${name}: taken out`);
      loosens = true;
    } else {
      changes.push(...differences(plain(was), plain(is)).map((difference) => `${name}: ${difference}`));
      loosens ||= canonicalJson(plain(stricterPolicy(was, is))) !== canonicalJson(plain(stricterPolicy(is, is)));
    }
  }
  const order = (stages: Stages, others: Stages): string =>
    stages.flatMap(({ name }) => (others.some((other) => other.name === name) ? [name] : [])).join(", ");
  const isMoved = order(before, after) !== order(after, before);
  if (isMoved) changes.push(`the order of stages: ${order(before, after)} → ${order(after, before)}`);
  return { changes, loosens: loosens || isMoved };
}

function differences(before: unknown, after: unknown, path = ""): readonly string[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (!isMap(before) || !isMap(after)) return [`${path} ${words(before)} → ${words(after)}`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => differences(before[key], after[key], path === "" ? key : `${path}.${key}`));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function words(value: unknown): string {
  return value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
}

/** Without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
