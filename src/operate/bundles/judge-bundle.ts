import type { Bundle } from "../../bundle/bundle.ts";
import { type Deployed, holdsIn } from "../../bundle/deployed.ts";
import { authorsOf } from "../../bundle/authors-of.ts";
import { gateBundle } from "../../bundle/gate-bundle.ts";
import type { GateHub, GateInput, GateStage } from "../../bundle/gate-input.ts";
import type { GateQuestion } from "../../bundle/gate-question.ts";
import { gateRecords } from "../../bundle/gate-records.ts";
import type { GateVerdict } from "../../bundle/gate-verdict.ts";
import { judgeGate, policyOf } from "../../bundle/gate.ts";
import { gateHub } from "../../bundle/hub-parts.ts";
import { type EvidenceIndex, indexEvidence } from "../../bundle/index-evidence.ts";
import { changedParts } from "../../bundle/judge-people.ts";
import { pathsOfParts } from "../../bundle/part-paths.ts";
import { newestMoment } from "../../bundle/newest-moment.ts";
import { planStages } from "../../bundle/plan-stages.ts";
import { bundlePath, findBundle } from "../../bundle/read-bundles.ts";
import { applyBundle } from "../../bundle/apply-bundle.ts";
import { signingPeople } from "../../bundle/signing-people.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";
import type { CommitRange, GitAuthor } from "../../ports/git.ts";
import { openBundles, type OpenedBundle } from "./assign-bundles.ts";
import type { StateNow } from "./commit-change.ts";
import { commitNotHere, type FleetThen, fleetThen, strictest } from "./stages-at.ts";

export interface JudgeProps {
  readonly reading: FleetReading;
  readonly now: Date;
  /** The fleet as a commit has it; undefined: this clone does not have the commit. */
  readonly fleetAt: (commit: string) => Promise<FleetReading | undefined>;
  readonly authors: AskAuthors;
}

/** Who wrote commits that changed paths of the fleet; undefined: this clone does not have them. */
export type AskAuthors = (range: CommitRange, paths: readonly string[]) => Promise<readonly GitAuthor[] | undefined>;

/** Decides gates from one snapshot of the state. What several gates need is worked out once. */
export interface Judge {
  /** @throws as `openBundles` */
  readonly open: (bundle: string) => OpenedBundle;
  /** @throws HubfleetError UNKNOWN_TARGET, COMMIT_NOT_HERE; as `open` */
  input(bundle: Bundle, stage: string): Promise<GateInput>;
  /** Whose word may count, as of the commit before the bundle. @throws as `input` */
  people(bundle: Bundle): Promise<FleetThen["people"]>;
  verdict(bundle: Bundle, stage: string): Promise<GateVerdict>;
  /** What a verdict is decided from beside the records and the time, to be kept with it. @throws as `input` */
  question(bundle: Bundle, stage: string): Promise<GateQuestion>;
}

export function createJudge({ files, deployed, evidence }: StateNow, props: JudgeProps): Judge {
  const { reading, now, fleetAt, authors } = props;
  const open = openBundles({ reading, files });
  const { fleet } = reading;
  // A record of another fleet says nothing of this one, whoever signed it.
  const uuid = reading.written.fleet?.value.uuid;
  const records = [...evidence.records.values()].filter(({ record }) => record.fleet === uuid);
  const indexes = new Map<string, EvidenceIndex>();
  const readings = new Map<string, Promise<FleetReading>>();
  const readingOf = (commit: string): Promise<FleetReading> => {
    const known = readings.get(commit);
    if (known !== undefined) return known;
    const asked = fleetAt(commit).then((found) => {
      if (found === undefined) throw commitNotHere(commit);
      return found;
    });
    readings.set(commit, asked);
    return asked;
  };
  const thenOf = async (commit: string): Promise<FleetThen> => fleetThen(await readingOf(commit));
  /** Whoever comes with the bundle has no word in it, and what it asks is not undone behind it. */
  const before = async ({ document: { parent, commit } }: Bundle): Promise<FleetThen> => {
    const own = await thenOf(commit);
    if (parent === undefined || !files.has(bundlePath(parent.id))) return own;
    return strictest(await thenOf(findBundle(files, parent.id).document.commit), own);
  };
  const peopleNow = fleetThen(reading).people;
  const indexFor = (people: FleetThen["people"]): EvidenceIndex => {
    const key = JSON.stringify(people.map(({ id, roles, keys, logins }) => [id, roles, keys, logins]));
    const { rolesOf, proofOf } = signingPeople({ before: people, today: peopleNow, now: now.getTime() });
    const known = indexes.get(key) ?? indexEvidence(gateRecords(records, rolesOf, proofOf));
    indexes.set(key, known);
    return known;
  };
  /** People who wrote what the stage would newly get, since what it runs, or since the bundle before. */
  const authorsFor = async (
    bundle: Bundle,
    stage: GateStage,
    people: FleetThen["people"],
  ): Promise<readonly string[]> => {
    const { signoffs, selfSignoff } = policyOf(stage);
    if (signoffs.length === 0 || selfSignoff) return [];
    const { document, parts } = bundle;
    const paths = pathsOfParts(Object.keys(changedParts(stage, parts)), document);
    if (paths.length === 0) return [];
    const from = deployed.stages[stage.name]?.id ?? document.parent?.id;
    const since = from === undefined || !files.has(bundlePath(from)) ? undefined : findBundle(files, from);
    const found = await authors({ from: since?.document.commit, to: document.commit }, paths);
    if (found === undefined) throw commitNotHere(document.commit);
    return authorsOf(found, [...people, ...peopleNow]);
  };
  const newestRecordAt = newestMoment(records);

  const input = async (bundle: Bundle, name: string): Promise<GateInput> => {
    const opened = open(bundle.id);
    const then = await before(bundle);
    const misfits = await misfitHubs(name, opened, { reading, readingOf });
    const stages = planStages(
      name,
      { now: opened.fleet.stages, before: then.stages },
      {
        hubs: (stage) => [...hubsOf(stage, opened), ...misfits(stage)],
        hubsBefore: (stage) => then.hubsOf(stage).map((hub) => ({ name: hub, parts: [], needsContainers: false })),
        running: (stage) => runningParts(deployed, stage, files),
        holds: holdsIn(deployed),
      },
    );
    if (stages === undefined) throw unknownStage(name, fleet?.stages.map((stage) => stage.name) ?? []);
    const evidenceNow = indexFor(then.people);
    const wrote = await authorsFor(bundle, stages.stage, then.people);
    const seen = { evidence: evidenceNow, authors: wrote, now: now.getTime(), newestRecordAt };
    return { bundle: gateBundle(bundle), ...stages, ...seen };
  };
  const people = async (bundle: Bundle): Promise<FleetThen["people"]> => (await before(bundle)).people;
  const question = async (bundle: Bundle, stage: string): Promise<GateQuestion> => {
    const { evidence: _evidence, now: _now, newestRecordAt: _newest, ...asked } = await input(bundle, stage);
    return { version: 1, ...asked, people: { before: await people(bundle), today: peopleNow } };
  };
  return { open, input, people, question, verdict: async (bundle, stage) => judgeGate(await input(bundle, stage)) };
}

export function unknownStage(name: string, known: readonly string[]): HubfleetError {
  const hint = nameHint(name, known);
  return new HubfleetError("UNKNOWN_TARGET", {
    message: `the fleet has no stage "${name}"`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The hubs of a stage, with the parts of the bundle that each runs. */
export function hubsOf(stage: string, { bundle, fleet }: OpenedBundle): readonly GateHub[] {
  return [...fleet.hubs.values()].filter((hub) => hub.stage === stage).map((hub) => gateHub(hub, fleet, bundle));
}

/**
 * Hubs whose files do not go with the bundle any more, by stage. Of an earlier stage, they run it with their files as they
 * were at its commit: what is written since concerns the bundles to come. @throws (when asked) HubfleetErrors for the stage to enter
 */
async function misfitHubs(
  target: string,
  { bundle, misfits }: OpenedBundle,
  {
    reading,
    readingOf,
  }: { readonly reading: FleetReading; readonly readingOf: (commit: string) => Promise<FleetReading> },
): Promise<(stage: string) => readonly GateHub[]> {
  if (misfits.size === 0) return () => [];
  const { fleet } = applyBundle(await readingOf(bundle.document.commit), bundle);
  return (stage) =>
    [...misfits].flatMap(([name, problems]) => {
      if (reading.fleet?.hubs.get(name)?.stage !== stage) return [];
      const hub = fleet?.hubs.get(name);
      if (stage === target || fleet === undefined || hub === undefined) throw new HubfleetErrors(problems);
      return [gateHub(hub, fleet, bundle)];
    });
}

function runningParts(
  { stages }: Deployed,
  stage: string,
  files: ReadonlyMap<string, string>,
): Bundle["parts"] | undefined {
  const pointer = stages[stage];
  return pointer === undefined ? undefined : findBundle(files, pointer.id).parts;
}
