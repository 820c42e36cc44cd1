import type { NoticeKind } from "../fleet/recipient.ts";

/** A sentence or two for whoever runs the fleet: what happened, where, and what to type. */
export interface Notice {
  /** Of the matter: the same matter has the same id, whoever notices it and however often. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** "hub/alpha", "stage/production", "experiment/next" */
  readonly target: string;
  /** One line; the same in a week as now, so with dates and no "in two days". */
  readonly text: string;
  /** When it was raised, in UTC. */
  readonly at: string;
  /** From then on nobody needs it any more: it is not sent later. */
  readonly until?: string;
}

export interface NoticeProps {
  readonly kind: NoticeKind;
  readonly target: string;
  /** What tells this matter from others of the kind and target: a bundle, a moment. */
  readonly matter: string;
  readonly text: string;
  /** Milliseconds since 1970, as `until`. */
  readonly at: number;
  readonly until?: number;
}

const mostCharacters = 700;

export function createNotice({ kind, target, matter, text, at, until }: NoticeProps): Notice {
  return {
    id: oneLine([kind, target, matter].join("/")).replaceAll(" ", "-").slice(0, 300),
    kind,
    target,
    text: shortened(oneLine(text), mostCharacters),
    at: new Date(at).toISOString(),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}

/** What a person or program wrote, as a part of a sentence: in one line, not too long, without a full stop at its end. */
export function said(text: string): string {
  return shortened(oneLine(text), 200).replace(/[.\s]+$/, "");
}

/** "2026-08-10 07:00 UTC"; the minute that it is in. */
export function minuteWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;
}
