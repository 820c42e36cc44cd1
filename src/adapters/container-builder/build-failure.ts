import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import { type DockerfileStep, dockerfileSteps } from "../../image/container/dockerfile-steps.ts";
import { dockerfileReferences } from "../../image/dockerfile-references.ts";
import type { BuilderKind, ContainerBuildRequest } from "../../ports/container-builder.ts";
import type { BuildTranscript } from "./build-transcript.ts";

type Request = Pick<ContainerBuildRequest, "name" | "platform" | "dockerfile" | "dockerfileName">;

export interface FailedBuild {
  readonly request: Request;
  /** Undefined where the builder's words don't tell. */
  readonly step: DockerfileStep | undefined;
  /** What the step said, its last lines last. */
  readonly lines: readonly string[];
  readonly exitCode?: number;
}

/** A step that failed, with its last words and where it stands. */
export function buildFailed({ request, step, lines, exitCode }: FailedBuild): HubfleetError {
  const ended = exitCode === undefined ? "failed" : `ended with exit status ${exitCode}`;
  const what = step === undefined ? "could not be built" : `could not be built: ${step.instruction} ${ended}`;
  return new HubfleetError("BUILD_FAILED", {
    message: `${about(request)} ${what}${lastOf(lines)}`,
    hint:
      step === undefined
        ? `look into ${placeOf(request)}`
        : "mend the step and run the command again; what runs was not touched",
    ...(step === undefined ? {} : { at: at(request, { ...step, column: 1 }) }),
  });
}

export interface FailureProps {
  readonly kind: BuilderKind;
  /** Text of the Dockerfile. */
  readonly dockerfile: string;
  /** The machine's own platform. */
  readonly platform: string;
}

/** What went wrong in a build, told by what the builder said. */
export function explainFailure(request: Request, transcript: BuildTranscript, props: FailureProps): HubfleetError {
  const { title, line, said, error } = transcript.failedStep();
  const words = [...said, error];
  const has = (pattern: RegExp): boolean => words.some((one) => pattern.test(one));
  if (has(/no space left on device|disk quota exceeded/i)) {
    return new HubfleetError("DISK_FULL", {
      message: `${about(request)} could not be built: the disk that ${props.kind} keeps images on is full${lastOf(said)}`,
      hint:
        props.kind === "docker"
          ? "make room, for example with `docker image prune`"
          : "make room on the disk of $HUBFLEET_STATE, where they lie",
      retry: "later",
    });
  }
  const refusal = cannotRun(words, props.kind);
  if (refusal !== undefined) return refusal;
  if (has(/exec format error/i) && request.platform !== props.platform) {
    return emulationMissing(`${about(request)} could not be built: its RUN steps`, request.platform, props.platform);
  }
  if (isAboutBase(error, title)) return baseFailure(request, error, props);
  const lineOfError = line ?? Number(/parse error (?:on )?line (\d+)/.exec(error)?.[1]);
  const step = findStep(props.dockerfile, title, Number.isNaN(lineOfError) ? undefined : lineOfError);
  const status = /exit (?:status|code):? (\d+)/.exec(error)?.[1];
  const isRun = step?.instruction === "RUN" && status !== undefined;
  return buildFailed({
    request,
    step,
    // A RUN step has said why itself; of the others only the builder knows.
    lines:
      isRun && said.length > 0 ? said.filter(isOfStep) : [...said.filter(isOfStep), error].filter((one) => one !== ""),
    ...(isRun ? { exitCode: Number(status) } : {}),
  });
}

/** The base was taken although it is made for another platform; what came of it must not be used. */
export function strangeBase(request: Request, platform: string, dockerfile: string): HubfleetError {
  const [base] = dockerfileReferences(dockerfile);
  return new HubfleetError("BASE_MISSING", {
    message: `${about(request)} could not be built: its base ${base === undefined ? "" : `"${base.name}" `}is for ${platform} alone`,
    hint: `name the digest of an image that is there for ${request.platform}, or leave it out of \`platforms\` in image.yaml`,
    ...(base === undefined ? {} : { at: at(request, { ...base, length: base.name.length }) }),
  });
}

export function emulationMissing(what: string, platform: string, own: string): HubfleetError {
  const [, architecture = ""] = platform.split("/");
  return new HubfleetError("EMULATION_MISSING", {
    message: `${what} are programs for ${platform}, which this machine (${own}) cannot run (exec format error)`,
    hint: `install emulation (Debian, Ubuntu: qemu-user-static; with Docker: docker run --privileged --rm tonistiigi/binfmt --install ${architecture}), or build on a machine of that kind`,
  });
}

/** A daemon that does not answer, or a machine that lets nobody start a container. */
function cannotRun(words: readonly string[], kind: BuilderKind): HubfleetError | undefined {
  const lost = words.find((one) => /cannot connect to the docker daemon|error during connect|docker api at/i.test(one));
  if (lost !== undefined)
    return unusable(`the Docker daemon does not answer: ${lost}`, "start it, then run the command again");
  const refused = words.find(
    (one) =>
      /error running container|creating container|runc create failed|crun:/.test(one) &&
      /cgroup|rlimit|mount|namespace|unshare|setgroups|newuidmap|operation not permitted/i.test(one),
  );
  if (refused === undefined) return undefined;
  const why = refused.replace(/^.*(?:creating container for \[.*\]|error running container|OCI runtime error): /, "");
  return unusable(
    `${kind} cannot start a container on this machine: ${why}`,
    "set BUILDAH_ISOLATION=chroot for builds inside of another container, or name another runtime (runc, crun) in containers.conf",
  );
}

function unusable(message: string, hint: string): HubfleetError {
  return new HubfleetError("BUILDER_UNUSABLE", { message, hint, retry: "later" });
}

function isAboutBase(error: string, title: string): boolean {
  return (
    /^creating build container|initializing source|pinging container registry|failed to (?:resolve source metadata|do request|authorize)|pull access denied/.test(
      error,
    ) || title.startsWith("load metadata for")
  );
}

/** The order counts: a registry that wants a login often says that there is nothing. */
function baseFailure(request: Request, error: string, { dockerfile }: FailureProps): HubfleetError {
  const references = dockerfileReferences(dockerfile);
  const base = references.find(({ name }) => error.includes(name)) ?? references[0];
  const named = base === undefined ? "the base" : `the base "${base.name}"`;
  const place = base === undefined ? {} : { at: at(request, { ...base, length: base.name.length }) };
  const registry = base?.name.split("/")[0] ?? "";
  const why = error.replace(/^.*(?:initializing source \S+: |failed to solve: )/, "");
  if (
    /unauthori[sz]ed|authentication required|access (?:to the resource is )?denied|\b40[13]\b|failed to authorize/i.test(
      error,
    )
  ) {
    return new HubfleetError("REGISTRY_DENIED", {
      message: `${about(request)} could not be built: its registry does not give out ${named}: ${why}`,
      hint: `log in with \`docker login ${registry}\` (or podman, buildah), as an account that may read it`,
      ...place,
    });
  }
  if (/manifest unknown|not found|name unknown|no image found|no match(?:ing| for platform)|\b404\b/i.test(error)) {
    return new HubfleetError("BASE_MISSING", {
      message: `${about(request)} could not be built: ${named} is not in its registry, or not for this platform`,
      hint: "compare name and digest with what the registry shows; its retention rules may have removed it",
      ...place,
    });
  }
  return new HubfleetError("REGISTRY_UNREACHABLE", {
    message: `${about(request)} could not be built: the registry of ${named} does not answer: ${why}`,
    hint: /x509|certificate/.test(error)
      ? "this machine does not trust the registry's certificate, or its clock is wrong"
      : /HTTP response to HTTPS client/.test(error)
        ? "the registry speaks plain HTTP: name it as insecure in the builder's own settings"
        : "run the command again later",
    retry: "later",
    ...place,
  });
}

/** The step by its words, or by the line that the builder told. */
function findStep(dockerfile: string, title: string, line: number | undefined): DockerfileStep | undefined {
  const steps = dockerfileSteps(dockerfile);
  const squeeze = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
  return (
    steps.find((step) => line !== undefined && step.line === line) ??
    steps.find((step) => title !== "" && squeeze(`${step.instruction} ${step.words}`) === squeeze(title)) ??
    steps.find((step) => title !== "" && squeeze(title).startsWith(squeeze(step.text.replace(/\\\s*$/, ""))))
  );
}

/** Lines that builders put between those of a step. */
function isOfStep(line: string): boolean {
  return !/^(?:--> |Using cache|time="|process failed to start|subprocess exited)/.test(line);
}

function about({ name, platform }: Request): string {
  return `"${name}" for ${platform}`;
}

function placeOf({ dockerfile, dockerfileName }: Request): string {
  return dockerfileName ?? dockerfile;
}

function at(
  request: Request,
  {
    line,
    column,
    text,
    length,
  }: { readonly line: number; readonly column: number; readonly text: string; readonly length?: number },
): SourcePosition {
  return { path: placeOf(request), line, column, excerpt: text, length: length ?? text.trimEnd().length };
}

function lastOf(lines: readonly string[]): string {
  return lines
    .slice(-20)
    .map((line) => `\n  ${line}`)
    .join("");
}
