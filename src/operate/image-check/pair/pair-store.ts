import type { Verdict } from "../../../image/verdict.ts";
import type { LocalWorld } from "../../../ports/local-world.ts";
import { sha256 } from "../../../runtime/local/digest.ts";
import { keepVerdict, readVerdict, verdictDirectory } from "../verdict-store.ts";

type StoreWorld = Pick<LocalWorld, "files" | "machine" | "clock">;

/** The verdicts of a run with this key, when all of them still count; a pair is run as a whole or not at all. */
export async function readPairVerdicts(
  key: string,
  checks: readonly string[],
  world: StoreWorld,
): Promise<readonly Verdict[] | undefined> {
  const found: Verdict[] = [];
  for (const check of checks) {
    const own = verdictKey(key, check);
    const kept = await readVerdict(own, world);
    if (kept === undefined) return undefined;
    const { result, summary, milliseconds, at } = kept;
    const output = (await world.files.read(`${verdictDirectory(own, world)}/output.txt`)) ?? "";
    found.push({ check, result, summary, milliseconds, output: output.trimEnd(), from: at });
  }
  return found;
}

export async function keepPairVerdicts(key: string, verdicts: readonly Verdict[], world: StoreWorld): Promise<void> {
  const at = world.clock.now();
  for (const verdict of verdicts) {
    await keepVerdict(verdictKey(key, verdict.check), verdict, { at, figures: {}, from: undefined, world });
  }
}

function verdictKey(key: string, check: string): string {
  return sha256(`${key}\0${check}`);
}
