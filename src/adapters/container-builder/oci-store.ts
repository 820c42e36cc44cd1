import { join } from "node:path";

import type { BuilderCalls, CallOptions } from "./builder-calls.ts";
import type { BuilderProps } from "./builder-props.ts";
import { findSteps } from "./find-steps.ts";
import { registriesOf, withLoopback } from "./loopback-registries.ts";

/**
 * The images and containers of buildah or podman, in a directory of hubfleet's own: what is in it is ours, and the
 * operator's own store is left alone (https://github.com/containers/storage/blob/main/docs/containers-storage.conf.5.md).
 */
export interface OciStore {
  /** Writes its settings; the first time it finds out which driver this machine can have. */
  prepare(signal: AbortSignal): Promise<void>;
  /** What every call needs to find the store. */
  readonly environment: Readonly<Record<string, string>>;
  /** A directory for one call's temporary files, with what that call needs beside `environment`. */
  makeRoom(
    id: string,
    dockerfile: string,
  ): Promise<{ readonly directory: string; readonly environment: CallOptions["environment"] }>;
  removeRoom(id: string): Promise<void>;
  /** Ends steps that outlived their builder, and clears what calls left in their rooms. */
  clear(): Promise<void>;
}

export function createOciStore(program: "buildah" | "podman", calls: BuilderCalls, props: BuilderProps): OciStore {
  const { files, processes, variable } = props;
  const root = join(props.store, program);
  const [conf, graph, rooms] = [join(root, "storage.conf"), join(root, "graph"), join(root, "rooms")];
  const environment = { CONTAINERS_STORAGE_CONF: conf };

  async function removeRoom(id: string): Promise<void> {
    await removeRuntimeStates(await files.list(join(rooms, id, "tmp")), calls);
    await files.remove(join(rooms, id));
  }

  return {
    environment,
    async prepare(signal) {
      await files.ensureDirectory(rooms, 0o700);
      if ((await files.read(conf)) !== undefined) return;
      const given = variable("STORAGE_DRIVER");
      for (const driver of given === undefined || given === "" ? ["overlay", "vfs"] : [given]) {
        await files.ensureFile(conf, storageConf(root, driver), 0o600);
        const asked = await calls.call([program, "info"], { signal, environment, isQuestion: true });
        if (asked.exitCode === 0) return;
        // What podman remembers of a store holds for one driver.
        await files.remove(join(graph, "libpod"));
      }
      // Whoever asks next meets the same words; another day it may be another disk.
      await files.remove(conf);
    },
    async makeRoom(id, dockerfile) {
      const directory = join(rooms, id);
      await files.ensureDirectory(join(directory, "tmp"), 0o700);
      const text = withLoopback(await readRegistriesConf(props), registriesOf(dockerfile));
      const registries = join(directory, "registries.conf");
      if (text !== undefined) await files.ensureFile(registries, text, 0o600);
      const own = text === undefined ? {} : { CONTAINERS_REGISTRIES_CONF: registries };
      return { directory, environment: { ...environment, ...own, TMPDIR: join(directory, "tmp") } };
    },
    removeRoom,
    async clear() {
      await processes.stop(await findSteps(graph), 0);
      for (const id of await files.list(rooms)) await removeRoom(id);
    },
  };
}

function storageConf(root: string, driver: string): string {
  const graph = join(root, "graph");
  return [
    "[storage]",
    `driver = "${driver}"`,
    `graphroot = "${graph}"`,
    `rootless_storage_path = "${graph}"`,
    `runroot = "${join(root, "run")}"`,
    "",
  ].join("\n");
}

/** Where the containers' tools look for it. */
async function readRegistriesConf({ files, variable }: BuilderProps): Promise<string> {
  const home =
    variable("XDG_CONFIG_HOME") ?? (variable("HOME") === undefined ? undefined : `${variable("HOME")}/.config`);
  const places = [
    variable("CONTAINERS_REGISTRIES_CONF"),
    home && `${home}/containers/registries.conf`,
    "/etc/containers/registries.conf",
  ];
  for (const place of places) {
    const text = place === undefined || place === "" ? undefined : await files.read(place);
    if (text !== undefined) return text;
  }
  return "";
}

/** What runc and crun remember of the containers of killed builds, with their control groups. Nobody else will remove it. */
async function removeRuntimeStates(names: readonly string[], calls: BuilderCalls): Promise<void> {
  const never = new AbortController().signal;
  for (const name of names.filter((one) => /^buildah\d+$/.test(one))) {
    for (const runtime of ["runc", "crun"] as const) {
      await calls.call([runtime, "delete", "--force", `buildah-${name}`], { signal: never });
    }
  }
}
