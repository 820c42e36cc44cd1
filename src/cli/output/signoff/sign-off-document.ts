import type { GivenSignOff, SeenSignOff } from "../../../app/sign-off-use-cases.ts";
import type { PlacedRecord } from "../../../evidence/read-records.ts";
import { problemDocument } from "../problem-document.ts";
import { verdictDocument } from "../promotion/promotion-document.ts";

/** For programs. Fields are added, never changed, within a version. */
export function signOffDocument(
  seen: SeenSignOff & Partial<Pick<GivenSignOff, "recorded" | "unsignedBecause">>,
): object {
  const { sheet, checks, verdict, person, said, recorded, unsignedBecause, refusal, standing, input } = seen;
  const { bundle, stage, running, changed, images, difference, asked } = sheet;
  return {
    version: 1,
    bundle: bundle.id,
    digest: bundle.digest,
    stage,
    running: running?.id ?? null,
    parts: changed,
    images: images.map(({ packages, ...image }) => ({ ...image, packages: packages ?? null })),
    settings: difference.settings,
    charts: difference.charts,
    checks: { passed: checks.passed, missing: checks.missing },
    missing: asked.reasons.map(({ code, words, satisfiedBy, records }) => ({ code, words, satisfiedBy, records })),
    done: asked.grounds.map(({ words, records }) => ({ words, records })),
    authors: input.authors,
    gate: verdictDocument(verdict),
    person: { id: person.id, roles: person.roles },
    said: said.map(recordDocument),
    refusal: refusal === undefined ? null : problemDocument(refusal),
    ...(recorded === undefined
      ? {}
      : { recorded: recorded.map(recordDocument), unsignedBecause: unsignedBecause ?? null }),
    state: {
      remote: standing.remote ?? null,
      reached: standing.reach.kind === "current",
      waiting: standing.waiting ?? null,
    },
  };
}

function recordDocument({ name, record }: PlacedRecord): object {
  const { kind, at, who, subject, body } = record;
  return { record: name, kind, at: at.time, who, subject, body };
}
