import type { BundleList, ComparedBundles, ShownBundle } from "../../../app/bundle-use-cases.ts";
import type { Bundle } from "../../../bundle/bundle.ts";
import type { MadeBundle } from "../../../operate/bundles/make-bundle.ts";
import type { StateStanding } from "../../../ports/state-ref.ts";
import { gateDocument } from "../promotion/gate-document.ts";
import { problemDocument } from "../problem-document.ts";

/** The shapes of `bundle … -o json`. Fields are added, never changed, within a version. */
export function madeBundleDocument(made: MadeBundle): object {
  const { kind, bundle, sentence, ran, passedBefore, notTried, withoutContainer, leftOut, standing } = made;
  return {
    version: 1,
    made: kind === "made",
    bundle: summary(bundle),
    sentence,
    checks: { ran, passedBefore, notTried },
    withoutContainer,
    leftOut,
    state: stateDocument(standing),
  };
}

export function bundleListDocument({ bundles, places, problems, standing }: BundleList): object {
  const listed = bundles.map((bundle) => ({ ...summary(bundle), in: places.get(bundle.digest) ?? [] }));
  return { version: 1, bundles: listed, problems: problems.map(problemDocument), state: stateDocument(standing) };
}

export function shownBundleDocument({ bundle, difference, checks, whereabouts, standing }: ShownBundle): object {
  const { places, next } = whereabouts;
  const { id, digest, parts, document } = bundle;
  return {
    version: 1,
    id,
    digest,
    parts,
    document,
    difference: difference ?? null,
    checks: { passed: checks.passed, missing: checks.missing },
    in: places,
    next: next === undefined ? null : { stage: next.stage, gate: gateDocument(next.gate) },
    state: stateDocument(standing),
  };
}

export function comparedBundlesDocument({ before, after, difference, charts, standing }: ComparedBundles): object {
  return {
    version: 1,
    before: summary(before),
    after: summary(after),
    ...difference,
    chartNotes: charts.notes,
    chartsNotCompared: charts.notCompared,
    state: stateDocument(standing),
  };
}

function summary({ id, digest, document, parts }: Bundle): object {
  const { commit, madeAt, parent, patch } = document;
  return { id, digest, commit, madeAt, parent: parent ?? null, patch: patch ?? null, parts };
}

export function stateDocument({ remote, reach, waiting }: StateStanding): object {
  return { remote: remote ?? null, reached: reach.kind === "current", waiting: waiting ?? null };
}
