import { join, relative } from "node:path/posix";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type DockerfileStep, dockerfileSteps } from "../../image/container/dockerfile-steps.ts";
import type { ContainerBuildRequest } from "../../ports/container-builder.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import { buildFailed, emulationMissing } from "./build-failure.ts";
import { packFiles, type PretendedImage } from "./pretended-image.ts";

export interface PretendedBuildProps {
  readonly files: Pick<StateFiles, "read" | "list">;
  readonly bases: ReadonlyMap<string, PretendedImage>;
  /** Platforms that RUN steps work for. */
  readonly runs: readonly string[];
  readonly onLine: (line: string) => void;
}

type Draft = { -readonly [Key in keyof PretendedImage]: PretendedImage[Key] };

/**
 * Follows a Dockerfile as far as tests need it: FROM with one base, COPY of files of the context, RUN with a shell that knows
 * `echo WORDS`, `echo WORDS > PATH`, `true`, `false` and `exit N`, ENV, USER, WORKDIR, LABEL, ENTRYPOINT and CMD.
 */
export async function pretendBuild(
  request: ContainerBuildRequest,
  text: string,
  props: PretendedBuildProps,
): Promise<PretendedImage> {
  const created = new Date(request.sourceDateEpoch * 1000).toISOString();
  const draft: Draft = { platform: request.platform, files: {}, layers: [], config: {}, created };
  const steps = dockerfileSteps(text);
  for (const [index, step] of steps.entries()) {
    props.onLine(`STEP ${index + 1}/${steps.length}: ${step.instruction} ${step.words}`);
    // Layers depend on the ones before.
    await take(step, draft, { request, ...props });
  }
  const { Labels } = draft.config;
  draft.config = { ...draft.config, Labels: { ...Labels, ...request.labels } };
  return draft;
}

interface Surroundings extends PretendedBuildProps {
  readonly request: ContainerBuildRequest;
}

async function take(step: DockerfileStep, draft: Draft, around: Surroundings): Promise<void> {
  const { request } = around;
  const words = step.words.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => request.buildArguments[name] ?? whole);
  const [first = "", ...rest] = words.split(/\s+/).filter((word) => !word.startsWith("--"));
  switch (step.instruction) {
    case "FROM":
      return startFrom(first, draft, around);
    case "COPY":
      return addLayer(
        await copied(rest.length === 0 ? [first, ""] : [first, rest[0] ?? ""], step, around),
        draft,
        request,
      );
    case "RUN":
      return addLayer(ran(words, step, around), draft, request);
    case "ENV":
      draft.config = { ...draft.config, Env: [...(draft.config.Env ?? []), words] };
      return;
    case "USER":
      draft.config = { ...draft.config, User: first };
      return;
    case "WORKDIR":
      draft.config = { ...draft.config, WorkingDir: first };
      return;
    case "LABEL":
      draft.config = { ...draft.config, Labels: { ...draft.config.Labels, ...labelsOf(words) } };
      return;
    case "ENTRYPOINT":
      draft.config = { ...draft.config, Entrypoint: commandOf(words) };
      return;
    case "CMD":
      draft.config = { ...draft.config, Cmd: commandOf(words) };
      return;
    case "ARG":
      return;
    default:
      throw buildFailed({ request, step, lines: [`unknown instruction: ${step.instruction}`] });
  }
}

function startFrom(reference: string, draft: Draft, { bases, request }: Surroundings): void {
  if (reference === "scratch") return;
  const base = bases.get(reference);
  if (base === undefined) {
    throw new HubfleetError("BASE_MISSING", {
      message: `the base "${reference}" is not in its registry`,
      hint: "compare name and digest with what the registry shows",
    });
  }
  Object.assign(draft, { files: base.files, layers: base.layers, config: base.config });
  draft.platform = request.platform;
}

async function addLayer(
  files: Readonly<Record<string, string>>,
  draft: Draft,
  request: ContainerBuildRequest,
): Promise<void> {
  draft.files = { ...draft.files, ...files };
  draft.layers = [...draft.layers, await packFiles(files, request.sourceDateEpoch)];
}

async function copied(
  [from, to]: readonly [string, string],
  step: DockerfileStep,
  { files, request }: Surroundings,
): Promise<Record<string, string>> {
  const source = join(request.contextDirectory, from);
  const text = await readIfFile(source, files);
  if (text !== undefined) return { [to.endsWith("/") ? join(to, from) : to]: text };
  const names = await below(source, files);
  if (names.length === 0) throw buildFailed({ request, step, lines: [`"${from}" is not in the context`] });
  const entries = names.map(async (name) => [join(to, relative(source, name)), await files.read(name)] as const);
  return Object.fromEntries((await Promise.all(entries)).map(([name, content]) => [name, content ?? ""]));
}

async function readIfFile(path: string, files: PretendedBuildProps["files"]): Promise<string | undefined> {
  return files.read(path).catch(() => undefined);
}

async function below(directory: string, files: PretendedBuildProps["files"]): Promise<readonly string[]> {
  const names = (await files.list(directory)).map((name) => join(directory, name));
  const all = await Promise.all(
    names.map(async (name) => ((await readIfFile(name, files)) === undefined ? below(name, files) : [name])),
  );
  return all.flat().sort();
}

function ran(words: string, step: DockerfileStep, { request, runs, onLine }: Surroundings): Record<string, string> {
  if (!runs.includes(request.platform)) {
    throw emulationMissing(`"${request.name}" could not be built: its RUN steps`, request.platform, runs[0] ?? "");
  }
  const said: string[] = [];
  const written: Record<string, string> = {};
  for (const command of words.split(/\s*&&\s*|\s*;\s*/)) {
    const [, echoed, path] = /^echo\s+(.*?)(?:\s*>\s*(\S+))?$/.exec(command) ?? [];
    if (echoed !== undefined && path !== undefined) written[path] = `${echoed}\n`;
    else if (echoed !== undefined) said.push(echoed);
    const exitCode = command === "false" ? 1 : Number(/^exit (\d+)$/.exec(command)?.[1] ?? 0);
    if (exitCode !== 0) throw buildFailed({ request, step, lines: said, exitCode });
  }
  said.forEach(onLine);
  return written;
}

function labelsOf(words: string): Record<string, string> {
  const pairs = [...words.matchAll(/([^\s=]+)=("[^"]*"|\S*)/g)];
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value.replaceAll('"', "")]));
}

function commandOf(words: string): readonly string[] {
  return words.startsWith("[") ? (JSON.parse(words) as string[]) : ["/bin/sh", "-c", words];
}
