import { basename, dirname } from "node:path/posix";

import { speaksDask } from "../../../image/pair/disagreements.ts";
import { judgePair } from "../../../image/pair/judge-pair.ts";
import { pairRules, otherPackages } from "../../../image/pair/pair-rules.ts";
import { type PairImage, type PairSide, pairSide } from "../../../image/pair/pair-side.ts";
import { pairVerdicts, refusedVerdicts } from "../../../image/pair/pair-verdicts.ts";
import { pairWorkflows, type PairWorkflow } from "../../../image/pair/pair-workflows.ts";
import { readPairEvents } from "../../../image/pair/read-pair-events.ts";
import type { Verdict } from "../../../image/verdict.ts";
import type { Report } from "../../../ports/local-world.ts";
import { sha256, stableJson } from "../../../runtime/local/digest.ts";
import { type CheckRoom, type RoomWorld, withCheckRoom } from "../check-room.ts";
import { findOwnFiles } from "./own-files.ts";
import { keepPairVerdicts, readPairVerdicts } from "./pair-store.ts";

/** An image of the pair, built on this machine. */
export interface BuiltImage extends PairImage {
  /** Absolute path of the environment. */
  readonly environment: string;
  /** Absolute path of the image's directory in the working tree. */
  readonly directory: string;
}

export interface PairRequest {
  readonly notebook: BuiltImage;
  readonly worker: BuiltImage;
  /** Runs also what the locks already refuse, to see what becomes of it. */
  readonly evenIfRefused?: boolean;
  /** Names of workflows without "pair/"; undefined: all. */
  readonly only?: readonly string[];
  /** For each workflow, instead of its own limit. */
  readonly seconds?: number;
}

export interface PairProps {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Runs anew what was run before. */
  readonly again: boolean;
}

/**
 * Runs a notebook image against a worker image: real processes, of which nothing is left. What has been tried with the
 * same environments, files and workflows is not run again, unless something did not pass: that is always tried anew.
 * Never throws for what is wrong with the pair.
 */
export async function pairImages(
  request: PairRequest,
  world: RoomWorld,
  { report, signal, again }: PairProps,
): Promise<readonly Verdict[]> {
  const { notebook, worker } = request;
  const sides = { notebook: pairSide(notebook), worker: pairSide(worker) };
  const daskless = Object.values(sides).find((side) => !speaksDask(side));
  if (daskless !== undefined) return [noPair(daskless)];
  const findings = judgePair(sides.notebook, sides.worker);
  const own = await findOwnFiles([notebook, worker], world);
  const workflowsIn = (room: string, code: string): readonly PairWorkflow[] =>
    pairWorkflows({
      ...sides,
      code,
      own: Object.fromEntries(Object.entries(own.files).map(([name, path]) => [name, `${room}/${path}`])),
      isOneEnvironment: notebook.environment === worker.environment,
      only: request.only,
      seconds: request.seconds,
    });
  if (request.evenIfRefused !== true && findings.some(({ severity }) => severity === "refused")) {
    return refusedVerdicts(
      findings,
      workflowsIn("", "").map(({ name }) => name),
    );
  }
  const checks = ["connect", ...workflowsIn("", "").map(({ name }) => name)].map((name) => `pair/${name}`);
  const key = await keyOf(request, own.digest, world);
  const stored = again ? undefined : await readPairVerdicts(key, checks, world);
  if (stored !== undefined) return stored;

  const target = `image/${notebook.name}`;
  const text = `pair with ${worker.name}`;
  report({ target, text, state: "started" });
  const begun = world.clock.now().getTime();
  const verdicts = await withCheckRoom(world, async (room) => {
    const workflows = workflowsIn(room.directory, `${room.pythonPath}/hubfleet_image/pair/workflows`);
    for (const [from, to] of own.directories) await world.files.copy(from, `${room.directory}/${to}`);
    const output = await runPair(request, { room, workflows, world, signal });
    return pairVerdicts({
      ...sides,
      findings,
      workflows: workflows.map(({ name }) => name),
      events: readPairEvents(output),
      stopped: signal.aborted ? "interrupted" : undefined,
      words: output,
    });
  });
  const milliseconds = world.clock.now().getTime() - begun;
  const isGood = verdicts.every(({ result }) => result !== "failed");
  report({ target, text, ...(isGood ? { state: "done", milliseconds } : { state: "failed" }) });
  if (isGood && !signal.aborted) await keepPairVerdicts(key, verdicts, world);
  return verdicts;
}

function noPair({ image }: PairSide): Verdict {
  const summary = `image ${image} holds neither dask nor distributed: it is no half of a pair`;
  return { check: "pair/versions", result: "skipped", summary, milliseconds: 0, output: "" };
}

interface PairRunProps {
  readonly room: CheckRoom;
  readonly workflows: readonly PairWorkflow[];
  readonly world: RoomWorld;
  readonly signal: AbortSignal;
}

const startSeconds = 60;
/** The supervisor starts a pair anew after a workflow that ended it, so many times. */
const mostStarts = 4;

async function runPair(
  { notebook, worker }: PairRequest,
  { room, workflows, world, signal }: PairRunProps,
): Promise<string> {
  const path = `${room.directory}/request.json`;
  const image = ({ environment }: BuiltImage): object => ({ environment, python: `${environment}/bin/python` });
  const request = {
    directory: room.directory,
    startSeconds,
    mostStarts,
    notebook: image(notebook),
    worker: image(worker),
    workflows,
  };
  await world.files.ensureFile(path, stableJson(request), 0o644);
  await room.give();
  const seconds = workflows.reduce((sum, workflow) => sum + workflow.seconds, mostStarts * (startSeconds + 5));
  const { output } = await room.run({
    argv: [
      `${notebook.environment}/bin/python`,
      "-I",
      "-S",
      "-B",
      `${room.pythonPath}/hubfleet_image/pair/supervise.py`,
      path,
    ],
    job: "pair",
    environment: notebook.environment,
    milliseconds: seconds * 1000,
    signal,
  });
  return output;
}

/** Everything that decides the verdicts: environments are named by content, the rest by digest. */
async function keyOf(
  { notebook, worker, only, evenIfRefused, seconds }: PairRequest,
  own: string,
  world: RoomWorld,
): Promise<string> {
  const harness = await world.files.digest(`${dirname(world.pythonSource)}/hubfleet_image/pair`);
  return sha256(
    stableJson({
      check: "pair",
      environments: [notebook, worker].map(({ environment, python }) => [basename(environment), python]),
      images: [notebook.name, worker.name],
      own,
      harness,
      rules: [...pairRules, otherPackages],
      only,
      evenIfRefused,
      seconds,
    }),
  );
}
