import { assertNever } from "../../errors/assert-never.ts";
import type { BundleNote } from "../../operate/why/bundle-notes.ts";
import type { Diagnosis } from "../../operate/why/diagnose.ts";
import type { Finding } from "../../operate/why/finding.ts";
import type { Paint } from "./paint.ts";

/** Findings told in full; of more than these the first lines only, so that all is on one screen. */
const toldInFull = 3;

/** What is wrong, why, and what to type. */
export function renderDiagnosis(diagnosis: Diagnosis, paint: Paint): string {
  return `${renderVerdict(diagnosis, paint)}${renderBundleNotes(diagnosis.bundles ?? [], paint)}`;
}

function renderVerdict(diagnosis: Diagnosis, paint: Paint): string {
  const { hub, at, verdict, findings, symptoms, notes, well } = diagnosis;
  switch (verdict) {
    case "nothing wrong":
      return [
        `${paint("green", "nothing is wrong")}: ${well ?? `every process of hub/${hub} runs and answers`}\n`,
        ...notes.map((note) => `note: ${note}\n`),
      ].join("");
    case "cause found":
      return renderFindings(findings, at, paint);
    case "unknown":
      return [
        `${paint("red", "unknown")}: ${symptoms.join(", and ")}; no cause that hubfleet knows\n`,
        ...diagnosis.lastWords.map(({ component, lines }) => renderWords(component, lines, paint)),
        `next:\n  hubfleet logs hub/${hub} -n 200\n  hubfleet apply hub/${hub}\n`,
        ...(findings.length === 0 ? [] : ["\nbeside that\n", renderFindings(findings, at, paint)]),
      ].join("");
    default:
      return assertNever(verdict);
  }
}

function renderBundleNotes(notes: readonly BundleNote[], paint: Paint): string {
  return notes
    .flatMap(({ words, next }) => [
      `bundles: ${words}\n`,
      ...(next.length === 0 ? [] : ["  next\n", ...next.map((line) => `    ${paint("bold", line)}\n`)]),
    ])
    .join("");
}

function renderFindings(findings: readonly Finding[], now: Date, paint: Paint): string {
  const full = findings.slice(0, toldInFull).map((one) => renderFinding(one, now, paint));
  const rest = findings.slice(toldInFull).map(({ because }) => `also: ${because}\n`);
  return [full.join("\n"), ...(rest.length === 0 ? [] : ["\n", ...rest])].join("");
}

function renderFinding(found: Finding, now: Date, paint: Paint): string {
  const { cause, wrong, because, since, sinceIs, next, lines } = found;
  const [before, after] = sinceIs === "exact" ? ["", ""] : ["some time after ", ", when it last wrote to its log"];
  return [
    `${paint("red", wrong)}\n`,
    ...(since === undefined ? [] : [`  since    ${before}${renderSince(since, now)}${after}\n`]),
    `  because  ${because}  ${paint("dim", `(${cause})`)}\n`,
    ...lines.map((line) => `  ${paint("dim", `  ${line.slice(0, 300)}`)}\n`),
    "  next\n",
    ...next.map((line) => `    ${line.startsWith("#") ? paint("dim", line) : paint("bold", line)}\n`),
  ].join("");
}

function renderWords(component: string, lines: readonly string[], paint: Paint): string {
  const words = lines.length === 0 ? ["(it said nothing)"] : lines;
  return `the ${component} said last:\n${words.map((line) => paint("dim", `  ${line.slice(0, 300)}\n`)).join("")}`;
}

/** "2026-11-21T12:30:00Z (5 min ago)" */
function renderSince(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
  const steps = [
    { unit: "d", seconds: 86_400 },
    { unit: "h", seconds: 3_600 },
    { unit: "min", seconds: 60 },
  ];
  const step = steps.find((one) => seconds >= one.seconds);
  const ago = step === undefined ? `${seconds} s` : `${Math.floor(seconds / step.seconds)} ${step.unit}`;
  return `${since.toISOString().replace(/\.\d+Z$/, "Z")} (${ago} ago)`;
}
