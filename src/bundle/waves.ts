import type { StagePolicy, WaveSize } from "../fleet/stage-policy.ts";
import { counted, listWords } from "./words.ts";

/** Where a hub stands while a bundle goes through its stage. */
export type HubState =
  /** Runs what it ran before. */
  | "waiting"
  /** Is being changed, or was changed and not checked yet. */
  | "changing"
  /** Runs the bundle, and was found well. */
  | "done"
  /** Was tried, found unwell, and runs what it ran before. */
  | "failed"
  /** Kept where it is by a hold, pin or experiment. */
  | "kept";

export interface StageProgress {
  readonly hubs: readonly { readonly name: string; readonly state: HubState }[];
  readonly policy: Pick<StagePolicy, "waves" | "concurrency" | "failures">;
}

export type NextHubs =
  /** To be changed now; more are to come. */
  | { readonly kind: "go"; readonly hubs: readonly string[]; readonly wave: number; readonly waves: number }
  /** The hubs of this wave have to be well first. */
  | { readonly kind: "wait"; readonly for: readonly string[]; readonly wave: number; readonly waves: number }
  /** More hubs failed than may. */
  | { readonly kind: "stopped"; readonly failed: readonly string[] }
  | { readonly kind: "complete" };

/**
 * Which hubs get the bundle next. Hubs go in the order given; those that are kept are passed over and count for nothing.
 *
 * | so far | next |
 * | ------ | ---- |
 * | more failures than may be | stopped, whatever is still changing |
 * | a hub of this wave is waiting, and fewer are changing than may | go |
 * | hubs of this wave are changing | wait |
 * | all hubs are done, failed or kept | complete |
 */
export function nextHubs({ hubs, policy }: StageProgress): NextHubs {
  const failed = hubs.filter(({ state }) => state === "failed").map(({ name }) => name);
  if (failed.length > policy.failures) return { kind: "stopped", failed };

  const going = hubs.filter(({ state }) => state !== "kept");
  const waves = waveSizes(policy.waves, going.length);
  let start = 0;
  for (const [index, size] of waves.entries()) {
    const wave = going.slice(start, start + size);
    start += size;
    const waiting = wave.filter(({ state }) => state === "waiting").map(({ name }) => name);
    const changing = wave.filter(({ state }) => state === "changing").map(({ name }) => name);
    const place = { wave: index + 1, waves: waves.length };
    const room = policy.concurrency - changing.length;
    if (waiting.length > 0 && room > 0) return { kind: "go", hubs: waiting.slice(0, room), ...place };
    if (changing.length > 0) return { kind: "wait", for: changing, ...place };
  }
  return { kind: "complete" };
}

/** For `status`: "stage production stands at 60 of 140 hubs, 2 failed: a and b". */
export function progressSentence(stage: string, { hubs, policy }: StageProgress): string {
  const named = (state: HubState): readonly string[] =>
    hubs.filter((hub) => hub.state === state).map(({ name }) => name);
  const [done, failed, kept, changing] = [named("done"), named("failed"), named("kept"), named("changing")];
  const words = [
    `stage ${stage} stands at ${done.length} of ${counted(hubs.length, "hub")}`,
    ...(changing.length === 0 ? [] : [`${changing.length} changing`]),
    ...(failed.length === 0 ? [] : [`${failed.length} failed: ${listWords(failed)}`]),
    ...(kept.length === 0 ? [] : [`${kept.length} kept where they are: ${listWords(kept)}`]),
    ...(failed.length > policy.failures ? ["stopped"] : []),
  ];
  return words.join(", ");
}

/** Sizes that add up to the number of hubs; shares are of all of them, rounded up. */
function waveSizes(waves: readonly WaveSize[], hubs: number): readonly number[] {
  const sizes: number[] = [];
  let left = hubs;
  for (const wave of waves) {
    const size = Math.min(left, wave.kind === "hubs" ? wave.count : Math.ceil((hubs * wave.percent) / 100));
    if (size > 0) sizes.push(size);
    left -= size;
  }
  return left > 0 ? [...sizes, left] : sizes;
}
