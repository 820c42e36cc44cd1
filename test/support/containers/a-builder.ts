import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { createClockSystem } from "../../../src/adapters/clock/clock-system.ts";
import type { BuilderProps } from "../../../src/adapters/container-builder/builder-props.ts";
import { createBuilderBuildah } from "../../../src/adapters/container-builder/builder-buildah.ts";
import { createBuilderDocker } from "../../../src/adapters/container-builder/builder-docker.ts";
import { createBuilderPodman } from "../../../src/adapters/container-builder/builder-podman.ts";
import { createLocksSocket } from "../../../src/adapters/locks/locks-socket.ts";
import { createProcessesLinux } from "../../../src/adapters/processes/processes-linux.ts";
import { createRandomSystem } from "../../../src/adapters/random/random-system.ts";
import { createRun } from "../../../src/adapters/run.ts";
import { createStateFilesDisk } from "../../../src/adapters/state-files/state-files-disk.ts";
import type { BuilderKind, ContainerBuilder } from "../../../src/ports/container-builder.ts";
import { tool } from "../skip.ts";

const execute = promisify(execFile);

/** A real builder with a store and settings of its own, so that a developer's is left alone. */
export interface TestBuilder {
  readonly root: string;
  readonly store: string;
  readonly variables: Readonly<Record<string, string>>;
  /** A new adapter each time, as another command has. */
  create(props?: Partial<BuilderProps>): ContainerBuilder;
  clean(): Promise<void>;
}

/** Why a kind of builder cannot be tried here; empty where it can. */
export function whyNoBuilder(kind: BuilderKind): string {
  if (kind !== "docker") return tool(kind) ? "" : `${kind} is not installed`;
  return process.env["HUBFLEET_TEST_DOCKER"] === undefined ? "script/test-images starts the Docker daemon for it" : "";
}

export interface TestBuilderProps {
  /** Directory of another one, whose store is then shared. */
  readonly root?: string;
  /** Beside what every builder gets. */
  readonly variables?: Readonly<Record<string, string>>;
}

export async function aBuilder(kind: BuilderKind, props: TestBuilderProps = {}): Promise<TestBuilder> {
  const root = props.root ?? (await mkdtemp(join(tmpdir(), "hubfleet-builder-")));
  const store = join(root, "store");
  await mkdir(store, { recursive: true });
  const variables = { ...(await variablesOf(root)), ...props.variables };
  const files = createStateFilesDisk();
  const clock = createClockSystem();
  const create = createBuilders[kind];
  return {
    root,
    store,
    variables,
    create: (others = {}) =>
      create({
        run: createRun(),
        files,
        clock,
        locks: createLocksSocket({ files, clock, pid: process.pid }),
        random: createRandomSystem(),
        processes: createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) }),
        variable: (name) => variables[name],
        store,
        ...others,
      }),
    clean: async () => {
      // A store keeps one mount of itself for as long as the machine runs.
      for (const program of ["buildah", "podman"]) {
        await execute("umount", [join(store, program, "graph", "overlay")]).catch(() => undefined);
      }
      await rm(root, { recursive: true, force: true });
    },
  };
}

const createBuilders: Readonly<Record<BuilderKind, (props: BuilderProps) => ContainerBuilder>> = {
  docker: createBuilderDocker,
  buildah: createBuilderBuildah,
  podman: createBuilderPodman,
};

/** runc works under any layout of control groups; crun refuses some. */
async function variablesOf(root: string): Promise<Readonly<Record<string, string>>> {
  const conf = join(root, "containers.conf");
  await writeFile(conf, tool("runc") ? '[engine]\nruntime = "runc"\n' : "");
  const docker = process.env["HUBFLEET_TEST_DOCKER"];
  const plugin = process.env["HUBFLEET_TEST_BUILDX"];
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    CONTAINERS_CONF: conf,
    ...(docker === undefined ? {} : { DOCKER_HOST: docker }),
    ...(plugin === undefined ? {} : { DOCKER_CONFIG: plugin }),
  };
}
