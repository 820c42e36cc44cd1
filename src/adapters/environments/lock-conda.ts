import { rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { condaPlatforms, platformOfSubdir } from "../../image/conda/conda-platform.ts";
import { pythonMinorOf } from "../../image/conda/conda-python.ts";
import { pipConstraints } from "../../image/conda/pip-names.ts";
import { type CondaPackage, type Lock, parseCondaLine, parseLock } from "../../image/lock/parse-lock.ts";
import { renderLock } from "../../image/lock/render-lock.ts";
import type { CondaRequest, LockRequest } from "../../ports/environments.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import { endMarked } from "./end-marked.ts";
import { compileRequirements, type CompileProps } from "./compile-requirements.ts";
import type { CondaDriver, DriverFailure } from "./conda-driver.ts";
import { indent } from "./environment-failure.ts";

export interface LockCondaProps extends CompileProps {
  readonly files: Pick<StateFiles, "read" | "exists">;
  readonly driver: CondaDriver;
}

interface SolvedPackage {
  readonly name: string;
  readonly version: string;
  readonly subdir: string;
  readonly url: string;
  readonly sha256: string;
  readonly isPython: boolean;
}

const solveMilliseconds = 15 * 60_000;

/** Conda first, for all platforms of the image; then pip around what conda brings. */
export async function lockConda(request: LockRequest, conda: CondaRequest, props: LockCondaProps): Promise<string> {
  const text = await props.files.read(request.lock);
  const present = text === undefined ? undefined : parseLock(text);
  const packages = await solve(request, conda, { ...props, present });
  const locked = packages.map(({ subdir, url, sha256 }): CondaPackage => {
    return parseCondaLine(`@conda ${subdir} ${url} sha256:${sha256}`);
  });
  const pipText = await lockPip(request, conda, { ...props, present, packages });
  return renderLock({ header: request.header, variables: conda.variables, conda: locked, pipText });
}

async function solve(
  request: LockRequest,
  conda: CondaRequest,
  { driver, signal, processes, present }: LockCondaProps & { readonly present: Lock | undefined },
): Promise<readonly SolvedPackage[]> {
  const fixesPython = conda.dependencies.some((spec) => pythonMinorOf(spec) !== undefined);
  const marker = `lock:${request.lock}`;
  await endMarked(marker, processes);
  const solved = await driver(
    {
      command: "solve",
      channels: conda.channels,
      directory: dirname(request.lock),
      specs: [...conda.dependencies, ...(fixesPython ? [] : [`python ${request.pythonMinor}.*`])],
      platforms: condaPlatforms(conda.platforms),
      present: (present?.conda ?? []).filter(isKept(request)).map(({ subdir, url }) => ({ subdir, url })),
    },
    { python: request.python, marker, timeoutMilliseconds: solveMilliseconds, signal },
  );
  if (solved.event === "failure") throw solveFailure(solved, join(dirname(request.lock), "environment.yml"));
  return solved.packages as readonly SolvedPackage[]; // as solving.py prints them
}

function isKept({ upgrade = [] }: LockRequest): (locked: CondaPackage) => boolean {
  return ({ name }) => upgrade !== "all" && !upgrade.includes(name);
}

async function lockPip(
  request: LockRequest,
  conda: CondaRequest,
  props: LockCondaProps & { readonly present: Lock | undefined; readonly packages: readonly SolvedPackage[] },
): Promise<string> {
  const hasFile = await props.files.exists(request.requirements);
  if (!hasFile && conda.pip.length === 0) return "";
  // Beside environment.yml, so that the relative paths of its lines mean what they say.
  const sectionName = `.${basename(request.lock)}.environment.yml`;
  const section = join(dirname(request.lock), sectionName);
  const subdirs = condaPlatforms(conda.platforms).map(({ subdir }) => subdir);
  const { constraints, provided } = pipConstraints(
    props.packages.filter(({ isPython }) => isPython),
    subdirs,
  );
  await writeFile(section, `${conda.pip.filter((line) => !namesRequirements(line)).join("\n")}\n`);
  try {
    const pipText = await compileRequirements(
      {
        request,
        sources: [...(conda.pip.length > 0 ? [section] : []), ...(hasFile ? [request.requirements] : [])],
        present: props.present?.pipText,
        constraints,
        provided,
      },
      props,
    );
    return pipText.replaceAll(sectionName, "environment.yml");
  } catch (error) {
    throw inCondasWords(error, sectionName, constraints.length > 0);
  } finally {
    await rm(section, { force: true });
  }
}

/** The image's own file, which is read anyway. */
function namesRequirements(line: string): boolean {
  return /^(?:-r|--requirement)[\s=]*(?:\.\/)?requirements\.txt$/.test(line);
}

/** The resolver calls what conda installs "constraints", a word that nobody wrote. */
function inCondasWords(error: unknown, sectionName: string, hasConstraints: boolean): unknown {
  if (!(error instanceof HubfleetError) || error.code !== "LOCK_FAILED") return error;
  return new HubfleetError("LOCK_FAILED", {
    message: error.message.replaceAll(sectionName, "environment.yml"),
    hint: hasConstraints
      ? "mend what the lines above name in environment.yml or requirements.txt; a pip package must fit the versions that conda installs, which are fixed here. What runs was not touched"
      : (error.hint ?? ""),
    retry: "later",
    cause: error,
  });
}

function solveFailure({ kind, about, words }: DriverFailure, file: string): HubfleetError {
  const fail = (message: string, hint: string): HubfleetError =>
    new HubfleetError("LOCK_FAILED", { message: `${message}\n${indent(words)}`, hint, retry: "later" });
  switch (kind) {
    case "spec":
      return fail(`${JSON.stringify(about)} in "${file}" is no package spec`, 'write NAME, NAME=1.2, or "NAME >=1.2"');
    case "unsatisfiable":
      return fail(
        `"${file}" cannot be satisfied on ${platformOfSubdir(about)}`,
        "loosen or correct what the lines above name, or add the channel that has it; a platform for which a package does not exist can be taken out of `platforms` in image.yaml. What runs was not touched",
      );
    case "channel":
      return fail(
        `a channel of "${file}" could not be read`,
        "check its name below `channels`, and that it can be reached from here; what runs was not touched",
      );
    case "download":
    case "digest":
    case "install":
      return fail(`${about} could not be had`, "run the command again; what runs was not touched");
  }
}
