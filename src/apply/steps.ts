import { fromUnknown } from "../errors/from-unknown.ts";
import type { HubfleetError } from "../errors/hubfleet-error.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import { fleetPaths } from "../runtime/local/paths.ts";
import { expectedMilliseconds, type JournalLine, parseJournal, unfinishedSteps } from "./journal.ts";

/** Walks steps that take time: each is told, and journalled before and after. */
export interface Steps {
  /** Runs a step and passes on what it answers or throws; `detail` says what came of it. */
  run<Result>(
    target: string,
    step: string,
    work: () => Promise<Result>,
    detail?: (result: Result) => string,
  ): Promise<Result>;
  /** What the command before this one was in the middle of when it was killed. */
  readonly interrupted: readonly JournalLine[];
}

export interface StepsProps {
  readonly fleetUuid: string;
  readonly command: string;
  readonly world: Pick<LocalWorld, "files" | "clock" | "random" | "machine">;
  readonly report: Report;
}

/** Of each of two files: beyond it the journal begins anew, and the one before is kept until the next time. */
const journalBytes = 4_000_000;
const rememberedLines = 2_000;

/** Opens the fleet's journal; call it while holding the lease, so that one command writes at a time. */
export async function openSteps({ fleetUuid, command, world, report }: StepsProps): Promise<Steps> {
  const { journal } = fleetPaths(world.machine.stateRoot, fleetUuid);
  const last = await world.files.tail(journal, rememberedLines);
  const earlier = await world.files.tail(`${journal}.1`, rememberedLines - last.length);
  const before = parseJournal([...earlier, ...last]);
  await world.files.rotate(journal, journalBytes);
  const run = world.random.hex(4);
  const write = async (
    line: Pick<JournalLine, "target" | "step" | "state" | "milliseconds" | "code"> & { readonly run?: string },
  ): Promise<void> => {
    const at = world.clock.now().toISOString();
    const { pid } = world.machine;
    await world.files.append(
      journal,
      JSON.stringify({ version: 1, at, run, command, pid, ...line } satisfies JournalLine),
    );
  };

  const interrupted = unfinishedSteps(before);
  // Told once: the next command finds them ended.
  for (const { target, step, run: killed } of interrupted) {
    await write({ target, step, state: "failed", code: "INTERRUPTED", run: killed });
  }

  return {
    interrupted,
    async run(target, step, work, detail) {
      const expected = expectedMilliseconds(before, step);
      await write({ target, step, state: "intent" });
      report({
        target,
        text: step,
        state: "started",
        ...(expected === undefined ? {} : { expectedMilliseconds: expected }),
      });
      const begun = world.clock.now().getTime();
      try {
        const result = await work();
        const milliseconds = world.clock.now().getTime() - begun;
        await write({ target, step, state: "done", milliseconds });
        const words = detail?.(result) ?? "";
        report({ target, text: words === "" ? step : `${step}: ${words}`, state: "done", milliseconds });
        return result;
      } catch (thrown) {
        const errors = fromUnknown(thrown);
        report({ target, text: `${step}: ${firstLine(errors)}`, state: "failed" });
        // A journal that cannot be written, as on a full disk, must not hide why the step failed.
        await write({ target, step, state: "failed", code: errors[0]?.code ?? "UNEXPECTED" }).catch(() => undefined);
        throw thrown;
      }
    },
  };
}

/** What a progress line says of a failure; the whole of it comes at the end. */
function firstLine(errors: readonly HubfleetError[]): string {
  return errors[0]?.message.split("\n")[0] ?? "failed";
}
