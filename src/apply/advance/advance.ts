import { readDeployed } from "../../bundle/deployed.ts";
import type { Look } from "../../bundle/looks.ts";
import { judgeGate } from "../../bundle/gate.ts";
import { readBundles } from "../../bundle/read-bundles.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { appendRecords, readRecords } from "../../evidence/read-records.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { StateNow } from "../../operate/bundles/commit-change.ts";
import { createJudge, type Judge } from "../../operate/bundles/judge-bundle.ts";
import type { CheckReport } from "../../operate/check/check-report.ts";
import { recordOrigin } from "../../operate/bundles/record-origin.ts";
import { secondLooks } from "../../operate/bundles/second-looks.ts";
import { hubsToLookAt } from "../../operate/observe/hubs-to-look-at.ts";
import type { WantedState } from "../../operate/bundles/read-intent.ts";
import type { RemotePlan } from "../../operate/kubernetes/plan-remotes.ts";
import type { Reach } from "../../operate/kubernetes/reach.ts";
import { lookAtHubs } from "../../operate/observe/look-at-hubs.ts";
import { lookAtRemotes, type LookAtRemotesProps } from "../../operate/observe/look-at-remotes.ts";
import { readLooks } from "../../operate/observe/pending-looks.ts";
import { signOffPages } from "../sign-off-pages.ts";
import { promote, type Promotion } from "../promote/promote.ts";
import type { PromoteWorld } from "../promote/promote-world.ts";
import { chooseMove } from "./choose-moves.ts";
import { runDeferredChecks } from "./deferred-checks.ts";
import { askedRecords, deadlineNotices, waitingForPeople, type WaitingForPeople } from "./news.ts";
import { recordLooks } from "./record-looks.ts";

export interface AdvanceProps extends PromoteWorld {
  /** The fleet's. */
  readonly directory: string;
  /** Hubs on Kubernetes, as they are to be and as they are. */
  readonly planAway: (intent: WantedState) => Promise<readonly RemotePlan[]>;
  readonly reach: Reach;
}

/** What one turn of automation came to. */
export interface Advanced {
  /** What people said on hubs' pages and was recorded. */
  readonly said: readonly string[];
  readonly looks: readonly Look[];
  /** Observations that were written; the others wait on this machine. */
  readonly recorded: number;
  /** Parts of checks whose time had come. */
  readonly checks: readonly CheckReport[];
  readonly promotions: readonly Promotion[];
  /** What could not be done now, and why; the next turn tries again. */
  readonly remarks: readonly string[];
}

/**
 * One turn of everything that happens by itself: looks at every hub, finishes checks whose time has come, records what is
 * news, brings to an end what a killed command left, and moves bundles into stages that are `auto`. Done twice it does
 * nothing more; two at once do each thing once, as far as a machine is concerned.
 * @throws HubfleetErrors for damaged evidence; what reading the state throws
 */
export async function advance(props: AdvanceProps): Promise<Advanced> {
  const { fleet, read, commit, signal } = props;
  const page = signOffPages(props);
  const words = await page.take();
  const before = stateOf((await read()).files);
  const judge = judgeOf(before, props);
  const checked = await runDeferredChecks(before, { ...props, open: judge.open });
  if (checked.records.length > 0) {
    await commit(() => ({ records: checked.records }), `${checked.reports.length} deferred checks`);
  }
  const { at } = await recordOrigin(fleet, props.world);
  const { pending } = await readLooks(fleet.uuid, props.world);
  const looks = await lookEverywhere(before, { ...props, pending, at, open: judge.open });
  const waiting = await waitingFor(judge, before, { ...props, pages: await page.addresses() });
  const isSecondLook = await secondLooks(before, { judge, fleet, now: props.world.clock.now().getTime() });
  const recorded = await recordLooks(looks, {
    ...props,
    opens: (records) => opensGate(records, before, props),
    notices: (now) => [
      ...deadlineNotices(now, { ...props, isSecondLook, now: props.world.clock.now().getTime() }),
      ...waiting.map(({ notice }) => notice),
    ],
    asked: (now, origin) => askedRecords(waiting, now, origin),
  });

  const promotions: Promotion[] = [];
  const remarks: string[] = [...words.remarks, ...checked.remarks];
  for (const { name } of fleet.stages) {
    if (signal.aborted) break;
    try {
      const moved = await moveStage(name, props);
      if (moved !== undefined) promotions.push(moved);
    } catch (thrown) {
      if (!(thrown instanceof HubfleetError) && !(thrown instanceof HubfleetErrors)) throw thrown;
      remarks.push(`stage ${name} stays where it is: ${thrown.message}`);
    }
  }
  await page.put();
  return { said: words.recorded, looks, recorded, checks: checked.reports, promotions, remarks };
}

type LookEverywhereProps = AdvanceProps & Pick<LookAtRemotesProps, "pending" | "at" | "open">;

async function lookEverywhere(before: StateNow, props: LookEverywhereProps): Promise<readonly Look[]> {
  const { fleet, pending, at, world } = props;
  const { files, deployed, evidence } = before;
  const about = { ...props, deployed, evidence };
  const lookHere = async (): Promise<readonly Look[]> =>
    lookAtHubs(await hubsToLookAt({ ...about, assign: props.assignFrom(files) }), { fleet, pending, at, world });
  const lookAway = async (): Promise<readonly Look[]> =>
    lookAtRemotes(await props.planAway({ kind: "read", files, deployed }), about);
  return (await Promise.all([lookHere(), lookAway()])).flat();
}

async function moveStage(name: string, props: AdvanceProps): Promise<Promotion | undefined> {
  const { fleet, read } = props;
  const stage = fleet.stages.find((one) => one.name === name);
  if (stage === undefined) return undefined;
  const now = stateOf((await read()).files);
  const { bundles } = readBundles(now.files);
  const judge = judgeOf(now, props);
  const usable = new Map<string, boolean>();
  for (const { document } of bundles) {
    const known = usable.get(document.renderer) ?? (await props.canRender(document.renderer));
    usable.set(document.renderer, known);
  }
  const move = await chooseMove({
    stage,
    deployed: now.deployed,
    bundles: bundles.filter(({ document, digest }) => {
      return usable.get(document.renderer) === true || digest === now.deployed.stages[name]?.digest;
    }),
    verdict: (bundle) => judge.verdict(bundle, name),
  });
  if (move.kind === "none") return undefined;
  const onlyBegun = move.kind === "go-on" && move.onlyBegun;
  const promotion = await promote({
    ...props,
    bundle: move.bundle,
    stage: name,
    ending: noConsent,
    again: false,
    onlyBegun,
    // Nobody in particular does it.
    identity: undefined,
  });
  const isNothing = promotion.kind === "continued" && promotion.results.length === 0;
  return isNothing ? undefined : promotion;
}

/** Nobody is there to agree that servers end: such a hub waits for somebody. */
const noConsent = { consent: new Set<string>(), message: "", waitMilliseconds: 0 };

/** Whether records would open a gate that is shut, for a bundle that some stage has. */
async function opensGate(records: readonly RecordDraft[], now: StateNow, props: AdvanceProps): Promise<boolean> {
  const written = appendRecords(now.evidence.heads, records).map(({ path, text }) => [path, text] as const);
  const files = new Map([...now.files, ...written]);
  const then: StateNow = { ...now, files, evidence: readRecords(files) };
  const [before, after] = [judgeOf(now, props), judgeOf(then, props)];
  for (const { bundle, stage } of candidates(before, now, props)) {
    const was = await before.verdict(bundle, stage);
    if (was.kind !== "blocked") continue;
    if ((await after.verdict(bundle, stage)).kind === "open") return true;
  }
  return false;
}

/** Bundles that a stage has, each with the stage after it. */
function candidates(
  judge: Judge,
  { deployed }: StateNow,
  { fleet }: AdvanceProps,
): readonly { readonly bundle: ReturnType<Judge["open"]>["bundle"]; readonly stage: string }[] {
  return fleet.stages.flatMap(({ name }, index) => {
    const next = fleet.stages[index + 1];
    const pointer = deployed.stages[name];
    if (next === undefined || pointer === undefined || deployed.stages[next.name]?.digest === pointer.digest) return [];
    return [{ bundle: judge.open(pointer.id).bundle, stage: next.name }];
  });
}

async function waitingFor(
  judge: Judge,
  now: StateNow,
  { pages, ...props }: AdvanceProps & { readonly pages: readonly string[] },
): Promise<readonly WaitingForPeople[]> {
  const waiting = candidates(judge, now, props).map(async ({ bundle, stage }) => {
    const input = await judge.input(bundle, stage);
    return waitingForPeople(input, judgeGate(input), pages) ?? [];
  });
  return (await Promise.all(waiting)).flat();
}

function judgeOf(now: StateNow, { reading, fleetAt, authors, world }: PromoteWorld): Judge {
  return createJudge(now, { reading, fleetAt, authors, now: world.clock.now() });
}

function stateOf(files: ReadonlyMap<string, string>): StateNow {
  const evidence = readRecords(files);
  if (evidence.problems.length > 0) throw new HubfleetErrors(evidence.problems);
  return { files, evidence, deployed: readDeployed(files) };
}
