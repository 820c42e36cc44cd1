import { parse, stringify } from "yaml";
import { z } from "zod";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { stateLayout } from "../evidence/state-layout.ts";
import type { Bundle } from "./bundle.ts";
import type { Hold } from "./hold.ts";

const reference = z.strictObject({ id: z.string().min(1), digest: z.string().min(1) });
const pointer = z.strictObject({ ...reference.shape, since: z.iso.datetime() });
const attempt = z.enum(["changing", "done", "failed"]);
const target = z.templateLiteral([z.enum(["hub", "stage"]), "/", z.string().min(1)]);

const deployedFile = z.strictObject({
  version: z.literal(1),
  /** The bundle that each stage was given last, and how far its hubs have come with it; others wait. */
  stages: z.record(z.string(), z.strictObject({ ...pointer.shape, hubs: z.record(z.string(), attempt).optional() })),
  /**
   * The bundle that each hub is to run. `trial`: it is not known yet whether it does well with it; it goes forward, or was
   * sent back by somebody. `before`: what it ran until then, as long as that is so.
   */
  hubs: z.record(
    z.string(),
    z.strictObject({ ...pointer.shape, trial: z.enum(["forward", "back"]).optional(), before: pointer.optional() }),
  ),
  holds: z.record(
    target,
    z.strictObject({
      reason: z.string().min(1),
      owner: z.string().min(1),
      since: z.iso.datetime(),
      until: z.iso.datetime(),
      bundle: z.string().optional(),
      from: z.string().optional(),
    }),
  ),
});

/**
 * `deployed.yaml` on the branch hubfleet/state: what stages and hubs are to run. It is the intent: what runs is seen by
 * looking. Keys are merged one by one when two clones changed it.
 */
export type Deployed = z.infer<typeof deployedFile>;
export type BundlePointer = z.infer<typeof pointer>;
export type HubPointer = Deployed["hubs"][string];
export type StagePointer = Deployed["stages"][string];
/** How far a hub has come with its stage's bundle. */
export type Attempt = z.infer<typeof attempt>;
export type HoldTarget = Hold["target"];

const nothingDeployed: Deployed = { version: 1, stages: {}, hubs: {}, holds: {} };

/** What a snapshot of the state says. @throws HubfleetError DEPLOYED_INVALID, DEPLOYED_TOO_NEW */
export function readDeployed(files: ReadonlyMap<string, string>): Deployed {
  const text = files.get(stateLayout.deployed);
  if (text === undefined) return nothingDeployed;
  const value = parseYaml(text);
  const version = (Object(value) as { readonly version?: unknown }).version; // any shape may be in the file
  if (typeof version === "number" && version > 1) {
    throw new HubfleetError("DEPLOYED_TOO_NEW", {
      message: `deployed.yaml on the branch hubfleet/state has version ${version}; this hubfleet reads version 1`,
      hint: "upgrade hubfleet",
    });
  }
  const result = deployedFile.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** The file of it. The same says the same bytes. */
export function writeDeployed(deployed: Deployed): readonly [path: string, text: string] {
  return [
    stateLayout.deployed,
    stringify(deployed, { lineWidth: 0, sortMapEntries: true, aliasDuplicateObjects: false }),
  ];
}

export function pointTo(bundle: Pick<Bundle, "id" | "digest">, now: Date): BundlePointer {
  return { id: bundle.id, digest: bundle.digest, since: now.toISOString() };
}

/** A stage's bundle from now on; none of its hubs has come anywhere with it. */
export function withStage(deployed: Deployed, stage: string, pointed: BundlePointer): Deployed {
  return { ...deployed, stages: { ...deployed.stages, [stage]: { ...pointed, hubs: {} } } };
}

/** Where a hub stands with its stage's bundle; undefined: it waits for it. */
export function withAttempt(deployed: Deployed, stage: string, hub: string, how: Attempt | undefined): Deployed {
  const now = deployed.stages[stage];
  if (now === undefined) return deployed;
  const { [hub]: _before, ...others } = now.hubs ?? {};
  const hubs = how === undefined ? others : { ...others, [hub]: how };
  return { ...deployed, stages: { ...deployed.stages, [stage]: { ...now, hubs } } };
}

/** What a hub is to run; undefined: no bundle any more. */
export function withHub(deployed: Deployed, hub: string, pointed: HubPointer | undefined): Deployed {
  const { [hub]: _before, ...others } = deployed.hubs;
  return { ...deployed, hubs: pointed === undefined ? others : { ...others, [hub]: pointed } };
}

/** With a hold, or without it. */
export function withHold(
  deployed: Deployed,
  of: HoldTarget,
  hold: Deployed["holds"][HoldTarget] | undefined,
): Deployed {
  const { [of]: _before, ...others } = deployed.holds;
  return { ...deployed, holds: hold === undefined ? others : { ...others, [of]: hold } };
}

/** The bundle that a hub is to run, also when it was given under the hub's old name; undefined: none. */
export function pointerOf(
  { hubs }: Deployed,
  hub: { readonly name: string; readonly renamedFrom?: string | undefined },
): HubPointer | undefined {
  return hubs[hub.name] ?? (hub.renamedFrom === undefined ? undefined : hubs[hub.renamedFrom]);
}

export function holdsIn({ holds }: Deployed): readonly Hold[] {
  return Object.entries(holds).map(([of, { since, until, bundle, from, ...hold }]) => ({
    target: of as HoldTarget, // as the schema says
    ...hold,
    since: Date.parse(since),
    until: Date.parse(until),
    ...(bundle === undefined ? {} : { bundle }),
    ...(from === undefined ? {} : { from }),
  }));
}

/** Names what put a bundle on a hub, so that two looks at it can be told to be of one uninterrupted thing. */
export function deploymentOf({ id, since }: BundlePointer): string {
  return `${id}@${since}`;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw invalid(cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "");
  }
}

function invalid(why: string): HubfleetError {
  return new HubfleetError("DEPLOYED_INVALID", {
    message: `deployed.yaml on the branch hubfleet/state cannot be read: ${why}`,
    hint: "see who wrote it: git log hubfleet/state -- deployed.yaml",
  });
}
