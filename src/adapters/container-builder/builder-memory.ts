import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type {
  BuilderFacts,
  BuilderKind,
  BuiltContainer,
  ContainerBuilder,
  ContainerBuildRequest,
  ContainerRunOptions,
  ContainerRunResult,
} from "../../ports/container-builder.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import { emulationMissing } from "./build-failure.ts";
import { pretendBuild } from "./pretended-build.ts";
import { packDockerArchive, packFiles, type PretendedImage } from "./pretended-image.ts";

export interface ContainerBuilderMemoryProps {
  /** @default "buildah" */
  readonly kind?: BuilderKind;
  /** Where contexts and Dockerfiles lie; share it with the test. */
  readonly files: Pick<StateFiles, "read" | "list">;
  /** Puts an archive where others read it. @default it is kept in `archives` alone */
  readonly write?: (file: string, content: Uint8Array) => Promise<void>;
}

/** What a command in a container of the twin answers; undefined leaves it to the few commands that the twin knows. */
export type PretendedCommand = (
  command: readonly string[],
  image: PretendedImage,
  options: ContainerRunOptions,
) => Partial<ContainerRunResult> | undefined;

/** The twin, and what a test may see and decide beside the port. */
export interface ContainerBuilderMemory extends ContainerBuilder {
  /** In the order in which they succeeded. */
  readonly builds: readonly ContainerBuildRequest[];
  /** Commands that were run, in order. */
  readonly commands: readonly (readonly string[])[];
  /** Ids of what was built and not removed. */
  readonly kept: readonly string[];
  /** File → what `save` wrote. */
  readonly archives: ReadonlyMap<string, Uint8Array>;
  /** Puts a base into the registry of the pretended world. */
  addBase(reference: string, files?: Readonly<Record<string, string>>): Promise<void>;
  /** Answers commands; the handler given last is asked first. */
  onCommand(answer: PretendedCommand): void;
  /** The next call of that kind fails so. */
  failNext(kind: "describe" | "build" | "run" | "save", error: HubfleetError): void;
}

const platform = "linux/amd64";

/** A builder whose images are files in memory. Commands in them are a handful, and those of the test. */
export function createContainerBuilderMemory(props: ContainerBuilderMemoryProps): ContainerBuilderMemory {
  const { kind = "buildah", files, write = async () => undefined } = props;
  const bases = new Map<string, PretendedImage>();
  const images = new Map<string, { readonly image: PretendedImage; readonly name: string }>();
  const archives = new Map<string, Uint8Array>();
  const failures = new Map<string, HubfleetError>();
  const builds: ContainerBuildRequest[] = [];
  const commands: (readonly string[])[] = [];
  const answers: PretendedCommand[] = [];
  let count = 0;

  function failIfTold(what: string, signal: AbortSignal): void {
    signal.throwIfAborted();
    const error = failures.get(what);
    failures.delete(what);
    if (error !== undefined) throw error;
  }

  function find({ id }: BuiltContainer): { readonly image: PretendedImage; readonly name: string } {
    const found = images.get(id);
    if (found !== undefined) return found;
    throw new HubfleetError("BUILDER_UNUSABLE", { message: `${kind} does not have the image "${id}" any more` });
  }

  return {
    kind,
    builds,
    commands,
    archives,
    get kept() {
      return [...images.keys()];
    },
    async describe(signal): Promise<BuilderFacts> {
      failIfTold("describe", signal);
      return { kind, says: `${kind} 0.0.0, pretended`, platform, runs: [platform], reproducible: true };
    },
    async build(request, { signal, onLine = () => undefined }) {
      failIfTold("build", signal);
      const text = await files.read(request.dockerfile);
      if (text === undefined) {
        throw new HubfleetError("BUILD_FAILED", { message: `the Dockerfile "${request.dockerfile}" is not there` });
      }
      const image = await pretendBuild(request, text, { files, bases, runs: [platform], onLine });
      signal.throwIfAborted();
      count += 1;
      const id = `pretended-${count}`;
      images.set(id, { image, name: request.name });
      builds.push(request);
      return { id, platform: request.platform };
    },
    async run(built, command, options) {
      failIfTold("run", options.signal);
      const { image } = find(built);
      if (image.platform !== platform) throw emulationMissing("its programs", image.platform, platform);
      commands.push(command);
      const answered = answers
        .toReversed()
        .map((answer) => answer(command, image, options))
        .find((answer) => answer !== undefined);
      const result = answered ?? runKnown(command, image, options);
      return { exitCode: 0, stdout: "", stderr: "", isOutOfTime: false, ...result };
    },
    async save(built, file, signal) {
      failIfTold("save", signal);
      const { image, name } = find(built);
      const content = await packDockerArchive(image, name);
      archives.set(file, content);
      await write(file, content);
    },
    async remove({ id }) {
      images.delete(id);
    },
    async addBase(reference, content = { "/etc/os-release": "ID=pretended\n" }) {
      const created = new Date(0).toISOString();
      const layers = [await packFiles(content, 0)];
      bases.set(reference, { platform, files: content, layers, config: {}, created });
    },
    onCommand: (answer) => void answers.push(answer),
    failNext: (what, error) => void failures.set(what, error),
  };
}

function runKnown(
  [program = "", ...words]: readonly string[],
  { files, config }: PretendedImage,
  { user, timeoutMilliseconds, environment }: ContainerRunOptions,
): Partial<ContainerRunResult> {
  switch (program) {
    case "true":
      return {};
    case "false":
      return { exitCode: 1 };
    case "echo":
      return { stdout: `${words.join(" ")}\n` };
    case "cat": {
      const text = files[words[0] ?? ""];
      return text === undefined
        ? { exitCode: 1, stderr: `cat: can't open '${words[0]}': No such file or directory\n` }
        : { stdout: text };
    }
    case "id":
      return { stdout: `${user ?? config.User ?? "0"}\n` };
    case "pwd":
      return { stdout: `${config.WorkingDir ?? "/"}\n` };
    case "env":
      return { stdout: [...(config.Env ?? []), ...pairs(environment)].map((pair) => `${pair}\n`).join("") };
    case "sleep":
      return Number(words[0]) * 1000 > timeoutMilliseconds ? { exitCode: -1, isOutOfTime: true } : {};
    default:
      return { exitCode: 127, stderr: `${program}: not found\n` };
  }
}

function pairs(environment: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}
