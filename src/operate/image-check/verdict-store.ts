import type { Verdict } from "../../image/verdict.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { machinePaths } from "../../runtime/local/paths.ts";
import { stableJson } from "../../runtime/local/digest.ts";

/** A verdict as it is kept. */
export interface KeptVerdict extends Omit<Verdict, "output" | "from"> {
  readonly version: 1;
  /** When it was reached, ISO 8601. */
  readonly at: string;
  /** Milliseconds that something took to start. */
  readonly figures: Readonly<Record<string, number>>;
  /** Names of what lies beside it. */
  readonly files: readonly string[];
}

/** What one image was last checked with; the images of all fleets share verdicts by what they hold. */
export interface ImageRecord {
  readonly version: 1;
  readonly startUp?: { readonly at: string; readonly figures: Readonly<Record<string, number>> };
  /** Keys of the verdicts of its last checks, the newest first. */
  readonly runs: readonly (readonly string[])[];
}

type StoreWorld = Pick<LocalWorld, "files" | "machine">;

const rememberedRuns = 10;

export function verdictDirectory(key: string, { machine }: Pick<LocalWorld, "machine">): string {
  return `${machinePaths(machine.stateRoot).verdicts}/${key}`;
}

/** A verdict that still counts: one that failed is always looked at anew. */
export async function readVerdict(key: string, world: StoreWorld): Promise<KeptVerdict | undefined> {
  const text = await world.files.read(`${verdictDirectory(key, world)}/verdict.json`);
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as KeptVerdict; // written below, at once or not at all
  return kept.version === 1 && kept.result !== "failed" ? kept : undefined;
}

export interface KeepProps {
  readonly at: Date;
  readonly figures: Readonly<Record<string, number>>;
  /** A directory whose files are kept, too. */
  readonly from: string | undefined;
}

/** Keeps a verdict with what it said. The verdict itself is written last: a kill before that leaves none. */
export async function keepVerdict(
  key: string,
  verdict: Verdict,
  { at, figures, from, world }: KeepProps & { readonly world: StoreWorld },
): Promise<KeptVerdict> {
  const { files } = world;
  const directory = verdictDirectory(key, world);
  const { output, ...told } = verdict;
  await files.remove(directory);
  if (from === undefined || (await files.list(from)).length === 0) await files.ensureDirectory(directory, 0o700);
  else await files.copy(from, directory);
  if (output !== "") await files.ensureFile(`${directory}/output.txt`, `${output}\n`, 0o600);
  const names = await files.list(directory);
  const kept: KeptVerdict = { version: 1, at: at.toISOString(), figures, files: names, ...told };
  await files.ensureFile(`${directory}/verdict.json`, stableJson(kept), 0o600);
  return kept;
}

function recordPath(fleetUuid: string, image: string, { machine }: StoreWorld): string {
  return `${machinePaths(machine.stateRoot).verdicts}/images/${fleetUuid}/${image}.json`;
}

export async function readImageRecord(fleetUuid: string, image: string, world: StoreWorld): Promise<ImageRecord> {
  const text = await world.files.read(recordPath(fleetUuid, image, world));
  return text === undefined ? { version: 1, runs: [] } : (JSON.parse(text) as ImageRecord); // written below
}

/** Notes a check of an image, and lets go of verdicts that none of its last checks had. */
export async function recordRun(
  { fleetUuid, image, keys }: { readonly fleetUuid: string; readonly image: string; readonly keys: readonly string[] },
  startUp: ImageRecord["startUp"],
  world: StoreWorld,
): Promise<void> {
  const before = await readImageRecord(fleetUuid, image, world);
  const sorted = [...keys].sort();
  const isLast = stableJson(before.runs[0]) === stableJson(sorted);
  const runs = isLast ? before.runs : [sorted, ...before.runs];
  const kept = runs.slice(0, rememberedRuns);
  const still = new Set(kept.flat());
  const gone = new Set(
    runs
      .slice(rememberedRuns)
      .flat()
      .filter((key) => !still.has(key)),
  );
  for (const key of gone) await world.files.remove(verdictDirectory(key, world));
  const latest = startUp ?? before.startUp;
  const record: ImageRecord = { version: 1, runs: kept, ...(latest === undefined ? {} : { startUp: latest }) };
  await world.files.ensureFile(recordPath(fleetUuid, image, world), stableJson(record), 0o600);
}
