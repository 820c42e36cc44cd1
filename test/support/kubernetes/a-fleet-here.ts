import { spawn, type SpawnOptionsWithoutStdio } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { execa } from "execa";
import { stringify } from "yaml";

import { chartsHere, type HubImages, hubImagesHere } from "./charts-here.ts";
import { targetHere } from "./cluster-here.ts";

export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** What it says beside its result. */
  readonly stderr: string;
}

/** A committed fleet with hubs on the cluster of KUBECONFIG, and the commands that an operator types in it. */
export interface FleetHere {
  readonly hubfleet: (...words: readonly string[]) => Promise<Ran>;
  /** The result of a command that ends well, or else what it said. */
  readonly done: (...words: readonly string[]) => Promise<string>;
  /** A command under way. */
  readonly begin: (...words: readonly string[]) => Begun;
  /** Puts a file of the fleet in place, without committing it. */
  readonly write: (path: string, content: object | string) => Promise<void>;
  /** Commits whatever was written. */
  readonly commit: (message: string) => Promise<void>;
  /** A bundle of what is committed. */
  readonly bundle: () => Promise<string>;
  /** Holds the fleet, the state, caches and whatever else its commands write. */
  readonly root: string;
  readonly directory: string;
  /** Of its commands. */
  readonly variables: Readonly<Record<string, string>>;
  readonly clean: () => Promise<void>;
}

export interface Begun {
  /** Ends it without a word; what it started goes on. */
  readonly kill: () => void;
  readonly result: Promise<Ran>;
}

export interface FleetHereOptions {
  readonly stages?: readonly object[];
  /** Of its first hub: some things of its charts are in no namespace and are named after it. @default "tried" */
  readonly name?: string;
  /** More of clusters/here.yaml. */
  readonly cluster?: Readonly<Record<string, unknown>>;
  /** More files, or other ones. */
  readonly files?: Readonly<Record<string, object | string>>;
  /** More variables of its commands. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Directories that come first on PATH. */
  readonly programs?: readonly string[];
  /** For HUBFLEET_CHARTS, instead of the charts here. */
  readonly charts?: string;
  readonly images?: HubImages;
}

const program = join(import.meta.dirname, "..", "..", "..", "bin", "hubfleet");

export async function aFleetHere(
  hub: Readonly<Record<string, unknown>>,
  options: FleetHereOptions = {},
): Promise<FleetHere> {
  const { name = "tried", images = hubImagesHere(), files = {}, programs = [] } = options;
  const charts = await chartsHere(images);
  const root = await mkdtemp(join(tmpdir(), "hubfleet-fleet-here-"));
  const directory = join(root, "fleet");
  const write = async (path: string, content: object | string): Promise<void> => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    const text = typeof content === "string" ? content : stringify({ version: 1, ...content });
    await writeFile(join(directory, path), text);
  };
  const all = { ...filesOf({ ...options, name, images }), [`hubs/${name}.yaml`]: { ...aHub(name), ...hub }, ...files };
  for (const [path, content] of Object.entries(all)) await write(path, content);
  const commit = async (message: string): Promise<void> => {
    await git(directory, "add", "--all");
    await git(directory, "commit", "--quiet", "--message", message);
  };
  await git(directory, "init", "--quiet");
  await commit("a fleet");
  const env = {
    HUBFLEET_STATE: join(root, "state"),
    HUBFLEET_ENVIRONMENTS: join(root, "environments"),
    HUBFLEET_CHARTS: options.charts ?? charts.directory,
    XDG_CACHE_HOME: join(root, "cache"),
    PATH: [...programs, process.env["PATH"] ?? ""].join(delimiter),
    ...author,
    ...options.variables,
  };
  const start: FleetHere["begin"] = (...words) => begin(words, { cwd: directory, env: { ...process.env, ...env } });
  const hubfleet: FleetHere["hubfleet"] = (...words) => start(...words).result;
  const done: FleetHere["done"] = async (...words) => {
    const { exitCode, stdout, stderr } = await hubfleet(...words);
    if (exitCode !== 0) throw new Error(`${words.join(" ")} ended with ${exitCode}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  return {
    ...{ hubfleet, done, write, commit, root, directory, variables: env },
    begin: start,
    bundle: async () => (await done("bundle", "new", "-o", "name")).trim(),
    clean: async () => {
      await charts.clean();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function filesOf({
  images,
  cluster,
  stages = [{ name: "production" }],
}: FleetHereOptions & { readonly images: HubImages }): Readonly<Record<string, object>> {
  const from = (reference: string): string => reference.replace(/:[^:@/]+@/, "@"); // a tag says nothing beside a digest
  return {
    "fleet.yaml": {
      name: "tried",
      uuid: randomUUID(), // others try theirs on the same cluster
      stages,
      registries: { main: { address: images.hub.replace(/\/[^/]+$/, "") } },
    },
    "clusters/here.yaml": { provider: "kubeconfig", context: targetHere().context, ...cluster },
    "images/hub/image.yaml": { role: "hub", from: from(images.hub) },
    "images/user/image.yaml": { role: "notebook", from: from(images.user) },
    "platform.yaml": aPlatform(),
  };
}

/** What all hubs share, with more of it. */
export function aPlatform(more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.3.0" } },
    images: { hub: "hub", notebook: "user" },
    profiles: [{ id: "small", name: "Small", default: true, memoryLimit: "1G" }],
    ...more,
  };
}

/** A hub's own file, as far as a test does not say otherwise. */
export function aHub(name: string): Readonly<Record<string, unknown>> {
  return {
    cluster: "here",
    stage: "production",
    domain: `${name}.example.org`,
    access: { login: { kind: "sign-up" }, users: ["ada"], admins: ["grace"] },
    network: { entry: { kind: "inside" }, https: { kind: "offload" } },
    storage: { disk: { size: "1G" } },
  };
}

function begin(words: readonly string[], options: SpawnOptionsWithoutStdio): Begun {
  const child = spawn(program, words, options);
  child.stdin.end();
  const said: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  child.stdout.on("data", (piece: Buffer) => said.stdout.push(piece));
  child.stderr.on("data", (piece: Buffer) => said.stderr.push(piece));
  const text = (stream: keyof typeof said): string => Buffer.concat(said[stream]).toString().replace(/\n$/, "");
  const result = new Promise<Ran>((resolve, reject) => {
    const end = (code: number | null): void =>
      resolve({ exitCode: code ?? undefined, stdout: text("stdout"), stderr: text("stderr") });
    child.once("error", reject);
    child.once("close", end);
    // What a killed command leaves behind keeps its pipes open.
    child.once("exit", (code, signal) => signal !== null && end(code));
  });
  return { kill: () => void child.kill("SIGKILL"), result };
}

const author = {
  GIT_AUTHOR_NAME: "operator",
  GIT_AUTHOR_EMAIL: "operator@example.org",
  GIT_COMMITTER_NAME: "operator",
  GIT_COMMITTER_EMAIL: "operator@example.org",
};

async function git(directory: string, ...words: readonly string[]): Promise<void> {
  await execa("git", words, { cwd: directory, env: author });
}
