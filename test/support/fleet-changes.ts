import type { App } from "../../src/app/use-cases.ts";
import { aFleet, type FleetBuilder } from "./a-fleet.ts";
import { aLocalWorld, type PretendedMachine } from "./a-local-world.ts";
import { homeOf, strangers, type WantedHub } from "./oracle.ts";

const uuid = "11111111-2222-4333-8444-555555555555";

/** Something that happens to a fleet that runs, and how its hub shall be when a command has dealt with it. */
export interface FleetChange {
  readonly name: string;
  /** The command that deals with it. */
  readonly command: "up" | "apply";
  readonly edit?: (fleet: FleetBuilder) => FleetBuilder;
  readonly accident?: (machine: PretendedMachine) => void;
  readonly wanted: Partial<WantedHub>;
}

const platform = { images: { hub: "hub", notebook: "lab" }, access: { admins: ["ada"], users: ["edsger", "grace"] } };
const fleet = aFleet()
  .withPlatform(platform)
  .withImage("hub", { role: "hub" })
  .withHub("alpha", { port: 18_000, title: "Alpha" });

const asBefore: WantedHub = {
  name: "alpha",
  port: 18_000,
  title: "Alpha",
  components: ["proxy", "gateway", "hub", "culler"],
  hubPackage: "jupyterhub==5.5.4",
  labPackage: "jupyterhub==5.5.4",
  users: ["edsger", "grace"],
  announcement: "",
  servers: ["edsger", "grace"],
  daskClusters: ["4f98"],
  homes: true,
};

/** Servers and Dask clusters call the address they were started with: when that moves, they end. Else they go on. */
const nobody = { servers: [], daskClusters: [] } as const;

const withHub =
  (keys: Readonly<Record<string, unknown>>) =>
  (before: FleetBuilder): FleetBuilder =>
    before.withHub("alpha", { port: 18_000, title: "Alpha", ...keys });
const withScipy =
  (image: string) =>
  (before: FleetBuilder): FleetBuilder => {
    const path = `images/${image}/requirements.txt`;
    const text = before.files()[path];
    if (typeof text !== "string") throw new Error(`the fleet has no ${path}`);
    return before.withFile(path, `${text}scipy==1.17.0\n`);
  };
const crash =
  (...parts: readonly string[]) =>
  ({ processes }: PretendedMachine): void => {
    for (const part of parts) processes.crash(`${uuid}/alpha/${part}`);
  };

/** A file renamed, with the key that says so. */
const renamed = (before: FleetBuilder): FleetBuilder =>
  before.without("hubs/alpha.yaml").withHub("beta", { port: 18_000, title: "Alpha", renamedFrom: "alpha" });

/** One of each kind. */
export const fleetChanges: readonly FleetChange[] = [
  {
    name: "a live setting",
    command: "apply",
    edit: withHub({ announcement: "Down at noon" }),
    wanted: { announcement: "Down at noon" },
  },
  {
    name: "a removed user with a server",
    command: "apply",
    edit: (before) => before.withPlatform({ ...platform, access: { admins: ["ada"], users: ["edsger"] } }),
    wanted: { users: ["edsger"], servers: ["edsger"] },
  },
  { name: "a title", command: "up", edit: withHub({ title: "Beta" }), wanted: { title: "Beta" } },
  { name: "a port", command: "up", edit: withHub({ port: 18_100 }), wanted: { port: 18_100, ...nobody } },
  {
    name: "a port while the hub is down",
    command: "up",
    edit: withHub({ port: 18_100 }),
    accident: crash("hub"),
    wanted: { port: 18_100, ...nobody },
  },
  { name: "the hub's image", command: "up", edit: withScipy("hub"), wanted: { hubPackage: "scipy==1.17.0" } },
  { name: "a package", command: "up", edit: withScipy("lab"), wanted: { labPackage: "scipy==1.17.0" } },
  {
    name: "no culling",
    command: "apply",
    edit: withHub({ culling: { enabled: false } }),
    wanted: { components: ["proxy", "gateway", "hub"] },
  },
  {
    name: "no Dask",
    command: "up",
    edit: withHub({ dask: { enabled: false } }),
    wanted: { components: ["proxy", "hub", "culler"], daskClusters: [] },
  },
  { name: "a crashed hub", command: "apply", accident: crash("hub"), wanted: {} },
  { name: "a crashed proxy", command: "apply", accident: crash("proxy"), wanted: {} },
  { name: "a crash of everything", command: "apply", accident: crash("proxy", "gateway", "hub", "culler"), wanted: {} },
  { name: "a rename", command: "apply", edit: renamed, wanted: { name: "beta", before: "alpha", ...nobody } },
  {
    name: "a rename, brought up",
    command: "up",
    edit: renamed,
    wanted: { name: "beta", before: "alpha", ...nobody },
  },
  {
    name: "a title, a port and a user at once",
    command: "up",
    edit: (before) =>
      withHub({ title: "Beta", port: 18_100 })(before).withPlatform({
        ...platform,
        access: { admins: ["ada"], users: ["grace"] },
      }),
    wanted: { title: "Beta", port: 18_100, users: ["grace"], ...nobody },
  },
];

export interface Situation {
  readonly machine: PretendedMachine;
  readonly app: App;
  readonly before: WantedHub;
  readonly after: WantedHub;
}

/** A fleet whose hub runs, with users' servers and other people's processes beside it, to which the change happened. */
export async function situation({ edit, accident, wanted }: Omit<FleetChange, "name" | "command">): Promise<Situation> {
  const machine = aLocalWorld();
  const first = await machine.open(fleet);
  await first.up((await first.select([])).local, machine.watch);
  for (const user of asBefore.servers) machine.hubAt(18_000).startServer(user, "standard");
  for (const name of asBefore.daskClusters) {
    const reportsTo = "http://127.0.0.1:18003/alpha/services/dask-gateway/api";
    machine.processes.add({ marker: `${uuid}/alpha/dask/ada/${name}`, command: "scheduler", uid: 100_007, reportsTo });
  }
  for (const stranger of strangers) machine.processes.add(stranger);
  await machine.files.ensureFile(homeOf("alpha"), "mine", 0o600);
  accident?.(machine);
  const app = edit === undefined ? first : await machine.open(edit(fleet));
  return { machine, app, before: asBefore, after: { ...asBefore, ...wanted } };
}

/** The same machine before its fleet was ever brought up. */
export async function emptySituation(): Promise<Situation> {
  const machine = aLocalWorld();
  for (const stranger of strangers) machine.processes.add(stranger);
  const after = { ...asBefore, ...nobody, homes: false };
  return { machine, app: await machine.open(fleet), before: after, after };
}
