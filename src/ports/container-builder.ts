/** Programs that build containers. */
export type BuilderKind = "docker" | "buildah" | "podman";

/** What a builder of this machine is and can. */
export interface BuilderFacts {
  readonly kind: BuilderKind;
  /** What does the work, for people: "docker 28.2.2 with buildx 0.33.0, BuildKit in its daemon". */
  readonly says: string;
  /** The machine's own, as image.yaml names it: "linux/amd64". */
  readonly platform: string;
  /** Platforms that RUN steps and `run` work for, the own one first; the others need emulation that is not there. */
  readonly runs: readonly string[];
  /**
   * Whether the same context, base and `sourceDateEpoch` give the same config and layers each time, with no cache to help;
   * otherwise why they don't.
   */
  readonly reproducible: true | { readonly because: string };
}

/** One image for one platform. */
export interface ContainerBuildRequest {
  /** Absolute path of the directory that COPY takes from. Nothing else of this machine reaches the build. */
  readonly contextDirectory: string;
  /** Absolute path of the Dockerfile; it may lie outside of the context. */
  readonly dockerfile: string;
  /** How messages name the Dockerfile: its path in the fleet, or that it was generated. @default its path */
  readonly dockerfileName?: string;
  /** As image.yaml names it: "linux/amd64". */
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Id of `RUN --mount=type=secret` → absolute path of the file; it is in no layer. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Seconds since 1970 that the image, and where the builder can its files, are dated with. */
  readonly sourceDateEpoch: number;
  /** What this machine calls it until it is removed: "lab:3f2a". Lower case, with a tag. */
  readonly name: string;
  /** Takes every step anew. @default false */
  readonly withoutCache?: boolean;
}

/** While a build is under way. */
export interface BuildWatch {
  readonly signal: AbortSignal;
  /** Each line that the builder says, steps and their output alike. */
  readonly onLine?: (line: string) => void;
}

/** An image that this machine's builder keeps until `remove`. */
export interface BuiltContainer {
  /** The builder's own word for it; means nothing elsewhere. */
  readonly id: string;
  readonly platform: string;
}

export interface ContainerRunOptions {
  /** Files and directories of this machine, which the command sees and cannot write. @default none */
  readonly mounts?: readonly { readonly source: string; readonly target: string }[];
  /** Added to the image's own. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** User name or id. @default the image's */
  readonly user?: string;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

export interface ContainerRunResult {
  /** -1 when the time limit ended it; 126 or 127 when the image has no such command. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly isOutOfTime: boolean;
}

/**
 * Builds images of one platform and hands them over as archives. It pushes nothing: what reaches a registry, and how, is
 * the same whoever built it.
 *
 * A command that was killed leaves nothing that a later one trips over: its processes, containers and images are removed by
 * the next `build` when nobody else of this machine builds.
 */
export interface ContainerBuilder {
  readonly kind: BuilderKind;
  /**
   * What is there.
   * @throws HubfleetError BUILDER_UNUSABLE: not installed, too old, or its daemon does not answer; says what to do
   */
  describe(signal: AbortSignal): Promise<BuilderFacts>;
  /**
   * Builds, or leaves nothing. What it answers is to be removed in the end.
   * @throws HubfleetError BUILD_FAILED (the failing step, its last lines, where in the Dockerfile), BASE_MISSING,
   * REGISTRY_DENIED or REGISTRY_UNREACHABLE (the base's), EMULATION_MISSING, DISK_FULL, INTERRUPTED, BUILDER_UNUSABLE
   */
  build(request: ContainerBuildRequest, watch: BuildWatch): Promise<BuiltContainer>;
  /**
   * Runs exactly this command (the image's entrypoint is left out) as the image's user, in its working directory, without
   * network. A command that fails is a result; at the time limit it and all that it started is gone before this answers.
   * @throws HubfleetError EMULATION_MISSING, INTERRUPTED, BUILDER_UNUSABLE
   */
  run(built: BuiltContainer, command: readonly string[], options: ContainerRunOptions): Promise<ContainerRunResult>;
  /**
   * Writes a docker-archive (manifest.json, config, layers as plain or gzipped tar) into a file that is not there yet.
   * @throws HubfleetError DISK_FULL, INTERRUPTED, BUILDER_UNUSABLE; no file is left then
   */
  save(built: BuiltContainer, file: string, signal: AbortSignal): Promise<void>;
  /** Forgets the image; fine when it is gone already. */
  remove(built: BuiltContainer): Promise<void>;
}
