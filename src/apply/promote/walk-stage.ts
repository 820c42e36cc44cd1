import { type Deployed, holdsIn, readDeployed } from "../../bundle/deployed.ts";
import { holdsOf, holdWords } from "../../bundle/hold.ts";
import { nextHubs, type StageProgress } from "../../bundle/waves.ts";
import type { OpenedBundle } from "../../operate/bundles/assign-bundles.ts";
import type { EndingPolicy } from "../apply-with-notice.ts";
import type { Steps } from "../steps.ts";
import { changeHubs, type HubResult } from "./change-hubs.ts";
import type { PromoteWorld } from "./promote-world.ts";
import { progressOf } from "./stage-progress-of.ts";

export interface WalkProps extends PromoteWorld {
  readonly stage: string;
  readonly opened: OpenedBundle;
  readonly ending: EndingPolicy | undefined;
  readonly steps: Steps;
  /** Bring to an end what was begun, and begin nothing. */
  readonly onlyBegun: boolean;
}

export interface Walked {
  readonly results: readonly HubResult[];
  readonly progress: StageProgress;
  /** Why it ended before its end, in words; undefined: every hub had its turn. */
  readonly stopped: string | undefined;
}

/**
 * Takes a stage's hubs through its bundle, wave by wave, each when the one before is well. What was begun by a command that
 * was killed comes first.
 */
export async function walkStage(props: WalkProps): Promise<Walked> {
  const { stage, opened, fleet, signal, onlyBegun, report } = props;
  const hubs = [...fleet.hubs.values()].filter((hub) => hub.stage === stage);
  const results: HubResult[] = [];
  const heldBack = new Set<string>();
  for (;;) {
    const { deployed, now } = await look(props);
    const progress = leaveOut(progressOf(deployed, now, props), heldBack);
    const ended = (stopped: string | undefined): Walked => ({ results, progress, stopped });
    if (signal.aborted) return ended("interrupted; the same command again goes on");
    const pointer = deployed.stages[stage];
    if (pointer?.digest !== opened.bundle.digest) {
      // A gate that was shut for it let it in nowhere.
      return ended(onlyBegun ? undefined : `stage ${stage} was given ${pointer?.id ?? "nothing"} meanwhile`);
    }
    const begun = progress.hubs.filter(({ state }) => state === "changing").map(({ name }) => name);
    const next = nextHubs(progress);
    if (begun.length === 0) {
      if (onlyBegun || next.kind === "complete") return ended(undefined);
      if (next.kind === "stopped") return ended(stoppedWords(next.failed, progress.policy.failures));
      const [hold] = holdsOf({ name: "", stage }, holdsIn(deployed), now);
      if (hold !== undefined) return ended(holdWords(hold));
    }
    const names = begun.length > 0 ? begun : next.kind === "go" ? next.hubs : [];
    if (next.kind === "go" && begun.length === 0 && next.waves > 1) {
      report({
        target: `stage/${stage}`,
        text: `wave ${next.wave} of ${next.waves}: ${names.join(", ")}`,
        state: "note",
      });
    }
    const changed = await changeHubs({
      ...props,
      hubs: hubs.filter(({ name }) => names.includes(name)),
      direction: "forward",
    });
    results.push(...changed);
    for (const one of changed) if (one.kind === "held") heldBack.add(one.hub);
  }
}

/** Hubs whose servers nobody agreed to end were asked about once; asking again would go on for ever. */
function leaveOut(progress: StageProgress, names: ReadonlySet<string>): StageProgress {
  return {
    ...progress,
    hubs: progress.hubs.map((hub) =>
      names.has(hub.name) && hub.state === "waiting" ? { ...hub, state: "kept" } : hub,
    ),
  };
}

async function look({ read, world }: PromoteWorld): Promise<{ readonly deployed: Deployed; readonly now: number }> {
  const { files } = await read();
  return { deployed: readDeployed(files), now: world.clock.now().getTime() };
}

function stoppedWords(failed: readonly string[], allowed: number): string {
  const room = allowed === 0 ? "none may" : `${allowed} may`;
  return `${failed.join(", ")} did not do well, and ${room}; the others stay as they are`;
}
