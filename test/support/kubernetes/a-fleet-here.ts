import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { stringify } from "yaml";

import { chartsHere, hubImagesHere } from "./charts-here.ts";
import { targetHere } from "./cluster-here.ts";

export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** What it says beside its result. */
  readonly stderr: string;
}

/** A committed fleet with one hub on the cluster of KUBECONFIG, and the commands that an operator types in it. */
export interface FleetHere {
  readonly hubfleet: (...words: readonly string[]) => Promise<Ran>;
  /** The result of a command that ends well, or else what it said. */
  readonly done: (...words: readonly string[]) => Promise<string>;
  readonly clean: () => Promise<void>;
}

export interface FleetHereOptions {
  readonly stages?: readonly object[];
  /** The hub's: some things of its charts are in no namespace and are named after it. @default "tried" */
  readonly name?: string;
}

const program = join(import.meta.dirname, "..", "..", "..", "bin", "hubfleet");

export async function aFleetHere(
  hub: Readonly<Record<string, unknown>>,
  { stages = [{ name: "production" }], name = "tried" }: FleetHereOptions = {},
): Promise<FleetHere> {
  const images = hubImagesHere();
  const charts = await chartsHere(images);
  const root = await mkdtemp(join(tmpdir(), "hubfleet-fleet-here-"));
  const fleet = join(root, "fleet");
  const write = async (path: string, content: object): Promise<void> => {
    await mkdir(dirname(join(fleet, path)), { recursive: true });
    await writeFile(join(fleet, path), stringify({ version: 1, ...content }));
  };
  const from = (reference: string): string => reference.replace(/:[^:@/]+@/, "@"); // a tag says nothing beside a digest
  await write("fleet.yaml", {
    name: "tried",
    uuid: randomUUID(),
    stages,
    registries: { main: { address: images.hub.replace(/\/[^/]+$/, "") } },
  });
  await write("clusters/here.yaml", { provider: "kubeconfig", context: targetHere().context });
  await write("images/hub/image.yaml", { role: "hub", from: from(images.hub) });
  await write("images/user/image.yaml", { role: "notebook", from: from(images.user) });
  await write("platform.yaml", {
    charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.3.0" } },
    images: { hub: "hub", notebook: "user" },
    profiles: [{ id: "small", name: "Small", default: true, memoryLimit: "1G" }],
  });
  await write(`hubs/${name}.yaml`, {
    cluster: "here",
    stage: "production",
    domain: "tried.example.org",
    access: { login: { kind: "sign-up" }, users: ["ada"], admins: ["grace"] },
    network: { entry: { kind: "inside" }, https: { kind: "offload" } },
    storage: { disk: { size: "1G" } },
    ...hub,
  });
  await git(fleet, "init", "--quiet");
  await git(fleet, "add", "--all");
  await git(fleet, "commit", "--quiet", "--message", "a fleet");
  const env = {
    HUBFLEET_STATE: join(root, "state"),
    HUBFLEET_ENVIRONMENTS: join(root, "environments"),
    HUBFLEET_CHARTS: charts.directory,
    ...author,
  };
  const hubfleet: FleetHere["hubfleet"] = async (...words) => {
    const { exitCode, stdout, stderr } = await execa(program, words, { cwd: fleet, env, reject: false });
    return { exitCode, stdout, stderr };
  };
  return {
    hubfleet,
    done: async (...words) => {
      const { exitCode, stdout, stderr } = await hubfleet(...words);
      if (exitCode !== 0) throw new Error(`${words.join(" ")} ended with ${exitCode}:\n${stderr}`);
      return stdout;
    },
    clean: async () => {
      await charts.clean();
      await rm(root, { recursive: true, force: true });
    },
  };
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
