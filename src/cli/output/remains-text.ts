import type { Destroyed } from "../../app/use-cases.ts";
import { showBytes } from "./bytes.ts";

/** What the scan after a teardown found: kept on purpose, and left behind against our will. */
export function renderRemains({ hubs, rest }: Destroyed): string {
  if (hubs.length === 0 && rest === undefined) return "nothing of this fleet is on this machine\n";
  const kept = [
    ...hubs.flatMap(({ hub, kept: parts }) => parts.map((part) => ({ ...part, what: `${part.what} of hub/${hub}` }))),
    ...(rest?.kept ?? []),
  ];
  const left = hubs.flatMap(({ leftBehind }) => leftBehind);
  const keptLines = kept.map(
    ({ what, path, bytes }) => `  ${what.padEnd(40)} ${showBytes(bytes).padStart(9)}  ${path}\n`,
  );
  const [before, now] = [hubs.filter(({ wasDown }) => wasDown), hubs.filter(({ wasDown }) => !wasDown)];
  const names = (some: typeof hubs): string => some.map(({ hub }) => `hub/${hub}`).join(", ");
  return [
    `destroyed: ${now.length === 0 ? "nothing" : names(now)}\n`,
    ...(before.length === 0 ? [] : [`taken down before: ${names(before)}; nothing of it runs here\n`]),
    `kept on purpose:${kept.length === 0 ? " nothing" : ""}\n`,
    ...keptLines,
    `left behind:${left.length === 0 ? " none" : ""}\n`,
    ...left.map((line) => `  ${line}\n`),
  ].join("");
}
