import { createHash } from "node:crypto";

import { imageOfPart } from "../../../bundle/bundle-parts.ts";
import { type SettingDifference, type VersionDifference } from "../../../bundle/diff-bundles.ts";
import { policyOf } from "../../../bundle/gate.ts";
import { listWords } from "../../../bundle/words.ts";
import { canonicalJson } from "../../../evidence/canonical-json.ts";
import type { PlacedRecord } from "../../../evidence/read-records.ts";
import type { Fleet } from "../../../fleet/fleet.ts";
import type { SignOffLook } from "../sign-off.ts";
import type { SaidOnPage } from "./said-on-page.ts";

/** What a hub's page shows. The service that shows it knows nothing else of the fleet. */
export interface PageDocument {
  readonly version: 1;
  readonly fleet: string;
  readonly hub: string;
  readonly title: string;
  readonly writtenAt: string;
  /** People by the names of their logins, in lower case; nobody else sees anything. */
  readonly people: Readonly<
    Record<string, { readonly id: string; readonly name: string; readonly roles: readonly string[] }>
  >;
  readonly sheets: readonly PageSheet[];
  /** What was said on the page and could not be recorded; the newest last. */
  readonly answers: readonly PageAnswer[];
}

export interface PageAnswer {
  readonly id: string;
  readonly user: string;
  readonly at: string;
  readonly kind: SaidOnPage["word"]["kind"];
  readonly sheet: { readonly bundle: string; readonly stage: string };
  readonly words: string;
}

export interface PageSheet {
  /** Of what exactly is shown: another one where that changes. */
  readonly id: string;
  readonly bundle: { readonly id: string; readonly digest: string; readonly madeAt: string };
  readonly stage: string;
  readonly isIn: boolean;
  readonly running: string | null;
  readonly parts: Readonly<Record<string, string>>;
  /** In a sentence. */
  readonly changes: string;
  readonly images: readonly {
    readonly image: string;
    readonly what: string;
    readonly packages: readonly string[] | null;
  }[];
  readonly settings: readonly {
    readonly what: string;
    readonly before: string;
    readonly after: string;
    readonly origin: string;
  }[];
  readonly charts: readonly string[];
  /** Parts about which nothing else is said. */
  readonly rest: readonly string[];
  readonly checks: { readonly passed: readonly string[]; readonly missing: readonly string[] };
  readonly done: readonly string[];
  readonly missing: readonly { readonly words: string; readonly satisfiedBy: string; readonly isObjection: boolean }[];
  /** What else keeps the gate shut. */
  readonly others: readonly string[];
  readonly checklist: readonly {
    readonly name: string;
    readonly text: string;
    readonly needsAttachment: boolean;
    readonly done: string | null;
  }[];
  readonly words: readonly PageWord[];
  /** Why a yes of a person would not count. */
  readonly refusals: Readonly<Record<string, string>>;
}

export interface PageWord {
  readonly record: string;
  readonly kind: string;
  readonly person: string;
  readonly name: string;
  readonly at: string;
  readonly known: string;
  readonly reason: string | null;
  readonly item: string | null;
  readonly hasAttachment: boolean;
}

export interface SheetProps {
  /** One look at it for each person who can say something here; at least one. */
  readonly looks: readonly SignOffLook[];
  /** Why a yes of a person would not count, where it would not. */
  readonly refusals: Readonly<Record<string, string>>;
  readonly people: Fleet["people"];
}

/** What is put before people about one bundle and stage. Pure. */
export function pageSheet({ looks, refusals, people = [] }: SheetProps): PageSheet {
  const [look] = looks;
  if (look === undefined) throw new TypeError("somebody looks"); // the caller's promise
  const { sheet, checks, verdict, input, isIn } = look;
  const { bundle, stage, running, changed, images, difference, asked } = sheet;
  const said = looks.flatMap((one) => one.said);
  const others = verdict.kind === "open" ? [] : verdict.reasons.filter(({ code }) => !ofPeople.has(code));
  return {
    id: createHash("sha256")
      .update(canonicalJson({ bundle: bundle.digest, stage, parts: changed }))
      .digest("hex")
      .slice(0, 16),
    bundle: { id: bundle.id, digest: bundle.digest, madeAt: bundle.document.madeAt },
    stage,
    isIn,
    running: running?.id ?? null,
    parts: changed,
    changes: changesWords(changed),
    images: images.map(({ image, what, packages }) => ({ image, what, packages: packages ?? null })),
    settings: difference.settings.map(settingWords),
    charts: difference.charts.map(versionWords),
    rest: restOf(look),
    checks: { passed: checks.passed.map(({ check }) => check), missing: checks.missing.map(({ check }) => check) },
    done: asked.grounds.map(({ words }) => words),
    missing: asked.reasons.map(({ code, words, satisfiedBy }) => ({
      words,
      satisfiedBy,
      isObjection: code === "objection",
    })),
    others: others.map(({ words }) => words),
    checklist: policyOf(input.stage).checklist.map((item) => ({ ...item, done: doneBy(item.name, asked.grounds) })),
    words: said.toSorted((one, other) => one.sequence - other.sequence).map((one) => pageWord(one, people)),
    refusals,
  };
}

const ofPeople = new Set(["sign-off-missing", "checklist-open", "objection"]);

function changesWords(changed: SignOffLook["sheet"]["changed"]): string {
  const parts = Object.keys(changed);
  return parts.length === 0 ? "changes nothing that its hubs run" : `changes ${listWords(parts)}`;
}

function settingWords({ layer, path, before, after, origin = "" }: SettingDifference): PageSheet["settings"][number] {
  const shown = (value: unknown): string => {
    if (value === undefined) return "";
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.length > 300 ? `${text.slice(0, 299)}…` : text;
  };
  return { what: `${layer}: ${path}`, before: shown(before), after: shown(after), origin };
}

function versionWords({ name, before = "none", after = "none" }: VersionDifference): string {
  return `${name}: ${before} → ${after}`;
}

/** Of the first bundle of a stage all settings are new, and are not told one by one. */
function restOf({ sheet: { changed, difference } }: SignOffLook): readonly string[] {
  return Object.keys(changed).filter((part) => {
    if (imageOfPart(part) !== undefined) return false;
    if (part === "charts") return difference.charts.length === 0;
    const layer = part === "settings" ? "platform" : part;
    return !difference.settings.some((one) => one.layer === layer);
  });
}

function doneBy(item: string, grounds: readonly { readonly words: string }[]): string | null {
  return grounds.find(({ words }) => words.startsWith(`${item} ticked off by `))?.words ?? null;
}

function pageWord({ name, record }: PlacedRecord, people: NonNullable<Fleet["people"]>): PageWord {
  const { who, at, kind, body } = record;
  const has = body as { readonly reason?: string; readonly item?: string; readonly attachment?: string }; // of a word
  return {
    record: name,
    kind,
    person: who.id,
    name: people.find(({ id }) => id === who.id)?.name ?? who.id,
    at: at.time,
    known: who.known,
    reason: has.reason ?? null,
    item: has.item ?? null,
    hasAttachment: has.attachment !== undefined,
  };
}
