import type { CheckRecord } from "./gate-evidence.ts";
import type { GateInput, GateStage, PartCheck } from "./gate-input.ts";
import { ground, type Judged, reason, together } from "./gate-verdict.ts";
import type { StagePolicy } from "../fleet/stage-policy.ts";
import { isAfter } from "./is-after.ts";
import { isOfRow, type StageRow, stageTable, type TableHub } from "./stage-table.ts";
import { speaks, vouches } from "./vouching.ts";
import { counted, listWords } from "./words.ts";

type Props = Pick<GateInput, "bundle" | "evidence" | "now">;

/** What one check of certain parts came to: the latest result decides, and only a pass is one. */
interface CheckState {
  readonly result: "passed" | "missing" | "failed" | "unknown";
  readonly words: string;
  readonly records: readonly string[];
}

/** Images and pairs that were never tested, which no stage gets. */
export function judgePartChecks(stage: string, props: Props): Judged {
  const { bundle } = props;
  return together(
    bundle.partChecks.map(({ check, parts }) => {
      const state = checkState(checksOf({ check, parts }, props), undefined, props);
      if (state.result === "passed") return ground(stage, `${check} passed`, state.records);
      return reason(codeOf(state), {
        stage,
        words: `${check}: ${state.words}`,
        satisfiedBy: `a passed check of exactly ${counted(parts.length, "this image", "these images")}: \`hubfleet check image/NAME\``,
        records: state.records,
      });
    }),
  );
}

/** The checks that a stage asks for, on as many of its hubs as it asks for. */
export function judgeStageChecks(stage: GateStage, policy: StagePolicy, props: Props): Judged {
  const { bundle, evidence } = props;
  const needed = policy.hubs ?? stage.hubs.length;
  const table = stageTable(stage, evidence);
  const rows = table.rows(bundle.parts);
  return together(
    policy.checks.map((check) => {
      const states = table.hubs.map((hub) => {
        const meant = checksOn(hub, check, rows);
        return { hub: hub.name, state: checkState(meant, stage.name, props) };
      });
      const passed = states.filter(({ state }) => state.result === "passed");
      const records = passed.flatMap(({ state }) => state.records);
      if (stage.hubs.length > 0 && passed.length >= needed) {
        return ground(stage.name, `check ${check} passed on ${listWords(passed.map(({ hub }) => hub))}`, records);
      }
      const others = states.filter(({ state }) => state.result !== "passed");
      const worst = (["failed", "unknown", "missing"] as const).find((one) =>
        others.some(({ state }) => state.result === one),
      );
      return reason(codeOf({ result: worst ?? "missing" }), {
        stage: stage.name,
        words: `check ${check} passed on ${passed.length} of ${needed} hubs of ${stage.name}${others.length === 0 ? "" : `; ${listWords(others.map(({ hub, state }) => `${hub}: ${state.words}`))}`}`,
        satisfiedBy: `a pass of it on ${counted(needed - passed.length, "more hub", "more hubs")}, running this bundle`,
        records: others.flatMap(({ state }) => state.records),
      });
    }),
  );
}

/** Those by parts alone that name all of these as the bundle has them; none for no parts: it would be of nothing. */
function checksOf({ check, parts }: PartCheck, { bundle, evidence }: Props): readonly CheckRecord[] {
  const lists = parts.map((part) => evidence.logs(part, bundle.parts[part] ?? "")(undefined).checks);
  const [fewest = []] = lists.toSorted((one, other) => one.length - other.length);
  return fewest.filter(
    (one) => one.check === check && parts.every((part) => one.parts[part] === (bundle.parts[part] ?? "")),
  );
}

/** Those on a hub that name all parts of the bundle that it runs. */
function checksOn(hub: TableHub, check: string, rows: readonly (StageRow | undefined)[]): readonly CheckRecord[] {
  let fewest: readonly CheckRecord[] | undefined;
  for (const place of hub.parts) {
    const row = rows[place];
    if (row === undefined) continue;
    const checks = row.checks[hub.index];
    if (checks === undefined) return [];
    if (fewest === undefined || checks.length < fewest.length) fewest = checks;
  }
  const namesAll = (one: CheckRecord): boolean =>
    hub.parts.every((place) => {
      const row = rows[place];
      return row === undefined || isOfRow(one, row, row.checks[hub.index]);
    });
  return fewest?.filter((one) => one.check === check && namesAll(one)) ?? [];
}

const notRun: CheckState = { result: "missing", words: "not run on these parts", records: [] };

/** `stage`: where it must have been run; undefined: by itself. */
function checkState(meant: readonly CheckRecord[], stage: string | undefined, props: Props): CheckState {
  if (meant.length === 0) return notRun;
  const against = meant.filter((one) => isAgainst(one) && speaks(one, props));
  const passes = meant.filter(
    (one) =>
      one.verdict === "passed" &&
      vouches(one, props) &&
      one.stage === stage &&
      (one.standing === undefined ? stage === undefined : one.standing === "stage"),
  );
  const pass = passes.find((one) => against.every((other) => isAfter(one, other)));
  if (pass !== undefined) return { result: "passed", words: "passed", records: [pass.id] };

  const worst = against.find(({ verdict }) => verdict === "failed") ?? against[0];
  if (worst === undefined) return notRun;
  return {
    result: worst.verdict === "failed" ? "failed" : "unknown",
    words: worst.verdict === "failed" ? "failed" : `ended without a verdict (${worst.verdict})`,
    records: [worst.id],
  };
}

/** A later run that came to nothing takes the pass before it away: nobody knows what it would have found. */
function isAgainst({ verdict }: CheckRecord): boolean {
  return verdict !== "passed" && verdict !== "skipped";
}

function codeOf({ result }: Pick<CheckState, "result">): "check-missing" | "check-failed" | "check-unknown" {
  if (result === "failed") return "check-failed";
  return result === "unknown" ? "check-unknown" : "check-missing";
}
