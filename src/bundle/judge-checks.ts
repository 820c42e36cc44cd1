import type { CheckRecord, Parts } from "./gate-evidence.ts";
import type { GateInput, GateStage } from "./gate-input.ts";
import { ground, type Judged, reason, together } from "./gate-verdict.ts";
import type { StagePolicy } from "../fleet/stage-policy.ts";
import { isAfter } from "./is-after.ts";
import { partsOf } from "./soak.ts";
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
  const { bundle, evidence } = props;
  return together(
    bundle.partChecks.map(({ check, parts }) => {
      const asked = Object.fromEntries(parts.map((part) => [part, bundle.parts[part] ?? ""]));
      const state = checkState(evidence.checks(check, undefined), { ...props, asked, stage: undefined });
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
  return together(
    policy.checks.map((check) => {
      const states = stage.hubs.map((hub) => {
        const asked = Object.fromEntries(partsOf(hub, bundle.parts).map((part) => [part, bundle.parts[part] ?? ""]));
        return {
          hub: hub.name,
          ...checkState(evidence.checks(check, hub.name), { ...props, asked, stage: stage.name }),
        };
      });
      const passed = states.filter(({ result }) => result === "passed");
      const records = passed.flatMap((state) => state.records);
      if (stage.hubs.length > 0 && passed.length >= needed) {
        return ground(stage.name, `check ${check} passed on ${listWords(passed.map(({ hub }) => hub))}`, records);
      }
      const others = states.filter(({ result }) => result !== "passed");
      const worst = (["failed", "unknown", "missing"] as const).find((one) =>
        others.some(({ result }) => result === one),
      );
      return reason(codeOf({ result: worst ?? "missing" }), {
        stage: stage.name,
        words: `check ${check} passed on ${passed.length} of ${needed} hubs of ${stage.name}${others.length === 0 ? "" : `; ${listWords(others.map(({ hub, words }) => `${hub}: ${words}`))}`}`,
        satisfiedBy: `a pass of it on ${counted(needed - passed.length, "more hub", "more hubs")}, running this bundle`,
        records: others.flatMap((state) => state.records),
      });
    }),
  );
}

function checkState(
  records: readonly CheckRecord[],
  { asked, stage, ...props }: Props & { readonly asked: Parts; readonly stage: string | undefined },
): CheckState {
  const meant = records.filter(
    (one) =>
      Object.entries(asked).every(([part, digest]) => one.parts[part] === digest) && Object.keys(asked).length > 0,
  );
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
  if (worst === undefined) return { result: "missing", words: "not run on these parts", records: [] };
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
