import { stringify } from "yaml";

import { listCommits } from "../../src/adapters/state-ref/state-ref-memory.ts";
import type { App } from "../../src/app/use-cases.ts";
import type { Promotion } from "../../src/apply/promote/promote.ts";
import type { Rollback } from "../../src/apply/promote/rollback.ts";
import { type Deployed, readDeployed } from "../../src/bundle/deployed.ts";
import { type PlacedRecord, readRecords } from "../../src/evidence/read-records.ts";
import type { FleetBuilder } from "./a-fleet.ts";
import { answerAsHarness } from "./a-harness.ts";
import { aLocalWorld, type PretendedMachine } from "./a-local-world.ts";

/** A fleet in Git on a pretended machine, whose bundles are made and moved. */
export interface PromotingFleet {
  readonly machine: PretendedMachine;
  readonly app: () => App;
  /** Changes a file of the working tree, without committing it. */
  edit(path: string, text: string): Promise<void>;
  /** Commits the working tree. */
  commit(): Promise<void>;
  /** platform.yaml with these settings, committed; and the bundle of it: its id. */
  bundleWith(settings: object): Promise<string>;
  /** An image with one package more, locked, committed; and the bundle of it. */
  bundleWithPackage(image: string, requirement: string): Promise<string>;
  promote(bundle: string, stage: string, breakGlass?: string): Promise<Promotion>;
  rollback(target: string, to?: string): Promise<Rollback>;
  deployed(): Deployed;
  files(): ReadonlyMap<string, string>;
  records(): readonly PlacedRecord[];
  /** What a hub runs, as its own record has it. */
  runs(hub: string): Promise<string>;
}

const settings = { version: 1, images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"] } };

export async function aPromotingFleet(fleet: FleetBuilder, machine = aLocalWorld()): Promise<PromotingFleet> {
  answerAsHarness(machine, new Set());
  const { files, sources, watch, remote } = machine;
  await sources.git.initialize("/fleet");
  let app = await machine.open(fleet);
  await app.images.lock([], undefined, watch);
  const lock = async (image: string): Promise<string> => (await files.read(`/fleet/images/${image}/lock.txt`)) ?? "";
  app = await machine.open(
    fleet.withFile("images/hub/lock.txt", await lock("hub")).withFile("images/lab/lock.txt", await lock("lab")),
  );
  await sources.git.commitAll("/fleet", "all");
  const tip = (): ReadonlyMap<string, string> => listCommits(remote, remote.tip).at(-1)?.files ?? new Map();
  const edit = async (path: string, text: string): Promise<void> =>
    void (await files.ensureFile(`/fleet/${path}`, text, 0o644));
  const commit = async (): Promise<void> => void (await sources.git.commitAll("/fleet", "change"));
  const create = async (): Promise<string> => {
    await commit();
    return (await app.bundles.create(watch)).bundle.id;
  };
  return {
    machine,
    app: () => app,
    edit,
    commit,
    bundleWith: async (changes) => {
      await edit("platform.yaml", stringify({ ...settings, ...changes }));
      return create();
    },
    bundleWithPackage: async (image, requirement) => {
      const path = `images/${image}/requirements.txt`;
      await edit(path, `${(await files.read(`/fleet/${path}`)) ?? ""}${requirement}\n`);
      await app.images.lock([image], undefined, watch);
      return create();
    },
    promote: (bundle, stage, breakGlass) => app.promotions.promote({ bundle, stage, breakGlass }, watch),
    rollback: (target, to) =>
      app.promotions.rollback(
        { target, to, reason: "maps are blank", until: new Date(machine.clock.now().getTime() + 86_400_000) },
        watch,
      ),
    deployed: () => readDeployed(tip()),
    files: tip,
    records: () => [...readRecords(tip()).records.values()],
    runs: async (hub) => {
      const [status] = (await app.status()).filter((one) => one.hub === hub);
      return status?.runs ?? "nothing";
    },
  };
}
