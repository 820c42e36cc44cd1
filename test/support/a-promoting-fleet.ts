import { stringify } from "yaml";

import { listCommits } from "../../src/adapters/state-ref/state-ref-memory.ts";
import type { App } from "../../src/app/use-cases.ts";
import type { Outcome } from "../../src/apply/outcome.ts";
import type { Promotion } from "../../src/apply/promote/promote.ts";
import type { Rollback } from "../../src/apply/promote/rollback.ts";
import { type Deployed, readDeployed } from "../../src/bundle/deployed.ts";
import { type PlacedRecord, readRecords } from "../../src/evidence/read-records.ts";
import type { Hub } from "../../src/fleet/fleet.ts";
import type { FleetBuilder } from "./a-fleet.ts";
import { answerAsHarness } from "./a-harness.ts";
import { aLocalWorld, type PretendedMachine } from "./a-local-world.ts";

/** A fleet in Git on a pretended machine, whose bundles are made and moved. */
export interface PromotingFleet {
  readonly machine: PretendedMachine;
  readonly app: () => App;
  /** Changes a file of the working tree, without committing it. */
  edit(path: string, text: string): Promise<void>;
  /** Changes the working tree as a whole, without committing it. */
  become(change: (fleet: FleetBuilder) => FleetBuilder): Promise<void>;
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
  /** Holds a hub or stage for a day. */
  hold(target: string): Promise<void>;
  resume(target: string): Promise<void>;
  /** What a hub runs, as its own record has it. */
  runs(hub: string): Promise<string>;
  /** Its setting REGION, as the hub was started with it. */
  region(hub: string): Promise<string | undefined>;
  up(...targets: readonly string[]): Promise<readonly Outcome[]>;
  apply(...targets: readonly string[]): Promise<readonly Outcome[]>;
  /** From now on no hub passes its check, or again every one. */
  fail(isFailing: boolean): void;
}

const settings = { version: 1, images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"] } };

export async function aPromotingFleet(fleet: FleetBuilder, machine = aLocalWorld()): Promise<PromotingFleet> {
  answerAsHarness(machine, new Set());
  const { files, sources, watch, remote } = machine;
  await sources.git.initialize("/fleet");
  let app = await machine.open(fleet);
  await app.images.lock([], undefined, watch);
  let tree = fleet;
  const asOnDisk = async (path: string): Promise<void> =>
    void (tree = tree.withFile(path, (await files.read(`/fleet/${path}`)) ?? ""));
  for (const image of ["hub", "lab"]) await asOnDisk(`images/${image}/lock.txt`);
  app = await machine.open(tree);
  await sources.git.commitAll("/fleet", "all");
  const tip = (): ReadonlyMap<string, string> => listCommits(remote, remote.tip).at(-1)?.files ?? new Map();
  const edit = async (path: string, text: string): Promise<void> => {
    await files.ensureFile(`/fleet/${path}`, text, 0o644);
    await asOnDisk(path);
  };
  const commit = async (): Promise<void> => void (await sources.git.commitAll("/fleet", "change"));
  const create = async (): Promise<string> => {
    await commit();
    return (await app.bundles.create(watch)).bundle.id;
  };
  return {
    machine,
    app: () => app,
    edit,
    become: async (change) => {
      tree = change(tree);
      app = await machine.open(tree);
    },
    commit,
    bundleWith: async (changes) => {
      await edit("platform.yaml", stringify({ ...settings, ...changes }));
      return create();
    },
    bundleWithPackage: async (image, requirement) => {
      const path = `images/${image}/requirements.txt`;
      await edit(path, `${(await files.read(`/fleet/${path}`)) ?? ""}${requirement}\n`);
      await app.images.lock([image], undefined, watch);
      await asOnDisk(`images/${image}/lock.txt`);
      return create();
    },
    promote: (bundle, stage, breakGlass) => app.promotions.promote({ bundle, stage, breakGlass }, watch),
    rollback: (target, to) =>
      app.promotions.rollback(
        { target, to, reason: "maps are blank", until: new Date(machine.clock.now().getTime() + 86_400_000) },
        watch,
      ),
    hold: async (target) => {
      const until = new Date(machine.clock.now().getTime() + 86_400_000);
      await app.promotions.hold({ target, reason: "exam week", until }, watch);
    },
    resume: async (target) => void (await app.promotions.resume({ target, reason: undefined }, watch)),
    up: async (...targets) => app.up((await app.select(targets)).local, watch),
    apply: async (...targets) => app.apply((await app.select(targets)).local, watch),
    fail: (isFailing) => machine.hubSessions.break("startKernel", isFailing ? "no kernel" : undefined),
    region: async (hub) => {
      const text = await files.read(`/state/fleets/11111111-2222-4333-8444-555555555555/hubs/${hub}/run/applied.json`);
      const { hub: applied } = JSON.parse(text ?? "{}") as { readonly hub?: Hub };
      return applied?.environment["REGION"];
    },
    deployed: () => readDeployed(tip()),
    files: tip,
    records: () => [...readRecords(tip()).records.values()],
    runs: async (hub) => {
      const [status] = (await app.status()).filter((one) => one.hub === hub);
      return status?.runs ?? "nothing";
    },
  };
}
