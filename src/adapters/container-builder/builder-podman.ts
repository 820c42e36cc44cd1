import type { ContainerBuilder } from "../../ports/container-builder.ts";
import { type BuilderCalls, callFailed, type CallResult } from "./builder-calls.ts";
import type { BuilderProps } from "./builder-props.ts";
import { createOciBuilder, type OciRun } from "./oci-builder.ts";

const never = new AbortController().signal;

/** podman on this machine; with a remote one (podman machine) use docker's command line and its DOCKER_HOST. */
export function createBuilderPodman(props: BuilderProps): ContainerBuilder {
  return createOciBuilder(
    {
      program: "podman",
      oldest: [4, 0],
      platformFormat: "{{.Host.OS}}/{{.Host.Arch}}",
      run,
      // What `build` leaves belongs to no pod: "external".
      list: ["ps", "--all", "--external", "--quiet", "--no-trunc"],
      remove: ["rm", "--force", "--time", "0"],
    },
    props,
  );
}

async function run(
  { name, image, command, options, environment }: OciRun,
  calls: BuilderCalls,
  { files }: BuilderProps,
): Promise<CallResult> {
  const { signal, timeoutMilliseconds, user, mounts = [] } = options;
  try {
    const words = [
      ...[
        "run",
        "--rm",
        "--name",
        name,
        "--pull",
        "never",
        "--network",
        "none",
        "--http-proxy=false",
        "--entrypoint",
        "",
      ],
      ...(await limits(files)),
      ...mounts.flatMap(({ source, target }) => ["--volume", `${source}:${target}:ro`]),
      ...(user === undefined ? [] : ["--user", user]),
      ...Object.entries(options.environment ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      ...[image, ...command],
    ];
    const result = await calls.call(["podman", "--log-level", "error", ...words], {
      signal,
      timeoutMilliseconds,
      environment,
      isExact: true,
    });
    // 125: podman itself failed; 126 also says that the runtime did, which has words of its own for a missing command.
    const isRefused =
      result.exitCode === 125 || (result.exitCode === 126 && /^Error: .*create failed/m.test(result.stderr));
    if (isRefused) throw callFailed("podman", "no container could be made of the image", result);
    return result;
  } finally {
    // Its monitor is no child of it: a container outlives the command that is ended.
    await calls.call(["podman", "rm", "--force", "--ignore", "--time", "0", name], { signal: never, environment });
  }
}

/** podman asks for more than some machines let even root have (no CAP_SYS_RESOURCE); a check needs no more than this. */
const mostOf = { nofile: ["Max open files", 1_048_576], nproc: ["Max processes", 32_768] } as const;

async function limits(files: BuilderProps["files"]): Promise<readonly string[]> {
  const text = (await files.read("/proc/self/limits")) ?? "";
  return Object.entries(mostOf).flatMap(([name, [title, most]]) => {
    const hard = new RegExp(`^${title} +\\S+ +(\\d+) `, "m").exec(text)?.[1];
    const limit = Math.min(most, Number(hard ?? most));
    return ["--ulimit", `${name}=${limit}:${limit}`];
  });
}
