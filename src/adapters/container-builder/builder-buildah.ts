import type { ContainerBuilder } from "../../ports/container-builder.ts";
import { type BuilderCalls, callFailed, type CallResult } from "./builder-calls.ts";
import type { BuilderProps } from "./builder-props.ts";
import { createOciBuilder, type OciRun } from "./oci-builder.ts";

const never = new AbortController().signal;

/** buildah: no daemon, builds inside of containers too. */
export function createBuilderBuildah(props: BuilderProps): ContainerBuilder {
  return createOciBuilder(
    {
      program: "buildah",
      oldest: [1, 24],
      platformFormat: "{{.host.os}}/{{.host.arch}}",
      run,
      list: ["containers", "--all", "--quiet"],
      remove: ["rm"],
    },
    props,
  );
}

async function run(
  { name, image, command, options, environment }: OciRun,
  calls: BuilderCalls,
  { variable }: BuilderProps,
): Promise<CallResult> {
  const { signal, timeoutMilliseconds, user, mounts = [] } = options;
  try {
    const made = await calls.call(["buildah", "from", "--pull-never", "--name", name, image], { signal, environment });
    if (made.exitCode !== 0) throw callFailed("buildah", "no container could be made of the image", made);
    const words = [
      ...mounts.flatMap(({ source, target }) => ["--volume", `${source}:${target}:ro`]),
      ...(user === undefined ? [] : ["--user", user]),
      ...Object.entries(options.environment ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      ...[name, "--", ...command],
    ];
    const result = await calls.call(withoutNetwork(words, variable("BUILDAH_ISOLATION")), {
      signal,
      timeoutMilliseconds,
      environment,
      isExact: true,
    });
    return cleaned(result);
  } finally {
    await calls.call(["buildah", "rm", name], { signal: never, environment });
  }
}

/** With isolation "chroot" buildah makes no network of its own, so it is started in one that has none. */
function withoutNetwork(words: readonly string[], isolation: string | undefined): readonly [string, ...string[]] {
  return isolation === "chroot"
    ? ["unshare", "--net", "buildah", "run", "--network", "host", ...words]
    : ["buildah", "run", "--network", "none", ...words];
}

/** buildah says in words of its own, after the command's, how that ended. */
function cleaned(result: CallResult): CallResult {
  const isMissing = /executable file not found|exec: .*: not found|fork\/exec .*: no such file/.test(result.stderr);
  const own = /(?<=^|\n)(?:(?:Error: )?(?:while running runtime|subprocess exited with|exit status)[^\n]*\n?)+$/;
  const stderr = result.stderr.replace(own, "");
  return { ...result, stderr, exitCode: isMissing && result.exitCode !== 0 ? 127 : result.exitCode };
}
