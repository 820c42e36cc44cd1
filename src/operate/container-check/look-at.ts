import { containerLimitSeconds, startCommands } from "../../image/check/container-checks.ts";
import type { VerdictResult } from "../../image/verdict.ts";
import type { ContainerRunResult } from "../../ports/container-builder.ts";
import { readHarness } from "../image-check/run-harness.ts";
import type { ContainerRoom } from "./check-container.ts";

export interface ContainerVerdict {
  readonly result: VerdictResult;
  readonly summary: string;
  /** All that it said. */
  readonly output: string;
}

/** Where a container sees what it is shown. */
const shown = "/opt/hubfleet-check";
const spareSeconds = 20;

/** One check, in a container of its own. */
export async function lookAt(name: string, room: ContainerRoom): Promise<ContainerVerdict> {
  switch (name) {
    case "user":
      return lookAtUser(room);
    case "command":
      return lookAtCommand(room);
    case "dependencies":
      return lookAtDependencies(room);
    default:
      return askHarness(name, room);
  }
}

async function lookAtUser(room: ContainerRoom): Promise<ContainerVerdict> {
  const ended = await runIn(room, ["id", "-u"], containerLimitSeconds("user"));
  const output = outputOf(ended);
  const id = ended.stdout.trim();
  if (ended.exitCode !== 0 || !/^\d+$/.test(id))
    return failed(`it does not say whom it runs as: ${last(ended)}`, output);
  if (id === "0") return failed("it runs as root: end its Dockerfile with USER and an id that is not 0", output);
  return { result: "passed", summary: `uid ${id}`, output };
}

async function lookAtCommand(room: ContainerRoom): Promise<ContainerVerdict> {
  const command = startCommands[room.image.role];
  const ended = await runIn(room, command, containerLimitSeconds("command"));
  const words = command.join(" ");
  if (ended.isOutOfTime)
    return failed(`\`${words}\` took longer than ${containerLimitSeconds("command")} s`, outputOf(ended));
  if (ended.exitCode === 127 || ended.exitCode === 126) {
    return failed(`there is no \`${command[0]}\` in it, which ${startersOf[room.image.role]} starts`, outputOf(ended));
  }
  if (ended.exitCode !== 0)
    return failed(`\`${words}\` ended with status ${ended.exitCode}: ${last(ended)}`, outputOf(ended));
  return {
    result: "passed",
    summary: `${command[0]} ${ended.stdout.trim().split("\n").at(-1) ?? ""}`,
    output: outputOf(ended),
  };
}

const startersOf = { hub: "the chart", notebook: "a hub", worker: "Dask Gateway" } as const;

/**
 * Metadata alone is read. An environment need not have pip: then that of the base looks at it. Where there is none at all,
 * the lock was looked at where it was tested.
 */
async function lookAtDependencies(room: ContainerRoom): Promise<ContainerVerdict> {
  const ended = await runIn(room, ["sh", "-c", pipCheck], containerLimitSeconds("dependencies"));
  const output = outputOf(ended);
  if (ended.exitCode === noPip) return { result: "skipped", summary: "there is no pip in it", output };
  if (ended.exitCode === 0) return { result: "passed", summary: "no conflict", output };
  const [first = last(ended), ...more] = ended.stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  return failed(more.length === 0 ? first : `${first} (and ${more.length} more)`, output);
}

const noPip = 92;
const pipCheck = [
  "own=$(command -v python || command -v python3) || exit 127",
  'for pip in "$own" /usr/local/bin/python3 /usr/bin/python3; do',
  '  "$pip" -m pip --version >/dev/null 2>&1 || continue',
  '  [ "$pip" = "$own" ] && exec "$pip" -m pip check',
  '  exec "$pip" -m pip --python "$own" check',
  "done",
  `exit ${noPip}`,
].join("\n");

async function askHarness(name: string, room: ContainerRoom): Promise<ContainerVerdict> {
  const request = room.requests.get(name);
  if (request === undefined) return { result: "skipped", summary: "nothing is known of it", output: "" };
  const nonce = `hubfleet-${room.world.random.hex(16)}`;
  const own = request["kind"] === undefined ? {} : { copy: `${shown}/image`, directory: "/tmp/hubfleet-image" };
  const checks = [{ ...request, ...own, overlay: overlayOf(room) }];
  const command = python(
    "-B",
    `${shown}/hubfleet_image`,
    JSON.stringify({ nonce, keep: "/tmp/hubfleet-kept", checks }),
  );
  const seconds = request.limit + spareSeconds;
  const ended = await runIn(room, command, seconds);
  const [verdict] = readHarness([request], { exitCode: ended.exitCode, output: outputOf(ended), nonce, seconds });
  return { result: "failed", summary: "it said nothing", output: outputOf(ended), ...verdict };
}

function overlayOf({ tests }: ContainerRoom): string | null {
  return tests?.pytest === undefined ? null : `${shown}/pytest`;
}

/**
 * Images have `python`, `python3` or both; what the image's PATH names first is meant. Where hubfleet wrote the
 * Dockerfile, whatever its own start script sets for every command of the container is set here, too.
 */
function python(...words: readonly string[]): readonly [string, ...string[]] {
  const script = [
    `start=/usr/local/bin/hubfleet-start; [ -x "$start" ] || start=`,
    `exec $start "$(command -v python || command -v python3 || echo python)" "$@"`,
  ];
  return ["sh", "-c", script.join("; "), "sh", ...words];
}

async function runIn(
  { builder, built, harness, tests, signal }: ContainerRoom,
  command: readonly string[],
  seconds: number,
): Promise<ContainerRunResult> {
  const mounts = [
    { source: harness, target: `${shown}/hubfleet_image` },
    ...(tests === undefined ? [] : [{ source: tests.directory, target: `${shown}/image` }]),
    ...(tests?.pytest === undefined ? [] : [{ source: tests.pytest, target: `${shown}/pytest` }]),
  ];
  const environment = { PYTHONDONTWRITEBYTECODE: "1", LANG: "C.UTF-8", NO_COLOR: "1" };
  return builder.run(built, command, { mounts, environment, timeoutMilliseconds: seconds * 1000, signal });
}

function outputOf({ stdout, stderr }: ContainerRunResult): string {
  return [stdout, stderr]
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .join("\n");
}

function last(ended: ContainerRunResult): string {
  return outputOf(ended).split("\n").at(-1) ?? "";
}

function failed(summary: string, output: string): ContainerVerdict {
  return { result: "failed", summary, output };
}
