import { deploymentOf, type BundlePointer } from "../../bundle/deployed.ts";
import type { Parts, Standing } from "../../bundle/gate-evidence.ts";
import { gateHub } from "../../bundle/hub-parts.ts";
import { bundleParts } from "../../bundle/bundle-parts.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { CheckReport } from "../check/check-report.ts";
import { standardSteps } from "../check/select-steps.ts";
import type { OpenedBundle } from "./assign-bundles.ts";
import type { recordOrigin } from "./record-origin.ts";

type Origin = Awaited<ReturnType<typeof recordOrigin>>;

/** A hub that runs a bundle, as records name it. */
export interface HubSubject {
  readonly subject: { readonly hub: string; readonly stage: string; readonly bundle: string; readonly parts: Parts };
  readonly deployment: string;
}

/**
 * What a hub runs of a bundle. `renderer`: this hubfleet's, which is what makes hubs of bundles, whichever made the bundle.
 */
export function hubSubject(
  hub: Pick<Hub, "name" | "stage">,
  { bundle, fleet }: OpenedBundle,
  { pointer, renderer }: { readonly pointer: BundlePointer; readonly renderer: string },
): HubSubject {
  const written = fleet.hubs.get(hub.name);
  const names = written === undefined ? [] : gateHub(written, fleet, bundle).parts;
  const actual = bundleParts({ ...bundle.document, renderer });
  return {
    subject: {
      hub: hub.name,
      stage: hub.stage,
      bundle: bundle.digest,
      parts: Object.fromEntries(names.map((part) => [part, actual[part] ?? ""])),
    },
    deployment: deploymentOf(pointer),
  };
}

/** Records of a check of a hub: "hub" for all that hubfleet does by itself, and one for each check of the hub's own. */
export function checkRecords(
  { steps }: CheckReport,
  { subject }: HubSubject,
  { origin, standing }: { readonly origin: Origin; readonly standing: Standing },
): readonly RecordDraft[] {
  const own = steps.filter(({ name }) => !name.startsWith("extra/"));
  const extra = steps.filter(({ name, state }) => name.startsWith("extra/") && state !== "interrupted");
  const record = (check: string, verdict: "passed" | "failed" | "skipped", summary: string): RecordDraft => ({
    kind: "check",
    ...origin,
    subject,
    body: { check, verdict, standing, ...(summary === "" ? {} : { summary: summary.slice(0, 2000) }) },
  });
  const failed = own.filter(({ state }) => state === "failed");
  const isWhole =
    standardSteps.every((step) => own.some(({ name }) => name === step)) &&
    own.every(({ state }) => state !== "interrupted");
  const words = failed.map(({ name, reason }) => `${name}: ${reason ?? ""}`).join("; ");
  return [
    ...(isWhole ? [record("hub", failed.length > 0 ? "failed" : "passed", words)] : []),
    ...extra.map(({ name, state, reason }) => record(name, state === "interrupted" ? "skipped" : state, reason ?? "")),
  ];
}
