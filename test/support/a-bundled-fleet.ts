import { listCommits } from "../../src/adapters/state-ref/state-ref-memory.ts";
import type { App } from "../../src/app/use-cases.ts";
import type { Bundle } from "../../src/bundle/bundle.ts";
import type { MadeBundle } from "../../src/operate/bundles/make-bundle.ts";
import { aFleet, type FleetBuilder } from "./a-fleet.ts";
import { answerAsHarness, answerAsPair } from "./a-harness.ts";
import { aLocalWorld, type PretendedMachine } from "./a-local-world.ts";

/** Requirements of every image, with this Dask. */
export const daskOf = (version: string): string =>
  [
    ...[`dask==${version}`, `distributed==${version}`, "jupyterhub==5.5.4", "jupyterlab", "dask-gateway"],
    ...["dask-gateway-server", "jupyterhub-idle-culler", ""],
  ].join("\n");

/** One hub with a hub image, a notebook image "lab" and a "worker" image. */
export const workerFleet = aFleet()
  .withPlatform({ images: { hub: "hub", notebook: "lab", worker: "worker" } })
  .withImage("worker", { role: "worker" })
  .withFile("images/lab/requirements.txt", daskOf("2026.8.0"))
  .withFile("images/worker/requirements.txt", daskOf("2026.8.0"));

/** A clone of it on a pretended machine, everything locked and committed. */
export interface BundledFleet {
  readonly machine: PretendedMachine;
  readonly app: App;
  /** Checks of images that were run, and environments of pairs that were tried. */
  readonly ran: string[];
  readonly tried: string[];
  edit(path: string, text: string): Promise<void>;
  commit(): Promise<void>;
  /** Changes an image's packages and locks them. */
  change(image: string, requirements: string): Promise<void>;
  /** A security fix of the hub image, committed. */
  fix(): Promise<void>;
  patch(from: Pick<Bundle, "id">, ...only: string[]): Promise<MadeBundle>;
  /** Commits that the state has at the remote. */
  written(): number;
}

export async function aBundledFleet({
  failing,
  remote,
  fleet = workerFleet,
}: {
  /** Checks and workflows of pairs. */
  readonly failing: ReadonlySet<string>;
  readonly remote?: PretendedMachine["remote"];
  readonly fleet?: FleetBuilder;
}): Promise<BundledFleet> {
  const machine = aLocalWorld(remote === undefined ? {} : { remote });
  const { ran } = answerAsHarness(machine, failing);
  const { tried } = answerAsPair(machine, failing);
  await machine.sources.git.initialize("/fleet");
  await (await machine.open(fleet)).images.lock([], undefined, machine.watch);
  let locked = fleet;
  for (const image of ["hub", "lab", "worker"]) {
    const path = `images/${image}/lock.txt`;
    locked = locked.withFile(path, (await machine.files.read(`/fleet/${path}`)) ?? "");
  }
  const app = await machine.open(locked);
  const edit = async (path: string, text: string): Promise<void> =>
    void (await machine.files.ensureFile(`/fleet/${path}`, text, 0o644));
  const commit = async (): Promise<void> => void (await machine.sources.git.commitAll("/fleet", "change"));
  const change = async (image: string, requirements: string): Promise<void> => {
    await edit(`images/${image}/requirements.txt`, requirements);
    await app.images.lock([image], undefined, machine.watch);
  };
  await commit();
  return {
    ...{ machine, app, ran, tried, edit, commit, change },
    fix: async () => {
      await change("hub", `${daskOf("2026.8.0")}oauthenticator==17.4.0\n`);
      await commit();
    },
    patch: async (from, ...only) => app.bundles.patch(from.id, only, machine.watch),
    written: () => listCommits(machine.remote, machine.remote.tip).length,
  };
}
