import { createHash } from "node:crypto";

import { isScalar, parse, stringify } from "yaml";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { type BundleDocument, bundleFile } from "./bundle-schema.ts";
import { bundleParts } from "./bundle-parts.ts";
import type { Parts } from "./gate-evidence.ts";

/** An immutable bundle: its bytes, and what they say. Its id and digest follow from the bytes. */
export interface Bundle {
  /** "2026.11.21-3fa9c21e": the day it was made, and the beginning of its digest. */
  readonly id: string;
  /** "sha256:…" of the text. */
  readonly digest: string;
  readonly text: string;
  readonly document: BundleDocument;
  /** What soaks, is checked and is signed by itself, each with a digest of its own. */
  readonly parts: Parts;
}

/** Writes a bundle. The same document gives the same bytes. @throws HubfleetError BUNDLE_INVALID */
export function createBundle(document: BundleDocument): Bundle {
  return parseBundle(stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: versionFirst }));
}

/**
 * Reads a bundle's bytes. With the id or digest under which it was found, makes sure that they are the same bytes.
 * @throws HubfleetError BUNDLE_INVALID, BUNDLE_TOO_NEW, BUNDLE_CHANGED
 */
export function parseBundle(text: string, expected: { readonly id?: string; readonly digest?: string } = {}): Bundle {
  const hex = createHash("sha256").update(text).digest("hex");
  const digest = `sha256:${hex}`;
  const name = expected.id ?? expected.digest ?? digest;
  const value = readYaml(text, name);
  const version = (Object(value) as { readonly version?: unknown }).version; // any shape may be in the file
  if (typeof version === "number" && version > 1) {
    throw new HubfleetError("BUNDLE_TOO_NEW", {
      message: `bundle ${name} has version ${version}; this hubfleet reads version 1`,
      hint: "upgrade hubfleet",
    });
  }
  const result = bundleFile.safeParse(value);
  if (!result.success)
    throw invalid(name, result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)[0]);
  const document = result.data;
  const id = `${document.madeAt.slice(0, 10).replaceAll("-", ".")}-${hex.slice(0, 8)}`;
  const differs = [
    expected.id === undefined || expected.id === id,
    expected.digest === undefined || expected.digest === digest,
  ].includes(false);
  if (differs) {
    throw new HubfleetError("BUNDLE_CHANGED", {
      message: `bundle ${name} is not what it was: its bytes make it ${id} (${digest})`,
      hint: "restore it from the history of hubfleet/state; nothing is deployed from it",
    });
  }
  return { id, digest, text, document, parts: bundleParts(document) };
}

/** Sorted, so that the same settings give the same bytes; the version leads. */
function versionFirst(one: { readonly key: unknown }, other: { readonly key: unknown }): number {
  const [left, right] = [keyOf(one), keyOf(other)];
  if (left === "version" || right === "version") return left === right ? 0 : left === "version" ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

function keyOf({ key }: { readonly key: unknown }): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function readYaml(text: string, name: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw invalid(name, cause instanceof Error ? cause.message.split("\n")[0] : undefined);
  }
}

function invalid(name: string, why = "it is not one"): HubfleetError {
  return new HubfleetError("BUNDLE_INVALID", { message: `bundle ${name} cannot be read: ${why}` });
}
