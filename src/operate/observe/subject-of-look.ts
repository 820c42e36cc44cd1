import { type Deployed, type HubPointer, holdsIn } from "../../bundle/deployed.ts";
import type { Look } from "../../bundle/looks.ts";
import { standingOf } from "../../bundle/standing.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { OpenedBundle } from "../bundles/assign-bundles.ts";
import { hubSubject } from "../bundles/hub-subject.ts";

export type SubjectOfLook = Pick<Look, "hub" | "stage" | "bundle" | "parts" | "standing" | "deployment">;

export interface SubjectProps {
  readonly deployed: Deployed;
  readonly reading: FleetReading;
  readonly world: Pick<LocalWorld, "clock">;
}

/** A hub that runs the working tree: a look at it speaks for no bundle. */
export function draftSubject(hub: Hub, since: string, props: SubjectProps): SubjectOfLook {
  const standing = standingNow(hub, true, props);
  return { hub: hub.name, stage: hub.stage, bundle: undefined, parts: {}, standing, deployment: `draft@${since}` };
}

/** A hub that is held to a bundle. */
export function bundleSubject(
  hub: Hub,
  opened: OpenedBundle,
  { pointer, renderer, ...props }: SubjectProps & { readonly pointer: HubPointer; readonly renderer: string },
): SubjectOfLook {
  const { subject, deployment } = hubSubject(hub, opened, { pointer, renderer });
  const bundle = { id: pointer.id, digest: pointer.digest };
  const standing = standingNow(hub, false, props);
  return { hub: hub.name, stage: hub.stage, bundle, parts: subject.parts, standing, deployment };
}

function standingNow(hub: Hub, isDraft: boolean, { deployed, reading, world }: SubjectProps): Look["standing"] {
  return standingOf({ hub, holds: holdsIn(deployed), isDraft, reading, now: world.clock.now().getTime() });
}
