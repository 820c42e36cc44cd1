import { type Look, type PendingLooks, useSince } from "../../bundle/looks.ts";
import type { HubUse } from "./count-use.ts";
import { type Found, judgeLook } from "./judge-look.ts";

/** What is known of a hub before it is looked at, wherever it is. */
export interface KnownHub extends Omit<Look, "at" | "verdict" | "reason" | "exposure"> {
  /** When it was put what it runs. */
  readonly deployedAt: Date;
}

export interface TakeLookProps {
  readonly pending: PendingLooks;
  /** By the clock of this machine, before it looks: what passes was then at least that well. */
  readonly at: Look["at"];
  /** What people did with it from a moment until the look. */
  readonly useSince: (since: Date) => Promise<HubUse | undefined>;
}

/** Makes a look of what was found, with the use that it adds to the looks before it. */
export async function takeLook(
  { deployedAt, ...known }: KnownHub,
  found: Omit<Found, "use">,
  { pending, at, useSince: ask }: TakeLookProps,
): Promise<Look> {
  const look = { ...known, at, ...judgeLook({ ...found, use: await ask(deployedAt) }) };
  const since = useSince(pending, look);
  const used = since === undefined ? undefined : await ask(new Date(since));
  if (since === undefined || used === undefined) return look;
  const { spawns, users, daskClusters } = used;
  return { ...look, exposure: { since, spawns, users, daskClusters } };
}
