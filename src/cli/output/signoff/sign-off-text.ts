import type { GivenSignOff, SeenSignOff } from "../../../app/sign-off-use-cases.ts";
import type { GateVerdict } from "../../../bundle/gate-verdict.ts";
import type { ChangedImage } from "../../../bundle/changed-image.ts";
import { policyOf } from "../../../bundle/gate.ts";
import { counted, listWords, momentWords } from "../../../bundle/words.ts";
import { parseSignature } from "../../../evidence/ssh/signature.ts";
import type { PlacedRecord } from "../../../evidence/read-records.ts";
import type { Word } from "../../../operate/signoffs/sign-off-wish.ts";
import { shownValue } from "../bundle/shown-settings.ts";
import { ofPeople, renderVerdict } from "../promotion/verdict-text.ts";
import { renderTable } from "../table.ts";

/** What somebody looks at before they sign. */
export function renderSheet(seen: SeenSignOff): string {
  const { sheet, checks, person, said, isIn, input, refusal } = seen;
  const { bundle, stage, running, changed, images, difference } = sheet;
  const parts = Object.keys(changed);
  const against = running === undefined ? "which has no bundle yet" : `which ${isIn ? "ran" : "runs"} ${running.id}`;
  const head =
    parts.length === 0
      ? `bundle ${bundle.id} changes nothing in stage ${stage}, ${against}\n`
      : `bundle ${bundle.id} ${isIn ? "is in" : "for"} stage ${stage}, ${against}\nwhat it changes there: ${listWords(parts)}\n`;
  const settings = difference.settings.map(({ layer, path, before, after, origin = "" }) => [
    `${layer}: ${path}`,
    ...[before, after].map((value) => (value === undefined ? "" : shownValue(value))),
    origin,
  ]);
  const charts = difference.charts.map(({ name, before = "", after = "" }) => [name, before, after]);
  return [
    head,
    ...(input.authors.length === 0 ? [] : [`committed by ${listWords(input.authors)}\n`]),
    ...images.map(renderImage),
    ...(settings.length === 0 ? [] : [renderTable(["SETTING", "BEFORE", "AFTER", "WRITTEN AT"], settings)]),
    ...(charts.length === 0 ? [] : [renderTable(["CHART", "BEFORE", "AFTER"], charts)]),
    ...checks.passed.map(({ check }) => `${check} passed\n`),
    ...checks.missing.map(({ check }) => `${check} has not passed yet\n`),
    askedLines(seen),
    isIn ? "" : gateLines(seen.verdict, stage),
    `you are ${person.id} (${listWords(person.roles)})${said.length === 0 ? "" : `; you said: ${listWords(said.map(saidWords))}`}\n`,
    ...(refusal === undefined ? [] : [`it would be refused: ${refusal.message}\n`]),
  ].join("");
}

/** What became of it: one line of what was recorded, and how the gate stands. */
export function renderGiven(given: GivenSignOff, word: Word): string {
  const { sheet, person, recorded, verdict, isIn } = given;
  const { bundle, stage, changed } = sheet;
  const gate = isIn ? "" : renderVerdict(verdict, { bundle: bundle.id, stage, why: false });
  if (recorded.length === 0) return `${person.id} said so before; nothing was written\n${gate}`;
  const names = recorded.map(({ name }) => name.slice(0, 12)).join(", ");
  const deed = word.kind === "tick" ? `ticked ${word.item} off for` : deeds[word.kind];
  return `${person.id} ${deed} ${listWords(Object.keys(changed))} of ${bundle.id} in stage ${stage} (record ${names}${signatureWords(given)})\n${gate}`;
}

function signatureWords({ recorded, unsignedBecause }: GivenSignOff): string {
  const read = parseSignature(recorded[0]?.record.signature ?? "");
  if (read !== undefined) return `, signed with ${read.key.type} ${read.key.fingerprint}`;
  return unsignedBecause === undefined ? ", not signed" : `, not signed: ${unsignedBecause}`;
}

const deeds = {
  "sign-off": "signed for",
  objection: "objects to",
  withdrawal: "took back what was said of",
} as const satisfies Record<Exclude<Word["kind"], "tick">, string>;

const most = 30;

function renderImage({ image, what, packages, from }: ChangedImage): string {
  if (from !== undefined) return `image/${image}, ${what}: taken from a registry as it is, ${from}\n`;
  if (packages === undefined) return `image/${image}, ${what}: its packages are not known\n`;
  if (packages.length === 0) return `image/${image}, ${what}: the same packages\n`;
  if (what === "new") return `image/${image}, new: ${counted(packages.length, "package")}\n`;
  const shown = packages.slice(0, most).map((words) => `  ${words}\n`);
  const rest =
    packages.length > most ? `  and ${packages.length - most} more: \`hubfleet image diff\` tells all\n` : "";
  return `image/${image}: ${counted(packages.length, "package differs", "packages differ")}\n${shown.join("")}${rest}`;
}

function askedLines({ sheet, input }: SeenSignOff): string {
  const { signoffs, checklist } = policyOf(input.stage);
  const { reasons, grounds } = sheet.asked;
  if (signoffs.length === 0 && checklist.length === 0) return `stage ${sheet.stage} asks nobody to sign\n`;
  return [
    ...grounds.map(({ words }) => `done: ${words}\n`),
    ...reasons.map(({ words, satisfiedBy }) => `missing: ${words}\n  → ${satisfiedBy}\n`),
  ].join("");
}

/** What keeps the gate shut beside people. */
function gateLines(verdict: GateVerdict, stage: string): string {
  if (verdict.kind === "open") return `the gate of ${stage} is open\n`;
  const others = verdict.reasons.filter(({ code }) => !ofPeople.has(code));
  const expired = verdict.kind === "expired" ? [`expired: ${verdict.words}\n`] : [];
  return [...expired, ...others.map(({ words, satisfiedBy }) => `missing: ${words}\n  → ${satisfiedBy}\n`)].join("");
}

function saidWords({ record }: PlacedRecord): string {
  const at = momentWords(Date.parse(record.at.time));
  return record.kind === "tick" ? `tick of ${record.body.item} at ${at}` : `${record.kind} at ${at}`;
}
