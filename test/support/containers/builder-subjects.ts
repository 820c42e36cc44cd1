import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { createContainerBuilderMemory } from "../../../src/adapters/container-builder/builder-memory.ts";
import { createStateFilesMemory } from "../../../src/adapters/state-files/state-files-memory.ts";
import type { BuilderKind, ContainerBuilder } from "../../../src/ports/container-builder.ts";
import { aBuilder, whyNoBuilder } from "./a-builder.ts";
import { aBaseInRegistry, whyNoRegistry } from "./a-base-in-registry.ts";

/** A builder under test, with a base that has a shell. */
export interface BuilderSubject {
  readonly builder: ContainerBuilder;
  /** Another adapter on the same store, as another command has. */
  another(): ContainerBuilder;
  /** Directory of a real one; undefined for the twin. */
  readonly root?: string;
  readonly platform: string;
  /** By digest, in a registry of this machine. */
  readonly base: string;
  readonly absentBase: string;
  /** Writes files below a new directory, with "Dockerfile" and "context" in it. */
  write(
    files: Readonly<Record<string, string>>,
  ): Promise<{ readonly contextDirectory: string; readonly dockerfile: string }>;
  /** A path for an archive. */
  file(name: string): string;
  read(file: string): Promise<Uint8Array>;
  put(file: string, text: string): Promise<void>;
  clean(): Promise<void>;
}

export interface BuilderSubjectKind {
  readonly name: string;
  /** Undefined for the twin. */
  readonly kind?: BuilderKind;
  readonly variables?: Readonly<Record<string, string>>;
  /** Why it cannot be tried here; empty where it can. */
  readonly whyNot: string;
  /** `root`: an empty directory to use, which stays. */
  readonly create: (root?: string) => Promise<BuilderSubject>;
}

export const builderSubjects: readonly BuilderSubjectKind[] = [
  { name: "memory", whyNot: "", create: aMemorySubject },
  ...(["podman", "buildah"] as const).map((kind) => real(kind, kind)),
  real("docker", "docker"),
  real("docker, with a BuildKit of its own", "docker", "HUBFLEET_TEST_BUILDKIT", "BUILDX_BUILDER"),
  real("docker, without its plugin", "docker", "HUBFLEET_TEST_DOCKER_PLAIN", "DOCKER_CONFIG"),
];

/** `given` names the variable in which script/test-images says what it has, `variable` the builder's own for it. */
function real(name: string, kind: BuilderKind, given?: string, variable?: string): BuilderSubjectKind {
  const value = given === undefined ? "" : process.env[given];
  const reason = [whyNoBuilder(kind), whyNoRegistry()].find((why) => why !== "");
  const variables = value === undefined || variable === undefined ? {} : { [variable]: value };
  return {
    name,
    kind,
    variables,
    whyNot: reason ?? (value === undefined ? "script/test-images could not bring it" : ""),
    create: (root) => aRealSubject(kind, variables, root),
  };
}

async function aRealSubject(
  kind: BuilderKind,
  variables: Readonly<Record<string, string>>,
  root?: string,
): Promise<BuilderSubject> {
  const own = await aBuilder(kind, { variables, ...(root === undefined ? {} : { root }) });
  const registry = await aBaseInRegistry();
  const { base } = registry;
  const builder = own.create();
  const { platform } = await builder.describe(new AbortController().signal);
  let count = 0;
  return {
    builder,
    another: () => own.create(),
    root: own.root,
    platform,
    base,
    absentBase: base.replace(/@sha256:.*$/, `@sha256:${"0".repeat(64)}`),
    async write(files) {
      count += 1;
      const directory = join(own.root, `work-${count}`);
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), text);
      }
      return { contextDirectory: join(directory, "context"), dockerfile: join(directory, "Dockerfile") };
    },
    file: (name) => join(own.root, name),
    read: (file) => readFile(file),
    put: (file, text) => writeFile(file, text),
    async clean() {
      await registry.stop();
      await own.clean();
    },
  };
}

async function aMemorySubject(): Promise<BuilderSubject> {
  const files = createStateFilesMemory();
  const builder = createContainerBuilderMemory({ files });
  const base = `127.0.0.1:5000/base@sha256:${"1".repeat(64)}`;
  await builder.addBase(base);
  let count = 0;
  return {
    builder,
    another: () => builder,
    platform: "linux/amd64",
    base,
    absentBase: `127.0.0.1:5000/base@sha256:${"0".repeat(64)}`,
    async write(texts) {
      count += 1;
      for (const [path, text] of Object.entries(texts)) await files.ensureFile(`/work-${count}/${path}`, text, 0o644);
      return { contextDirectory: `/work-${count}/context`, dockerfile: `/work-${count}/Dockerfile` };
    },
    file: (name) => `/archives/${name}`,
    put: async (file, text) => void (await files.ensureFile(file, text, 0o600)),
    async read(file) {
      const content = builder.archives.get(file);
      if (content === undefined) throw new Error(`${file} was not written`);
      return content;
    },
    clean: async () => undefined,
  };
}
