import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type {
  BuilderFacts,
  BuiltContainer,
  ContainerBuilder,
  ContainerBuildRequest,
  ContainerRunOptions,
} from "../../ports/container-builder.ts";
import { emulationMissing, explainFailure, strangeBase } from "./build-failure.ts";
import { createBuildTranscript } from "./build-transcript.ts";
import { type BuilderCalls, callFailed, type CallResult, createBuilderCalls } from "./builder-calls.ts";
import type { BuilderProps } from "./builder-props.ts";
import { emulatedPlatforms } from "./emulated-platforms.ts";
import { registriesOf } from "./loopback-registries.ts";
import { createOciStore, type OciStore } from "./oci-store.ts";
import { createSeats } from "./seats.ts";

export interface OciProgram {
  readonly program: "buildah" | "podman";
  /** The oldest that has what is used here. */
  readonly oldest: readonly [number, number];
  /** Template that prints "linux/amd64". */
  readonly platformFormat: string;
  /** Runs a command in a container with this name, and sees to it that the container is gone afterwards. */
  readonly run: (request: OciRun, calls: BuilderCalls, props: BuilderProps) => Promise<CallResult>;
  /** Prints the ids of every container of the store, whoever made it. */
  readonly list: readonly string[];
  /** Removes the containers whose ids follow. */
  readonly remove: readonly string[];
}

export interface OciRun {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly options: ContainerRunOptions;
  readonly environment: Readonly<Record<string, string>>;
}

const ownImages = "localhost/hubfleet/";
const buildMilliseconds = 3 * 3600_000;
const saveMilliseconds = 3600_000;
const never = new AbortController().signal;

/** buildah and podman: one engine and two command lines, on a store of hubfleet's own. */
export function createOciBuilder(about: OciProgram, props: BuilderProps): ContainerBuilder {
  const { program } = about;
  const calls = createBuilderCalls(program, props);
  const store = createOciStore(program, calls, props);
  const seats = createSeats({
    ...props,
    name: `${program}/${props.store}`,
    notes: join(props.store, program),
    sweep: () => sweep(about, calls, store),
  });
  const kept = new Set<string>();
  let known: BuilderFacts | undefined;
  const facts = async (signal: AbortSignal): Promise<BuilderFacts> =>
    (known ??= await describe(about, { calls, store, props, signal }));
  const removeImage = (id: string): Promise<CallResult> =>
    calls.call([program, "rmi", "--force", id], { signal: never, environment: store.environment });

  return {
    kind: program,
    describe: facts,
    async build(request, { signal, onLine = () => undefined }) {
      const { platform } = await facts(signal);
      const dockerfile = await readFile(request.dockerfile, "utf8");
      await seats.take(signal);
      const name = `${ownImages}${props.random.hex(6)}:built`;
      const id = props.random.hex(6);
      const room = await store.makeRoom(id, dockerfile);
      const transcript = createBuildTranscript();
      try {
        const result = await calls.call([program, ...buildWords(request, name)], {
          signal,
          timeoutMilliseconds: buildMilliseconds,
          environment: room.environment ?? {},
          registries: registriesOf(dockerfile),
          onLine: (line) => {
            transcript.add(line);
            onLine(line);
          },
        });
        const strange = transcript.strangeBase();
        if (strange !== undefined) throw strangeBase(request, strange, dockerfile);
        if (result.exitCode !== 0) throw explainFailure(request, transcript, { kind: program, dockerfile, platform });
        kept.add(name);
        return { id: name, platform: request.platform };
      } catch (error) {
        await removeImage(name);
        await seats.leave();
        throw error;
      } finally {
        await store.removeRoom(id);
      }
    },
    async run(built, command, options) {
      const { platform, runs } = await facts(options.signal);
      if (!runs.includes(built.platform)) throw emulationMissing("its programs", built.platform, platform);
      const name = `hubfleet-${props.random.hex(6)}`;
      const { environment } = store;
      const result = await about.run({ name, image: built.id, command, options, environment }, calls, props);
      options.signal.throwIfAborted();
      const { exitCode, stdout, stderr, isOutOfTime } = result;
      return { exitCode: isOutOfTime ? -1 : exitCode, stdout, stderr, isOutOfTime };
    },
    async save(built, file, signal) {
      const words = [program, "push", "--quiet", built.id, `docker-archive:${file}`] as const;
      try {
        const { environment } = store;
        const result = await calls.call(words, { signal, timeoutMilliseconds: saveMilliseconds, environment });
        if (result.exitCode !== 0) throw callFailed(program, "the image could not be written into a file", result);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
    async remove({ id }: BuiltContainer) {
      const result = await removeImage(id);
      if (kept.delete(id)) await seats.leave();
      if (result.exitCode !== 0 && !/not known|no such image|not found/i.test(result.stderr)) {
        throw callFailed(program, "the image could not be removed", result);
      }
    },
  };
}

/** https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md; podman takes the same words. */
function buildWords(request: ContainerBuildRequest, name: string): readonly string[] {
  const pairs = (flag: string, values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  return [
    "build",
    // A layer for each step, as nodes share them; the program's own version in the image would make it another one.
    ...["--layers", "--force-rm", "--identity-label=false"],
    ...(request.withoutCache === true ? ["--no-cache"] : []),
    ...["--timestamp", String(request.sourceDateEpoch), "--platform", request.platform],
    ...pairs("--label", request.labels),
    ...pairs("--build-arg", request.buildArguments),
    ...Object.entries(request.secrets).flatMap(([id, file]) => ["--secret", `id=${id},src=${file}`]),
    ...["--file", request.dockerfile, "--tag", name, request.contextDirectory],
  ];
}

interface Surroundings {
  readonly calls: BuilderCalls;
  readonly store: OciStore;
  readonly props: BuilderProps;
  readonly signal: AbortSignal;
}

async function describe(about: OciProgram, { calls, store, props, signal }: Surroundings): Promise<BuilderFacts> {
  const { program, oldest } = about;
  const asked = await calls.call([program, "--version"], { signal, isQuestion: true });
  const version = /version (\d+)\.(\d+)[\w.-]*/.exec(asked.stdout);
  if (asked.exitCode !== 0 || version === null) {
    throw new HubfleetError("BUILDER_UNUSABLE", {
      message: `${program} is not on PATH`,
      hint: `install it (Debian, Ubuntu: apt-get install ${program})`,
    });
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new HubfleetError("BUILDER_UNUSABLE", {
      message: `${program} ${version[0].slice("version ".length)} is too old`,
      hint: `install ${program} ${oldest.join(".")} or newer`,
    });
  }
  await store.prepare(signal);
  const { environment } = store;
  const asking = { signal, environment, isQuestion: true };
  const info = await calls.call([program, "info", "--format", about.platformFormat], asking);
  const platform = info.stdout.trim().split("\n").at(-1) ?? "";
  if (info.exitCode !== 0) throw callFailed(program, "it cannot keep images on this machine", info);
  return {
    kind: program,
    says: `${program} ${version[0].slice("version ".length)}`,
    platform,
    runs: [platform, ...(await emulatedPlatforms(platform, props.files))],
    reproducible: true,
  };
}

/** Nobody is at work, so all that is here was left by commands that were killed; but layers that a next build can use stay. */
async function sweep(about: OciProgram, calls: BuilderCalls, store: OciStore): Promise<void> {
  const { environment } = store;
  await store.prepare(never);
  await calls.endLeftovers();
  await store.clear();
  const list = async (words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await calls.call([about.program, ...words], { signal: never, environment });
    return stdout.split("\n").filter((line) => line !== "");
  };
  const containers = await list(about.list);
  if (containers.length > 0) await list([...about.remove, ...containers]);
  const images = await list(["images", "--format", "{{.Repository}}:{{.Tag}}"]);
  const left = images.filter((name) => name.startsWith(ownImages));
  if (left.length > 0) await list(["rmi", "--force", ...left]);
}
