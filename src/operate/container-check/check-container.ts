import pMap from "p-map";

import type { Image } from "../../fleet/fleet.ts";
import { containerLimitSeconds } from "../../image/check/container-checks.ts";
import type { CheckedVerdict } from "../../image/check/image-check-report.ts";
import type { BuiltContainer, ContainerBuilder } from "../../ports/container-builder.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { ensureImagePackage } from "../image-check/check-room.ts";
import type { HarnessCheck } from "../image-check/run-harness.ts";
import { keepVerdict, type KeptVerdict, readVerdict, verdictDirectory } from "../image-check/verdict-store.ts";
import { bringTests } from "./bring-tests.ts";
import { type ContainerVerdict, lookAt } from "./look-at.ts";
import { planContainerChecks, type PlannedContainerCheck } from "./plan-container-checks.ts";

export interface CheckContainerProps {
  readonly image: Image;
  readonly built: BuiltContainer;
  readonly builder: Pick<ContainerBuilder, "run">;
  /** Absolute path of the working tree. */
  readonly directory: string;
  /** Absolute path of a directory for what the container is shown; emptied by whoever made it. */
  readonly scratch: string;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What checks of a container share. */
export interface ContainerRoom extends CheckContainerProps {
  /** Absolute path of the directory that holds the harness. */
  readonly harness: string;
  /** Requests to the harness, by name of the check. */
  readonly requests: ReadonlyMap<string, HarnessCheck>;
  /** What the image's own tests are shown as; undefined where it has none. */
  readonly tests: { readonly directory: string; readonly pytest: string | undefined } | undefined;
}

/** Most of a check is waiting for one interpreter: two at once keep two cores at work. */
const concurrency = 2;

/**
 * Looks at a built container from inside, without network and as the user that it has: whom it runs as, what a hub
 * starts in it, what it declares, its kernel and server, and the image's own tests. A check of the very same container
 * that has passed before is not done again. Never throws for what is wrong with the container.
 * @throws HubfleetError EMULATION_MISSING, BUILDER_UNUSABLE, INTERRUPTED
 */
export async function checkContainer(props: CheckContainerProps): Promise<readonly CheckedVerdict[]> {
  const { image, directory, world } = props;
  const harness = `${await ensureImagePackage(world)}/hubfleet_image`;
  const plan = await planContainerChecks({ ...props, harness });
  const before = new Map<string, KeptVerdict>();
  for (const { name, key, skipped } of plan.checks) {
    const verdict = skipped === undefined ? await readVerdict(key, world) : undefined;
    if (verdict !== undefined) before.set(name, verdict);
  }
  const missing = plan.checks.filter(({ name, skipped }) => skipped === undefined && !before.has(name));
  const own = missing.flatMap(({ test }) => (test === undefined ? [] : [test]));
  const tests = own.length === 0 ? undefined : await bringTests({ ...props, tests: own, support: plan.support });
  const requests = requestsFor(missing, { image, declared: plan.declared });
  const room: ContainerRoom = { ...props, directory, harness, requests, tests };
  const found = await pMap(missing, async (check) => lookAndTell(check, room), { concurrency });
  const now = new Map(missing.map(({ name }, index) => [name, found[index]]));
  return plan.checks.map((check) => inReport(check, before.get(check.name) ?? now.get(check.name), before, world));
}

async function lookAndTell(
  { name, key }: PlannedContainerCheck,
  room: ContainerRoom,
): Promise<KeptVerdict | undefined> {
  const { image, world, report, signal } = room;
  signal.throwIfAborted();
  const target = `image/${image.name}`;
  const text = `${name}, in the container`;
  report({ target, text, state: "started" });
  const begun = world.clock.now().getTime();
  const verdict: ContainerVerdict = await lookAt(name, room);
  const milliseconds = world.clock.now().getTime() - begun;
  if (signal.aborted) {
    report({ target, text: `${text}: interrupted`, state: "failed" });
    signal.throwIfAborted();
  }
  const { result, summary } = verdict;
  const words = `${text}${summary === "" ? "" : `: ${summary}`}`;
  report({ target, text: words, state: result === "failed" ? "failed" : "done", milliseconds });
  return keepVerdict(
    key,
    { ...verdict, check: name, milliseconds },
    { at: world.clock.now(), figures: {}, from: undefined, world },
  );
}

function requestsFor(
  checks: readonly PlannedContainerCheck[],
  { image, declared }: { readonly image: Image; readonly declared: unknown },
): ReadonlyMap<string, HarnessCheck> {
  return new Map(
    checks.flatMap(({ name, test, builtIn }): readonly (readonly [string, HarnessCheck])[] => {
      if (builtIn !== undefined) {
        return [[name, { check: name, limit: containerLimitSeconds(builtIn), packages: declared, browser: null }]];
      }
      return [[name, { check: name, limit: image.testTimeoutSeconds, ...test }]];
    }),
  );
}

function inReport(
  { name, key, skipped }: PlannedContainerCheck,
  verdict: KeptVerdict | undefined,
  before: ReadonlyMap<string, KeptVerdict>,
  world: Pick<LocalWorld, "machine">,
): CheckedVerdict {
  const check = `container/${name}`;
  if (verdict === undefined) {
    return { check, milliseconds: 0, from: null, files: [], result: "skipped", summary: skipped ?? "" };
  }
  const { result, summary, milliseconds, at, files } = verdict;
  const directory = verdictDirectory(key, world);
  const from = before.has(name) ? at : null;
  return { check, result, summary, milliseconds, from, files: files.map((file) => `${directory}/${file}`) };
}
