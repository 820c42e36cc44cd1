import { copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import type {
  BuiltContainer,
  ContainerBuilder,
  ContainerBuildRequest,
  ContainerRunOptions,
} from "../../ports/container-builder.ts";
import { emulationMissing, explainFailure, strangeBase } from "./build-failure.ts";
import { createBuildTranscript } from "./build-transcript.ts";
import { type BuilderCalls, callFailed, type CallResult, createBuilderCalls, storeId } from "./builder-calls.ts";
import type { BuilderProps } from "./builder-props.ts";
import { type DockerEngine, findDockerEngine } from "./docker-engine.ts";
import { registriesOf } from "./loopback-registries.ts";
import { createSeats } from "./seats.ts";

const buildMilliseconds = 3 * 3600_000;
const saveMilliseconds = 3600_000;
const never = new AbortController().signal;

/** docker: whatever BuildKit its command is set to, the daemon's or a builder of its own. */
export function createBuilderDocker(props: BuilderProps): ContainerBuilder {
  const calls = createBuilderCalls("docker", props);
  const root = join(props.store, "docker");
  const own = storeId(props.store);
  const seats = createSeats({
    ...props,
    name: `docker/${props.store}`,
    notes: root,
    sweep: () => sweep({ calls, props, root, own }),
  });
  const kept = new Set<string>();
  let known: DockerEngine | undefined;
  const engine = async (signal: AbortSignal): Promise<DockerEngine> =>
    (known ??= await findDockerEngine(calls, signal));
  /** Where a BuildKit that is not the daemon's puts an image. */
  const archive = (id: string): string => join(root, "archives", `${id.replaceAll(/\W/g, "-")}.tar`);

  async function forget(id: string): Promise<CallResult> {
    await rm(archive(id), { force: true });
    return calls.call(["docker", "rmi", "--force", id], { signal: never });
  }

  return {
    kind: "docker",
    describe: async (signal) => (await engine(signal)).facts,
    async build(request, { signal, onLine = () => undefined }) {
      const found = await engine(signal);
      const dockerfile = await readFile(request.dockerfile, "utf8");
      await seats.take(signal);
      const id = `hubfleet-${own}/${props.random.hex(6)}:built`;
      const transcript = createBuildTranscript();
      try {
        await props.files.ensureDirectory(join(root, "archives"), 0o700);
        const result = await calls.call(["docker", ...buildWords(request, id, { found, archive: archive(id) })], {
          signal,
          timeoutMilliseconds: buildMilliseconds,
          environment: { DOCKER_BUILDKIT: "1", NO_COLOR: "1" },
          registries: registriesOf(dockerfile),
          onLine: (line) => {
            transcript.add(line);
            onLine(line);
          },
        });
        const strange = transcript.strangeBase();
        if (strange !== undefined) throw strangeBase(request, strange, dockerfile);
        const { platform } = found.facts;
        if (result.exitCode !== 0) throw explainFailure(request, transcript, { kind: "docker", dockerfile, platform });
        kept.add(id);
        return { id, platform: request.platform };
      } catch (error) {
        await forget(id);
        await seats.leave();
        throw error;
      }
    },
    async run(built, command, options) {
      const { facts, isDaemon } = await engine(options.signal);
      if (!facts.runs.includes(built.platform)) throw emulationMissing("its programs", built.platform, facts.platform);
      if (!isDaemon) await load(archive(built.id), options.signal, calls);
      const result = await runInContainer(built, command, { options, calls, props, own });
      if (result.exitCode === 125) throw callFailed("docker", "no container could be made of the image", result);
      const { exitCode, stdout, stderr, isOutOfTime } = result;
      return { exitCode: isOutOfTime ? -1 : exitCode, stdout, stderr, isOutOfTime };
    },
    async save(built, file, signal) {
      const { isDaemon } = await engine(signal);
      try {
        if (!isDaemon) return await copyArchive(archive(built.id), file);
        const words = ["docker", "save", "--output", file, built.id] as const;
        const result = await calls.call(words, { signal, timeoutMilliseconds: saveMilliseconds });
        if (result.exitCode !== 0) throw callFailed("docker", "the image could not be written into a file", result);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
    async remove({ id }) {
      const result = await forget(id);
      if (kept.delete(id)) await seats.leave();
      if (result.exitCode !== 0 && !/no such image|not found/i.test(result.stderr)) {
        throw callFailed("docker", "the image could not be removed", result);
      }
    },
  };
}

async function copyArchive(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw callFailed("docker", "the image could not be written into a file", {
      exitCode: 1,
      stdout: "",
      stderr: words,
    });
  }
}

interface BuildPlace {
  readonly found: DockerEngine;
  readonly archive: string;
}

/** https://docs.docker.com/reference/cli/docker/buildx/build/ */
function buildWords(request: ContainerBuildRequest, id: string, { found, archive }: BuildPlace): readonly string[] {
  const pairs = (flag: string, values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  const output = found.isDaemon ? ["--load"] : ["--output", `type=docker,dest=${archive},rewrite-timestamp=true`];
  const isPlugin = found.command === "buildx";
  return [
    ...(isPlugin ? ["buildx", "build", "--provenance=false", "--sbom=false", ...output] : ["build"]),
    ...["--progress", "plain", "--tag", id, "--platform", request.platform],
    ...(found.isDaemon && !found.hasBridge ? ["--network", "host"] : []),
    ...(request.withoutCache === true ? ["--no-cache"] : []),
    ...pairs("--label", request.labels),
    ...pairs("--build-arg", { ...request.buildArguments, SOURCE_DATE_EPOCH: String(request.sourceDateEpoch) }),
    ...Object.entries(request.secrets).flatMap(([name, file]) => ["--secret", `id=${name},src=${file}`]),
    ...["--file", request.dockerfile, request.contextDirectory],
  ];
}

/** The daemon does not have what another BuildKit built. */
async function load(archive: string, signal: AbortSignal, calls: BuilderCalls): Promise<void> {
  const words = ["docker", "load", "--quiet", "--input", archive] as const;
  const result = await calls.call(words, { signal, timeoutMilliseconds: saveMilliseconds });
  if (result.exitCode !== 0) throw callFailed("docker", "the image could not be given to the daemon", result);
}

interface Running {
  readonly options: ContainerRunOptions;
  readonly calls: BuilderCalls;
  readonly props: BuilderProps;
  readonly own: string;
}

async function runInContainer(
  { id }: BuiltContainer,
  command: readonly string[],
  { options, calls, props, own }: Running,
): Promise<CallResult> {
  const name = `hubfleet-${own}-${props.random.hex(6)}`;
  const { mounts = [], user, signal, timeoutMilliseconds } = options;
  const words = [
    ...["run", "--rm", "--name", name, "--label", `${ownLabel}=${own}`, "--pull", "never"],
    ...["--network", "none", "--entrypoint", ""],
    ...mounts.flatMap(({ source, target }) => ["--mount", `type=bind,source=${source},target=${target},readonly`]),
    ...(user === undefined ? [] : ["--user", user]),
    ...Object.entries(options.environment ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...[id, ...command],
  ];
  try {
    return await calls.call(["docker", ...words], { signal, timeoutMilliseconds, isExact: true });
  } finally {
    // The container is the daemon's child: it outlives the command that is ended.
    await calls.call(["docker", "rm", "--force", name], { signal: never });
  }
}

const ownLabel = "org.hubfleet.store";

interface Sweeping {
  readonly calls: BuilderCalls;
  readonly props: BuilderProps;
  readonly root: string;
  readonly own: string;
}

/** Nobody of this machine is at work, so what has our mark was left by commands that were killed. */
async function sweep({ calls, props, root, own }: Sweeping): Promise<void> {
  await calls.endLeftovers();
  await props.files.remove(join(root, "archives"));
  const list = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await calls.call(["docker", ...words], { signal: never });
    return stdout.split("\n").filter((line) => line !== "");
  };
  const containers = await list("ps", "--all", "--quiet", "--filter", `label=${ownLabel}=${own}`);
  if (containers.length > 0) await list("rm", "--force", ...containers);
  const images = await list("images", "--format", "{{.Repository}}:{{.Tag}}");
  const left = images.filter((name) => name.startsWith(`hubfleet-${own}/`));
  if (left.length > 0) await list("rmi", "--force", ...left);
}
