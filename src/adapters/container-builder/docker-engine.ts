import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { BuilderFacts } from "../../ports/container-builder.ts";
import type { BuilderCalls } from "./builder-calls.ts";

/** What builds behind the docker command. */
export interface DockerEngine {
  readonly facts: BuilderFacts;
  /** The plugin, or the command's own BuildKit of the years before the plugin was needed. */
  readonly command: "buildx" | "built-in";
  /** Whether the daemon itself builds; otherwise a BuildKit of its own does, whose images the daemon does not have. */
  readonly isDaemon: boolean;
  /** A daemon without a bridge network: steps then use the machine's, or none could fetch anything. */
  readonly hasBridge: boolean;
}

const oldestDaemon = 20;
/** The first docker command that leaves BuildKit to the plugin. */
const firstWithoutOwn = 23;

export async function findDockerEngine(calls: BuilderCalls, signal: AbortSignal): Promise<DockerEngine> {
  const { client, server, platform } = await askVersions(calls, signal);
  const plugin = await calls.call(["docker", "buildx", "version"], { signal, isQuestion: true });
  const hasPlugin = plugin.exitCode === 0;
  if (!hasPlugin && Number.parseInt(client, 10) >= firstWithoutOwn) {
    throw unusable(
      `docker ${client} has no buildx, and the builder that it then uses knows neither secrets nor dates`,
      "install the plugin (Debian, Ubuntu: docker-buildx or docker-buildx-plugin)",
    );
  }
  const bridge = await calls.call(["docker", "network", "inspect", "bridge"], { signal, isQuestion: true });
  const hasBridge = bridge.exitCode === 0;
  const says = `docker ${client}, daemon ${server}`;
  if (!hasPlugin) {
    const facts = {
      kind: "docker",
      says: `${says}, its own BuildKit`,
      platform,
      runs: [platform],
      reproducible: dates,
    } as const;
    return { command: "built-in", isDaemon: true, hasBridge, facts };
  }
  const asked = await calls.call(["docker", "buildx", "inspect"], { signal, isQuestion: true });
  const field = (name: string): string | undefined =>
    new RegExp(`^ *${name}: +(.+)$`, "m").exec(asked.stdout)?.[1]?.trim();
  const error = field("Error");
  if (asked.exitCode !== 0 || error !== undefined) {
    throw unusable(
      `docker buildx does not reach its builder: ${error ?? asked.stderr.trim()}`,
      "`docker buildx ls` shows the builders; `docker buildx use NAME` chooses one",
    );
  }
  const isDaemon = field("Driver") === "docker";
  const buildKit = field("BuildKit version") ?? "";
  const rewrites = !isDaemon && isNewEnough(buildKit);
  const facts: BuilderFacts = {
    kind: "docker",
    says: `${says}, buildx with ${isDaemon ? "the daemon's BuildKit" : `BuildKit ${buildKit} (driver ${field("Driver") ?? "unknown"})`}`,
    platform,
    runs: [platform, ...emulated(field("Platforms") ?? "", platform)],
    reproducible: rewrites
      ? true
      : isDaemon
        ? dates
        : { because: `BuildKit ${buildKit} does not rewrite timestamps; 0.13 does` },
  };
  return { command: "buildx", isDaemon, hasBridge, facts };
}

const dates = {
  because:
    "the daemon's BuildKit leaves the files that a step writes the time of the build; a builder of its own does not (docker buildx create --use)",
};

interface Versions {
  readonly client: string;
  readonly server: string;
  readonly platform: string;
}

async function askVersions(calls: BuilderCalls, signal: AbortSignal): Promise<Versions> {
  const format = "{{.Client.Version}} {{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}";
  const asked = await calls.call(["docker", "version", "--format", format], { signal, isQuestion: true });
  const [client, server, platform] = asked.stdout.trim().split(" ");
  if (asked.exitCode === -1 && !asked.isOutOfTime) {
    throw unusable("docker is not on PATH", "install it (Debian, Ubuntu: apt-get install docker.io docker-buildx)");
  }
  if (asked.exitCode !== 0 || client === undefined || server === undefined || platform === undefined) {
    const words = asked.isOutOfTime
      ? "it did not answer within a minute"
      : (asked.stderr.trim().split("\n").at(-1) ?? "");
    throw unusable(
      `the Docker daemon cannot be used: ${words}`,
      /permission denied/i.test(words)
        ? "add this account to the group docker, or use podman or buildah, which need no daemon"
        : "start it (systemctl start docker), or use podman or buildah, which need no daemon",
    );
  }
  if (Number.parseInt(server, 10) < oldestDaemon) {
    throw unusable(`the Docker daemon ${server} is too old`, `install ${oldestDaemon}.10 or newer`);
  }
  return { client, server, platform };
}

/** Builders built from source have no version of their own; they are new. */
function isNewEnough(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined || version.includes("+unknown")) return true;
  return Number(major) > 0 || Number(minor) >= 13;
}

/** "linux/amd64*, linux/amd64/v2, linux/arm64" → those of other processors. */
function emulated(platforms: string, own: string): readonly string[] {
  const all = platforms.split(",").map((one) => one.trim().replace("*", ""));
  return all.filter((one) => /^linux\/\w+$/.test(one) && one !== own);
}

function unusable(message: string, hint: string): HubfleetError {
  return new HubfleetError("BUILDER_UNUSABLE", { message, hint, retry: "later" });
}
