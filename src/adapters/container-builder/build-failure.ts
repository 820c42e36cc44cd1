import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { DockerfileStep } from "../../image/container/dockerfile-steps.ts";
import type { ContainerBuildRequest } from "../../ports/container-builder.ts";

export interface FailedBuild {
  readonly request: Pick<ContainerBuildRequest, "name" | "platform" | "dockerfile" | "dockerfileName">;
  /** Undefined where the builder's words don't tell. */
  readonly step: DockerfileStep | undefined;
  /** What the step said, its last lines last. */
  readonly lines: readonly string[];
  readonly exitCode?: number;
}

const mostLines = 20;

/** A step that failed, with its last words and where it stands. */
export function buildFailed({ request, step, lines, exitCode }: FailedBuild): HubfleetError {
  const place = request.dockerfileName ?? request.dockerfile;
  const ended = exitCode === undefined ? "failed" : `ended with exit status ${exitCode}`;
  const what = step === undefined ? "could not be built" : `could not be built: ${step.instruction} ${ended}`;
  const last = lines.slice(-mostLines).map((line) => `\n  ${line}`);
  return new HubfleetError("BUILD_FAILED", {
    message: `"${request.name}" for ${request.platform} ${what}${last.join("")}`,
    hint:
      step === undefined ? `look into ${place}` : `mend the step and run the command again; what runs was not touched`,
    ...(step === undefined
      ? {}
      : { at: { path: place, line: step.line, column: 1, excerpt: step.text, length: step.text.length } }),
    retry: "never",
  });
}
