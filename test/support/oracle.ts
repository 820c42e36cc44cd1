import { createHash } from "node:crypto";

import type { PretendedProcess } from "../../src/adapters/processes/processes-memory.ts";
import type { PretendedMachine } from "./a-local-world.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const directory = `/state/fleets/${uuid}`;

/** A hub as a person would describe it. Nothing here is rendered or planned by hubfleet. */
export interface WantedHub {
  readonly name: string;
  readonly port: number;
  readonly title: string;
  readonly components: readonly ("proxy" | "gateway" | "hub" | "culler")[];
  /** A line of the lock that the hub's own processes run in, and of the one that new servers get. */
  readonly hubPackage: string;
  readonly labPackage: string;
  readonly users: readonly string[];
  readonly announcement: string;
  /** Users whose servers run and shall go on; nobody else's. */
  readonly servers: readonly string[];
  /** Names of the Dask clusters that run and shall go on. */
  readonly daskClusters: readonly string[];
  /** Whether somebody left a file in a home. */
  readonly homes: boolean;
  /** Its name before, of which nothing may be left. */
  readonly before?: string;
}

/** What somebody left in a home. */
export function homeOf(hub: string): string {
  return `${directory}/hubs/${hub}/data/homes/grace/thesis.txt`;
}

/**
 * What is wrong with a pretended machine that should run one hub; empty when it has converged. It looks at processes,
 * their arguments, files and what the hub says, and never calls the planner: the two must not be wrong together.
 */
export async function complaints(machine: PretendedMachine, wanted: WantedHub): Promise<readonly string[]> {
  const found: string[] = [];
  const expect = (isSo: boolean, words: string): void => void (isSo || found.push(words));
  await lookAtProcesses(machine, wanted, expect);
  await lookAtLiveSettings(machine, wanted, expect);
  await lookAtNotes(machine, wanted, expect);
  await lookAtData(machine, wanted, expect);
  lookAtLeftovers(machine, expect);
  return found;
}

/** The same for a hub that was destroyed with its data kept. */
export function complaintsAfterDestroy(machine: PretendedMachine): readonly string[] {
  const found: string[] = [];
  const expect = (isSo: boolean, words: string): void => void (isSo || found.push(words));
  const own = machine.processes.running().filter(({ marker }) => marker.startsWith(`${uuid}/alpha/`));
  for (const { marker } of own) expect(false, `${marker} still runs`);
  for (const path of Object.keys(machine.files.contents(directory))) {
    expect(/\/hubs\/[^/]+\/data\//.test(path), `${path} is left`);
  }
  const data = Object.keys(machine.files.contents(`${directory}/hubs/alpha/data`));
  expect(data.includes(`${directory}/hubs/alpha/data/secrets.json`), "the hub's data is lost");
  expect(machine.bootService.entries.size === 0, "it still comes back at boot");
  lookAtLeftovers(machine, expect);
  return found;
}

/** Somebody else's processes, and the signals that must not reach them. */
export const strangers: readonly Partial<PretendedProcess>[] = [
  { marker: "99999999-2222-4333-8444-555555555555/alpha/hub", command: "another fleet's hub", listens: [19_002] },
  { marker: "", uid: 70, command: "postgres", listens: [5_432] },
  { marker: `${uuid}/alphabet/hub`, command: "a hub whose name begins the same", listens: [19_012] },
];

type Expect = (isSo: boolean, words: string) => void;

async function lookAtProcesses(
  machine: PretendedMachine,
  { name, port, title, components, hubPackage, servers, daskClusters }: WantedHub,
  expect: Expect,
): Promise<void> {
  const run = `${directory}/hubs/${name}/run`;
  const running = machine.processes.running();
  const ofPart = (part: string): readonly PretendedProcess[] =>
    running.filter(({ marker }) => marker === `${uuid}/${name}/${part}`);
  const listens = { proxy: [port, port + 1], hub: [port + 2], gateway: [port + 3, port + 4], culler: [] };
  const words = {
    proxy: [`--port ${port} `, `--api-port ${port + 1} `, `http://127.0.0.1:${port + 2}`],
    hub: ["-m hubfleet_local.hub "],
    gateway: ["-m hubfleet_local.gateway "],
    culler: [`--url=http://127.0.0.1:${port + 2}/${name}/hub/api `],
  };
  for (const part of ["proxy", "gateway", "hub", "culler"] as const) {
    const [one, ...more] = ofPart(part);
    if (!components.includes(part)) {
      expect(one === undefined, `${part} runs and is not wanted`);
      continue;
    }
    expect(one !== undefined, `${part} does not run`);
    expect(more.length === 0, `${part} runs ${more.length + 1} times`);
    if (one?.spec === undefined) continue;
    const argv = one.spec.argv.join(" ");
    for (const word of words[part]) expect(argv.includes(word), `${part} runs without "${word}": ${argv}`);
    expect(String(one.listens) === String(listens[part]), `${part} listens on ${String(one.listens)}`);
    const record = JSON.parse((await machine.files.read(`${run}/${part}.json`)) ?? "{}") as { pid?: number };
    expect(record.pid === one.pid, `the record of ${part} names ${record.pid}, ${one.pid} runs`);
    if (part === "proxy") continue;
    const python = await machine.files.read(one.spec.argv[0]);
    expect(python?.includes(hubPackage) === true, `${part} runs without ${hubPackage}`);
  }
  const hub: readonly string[] = ofPart("hub")[0]?.spec?.argv ?? [];
  const settings = await machine.files.read(hub[hub.indexOf("--settings") + 1] ?? "");
  expect(settings?.includes(JSON.stringify(title)) === true, `the hub was not started with the title "${title}"`);
  const hasDask = settings?.replaceAll(/\s/g, "").includes('"dask":{"enabled":true}');
  expect(hasDask === components.includes("gateway"), "the hub was started with the other answer about Dask");
  const ofPeople = (kind: string): readonly string[] =>
    running.flatMap(({ marker }) =>
      marker.startsWith(`${uuid}/${name}/${kind}/`) ? [marker.split("/").at(-1) ?? ""] : [],
    );
  expect(String(ofPeople("server").toSorted()) === String(servers), `servers run of ${String(ofPeople("server"))}`);
  expect(String(ofPeople("dask")) === String(daskClusters), `Dask clusters run: ${String(ofPeople("dask"))}`);
  for (const { marker, reportsTo = "" } of running.filter((one) => one.reportsTo !== undefined)) {
    const ports = [port + 2, port + 3].map((one) => `:${one}/${name}/`);
    expect(
      ports.some((one) => reportsTo.includes(one)),
      `${marker} calls ${reportsTo}, where nobody is`,
    );
  }
}

async function lookAtLiveSettings(machine: PretendedMachine, wanted: WantedHub, expect: Expect): Promise<void> {
  const { name, port, users, announcement, labPackage, servers } = wanted;
  const files = `${directory}/hubs/${name}`;
  const text = (await machine.files.read(`${files}/run/current.json`)) ?? "{}";
  const current = JSON.parse(text) as {
    announcement?: string;
    access?: { users: readonly string[] };
    profiles?: readonly { notebookEnvironment: string }[];
  };
  expect(current.announcement === announcement, `current.json announces "${current.announcement}"`);
  expect(String(current.access?.users) === String(users), `current.json lets in ${String(current.access?.users)}`);
  for (const { notebookEnvironment } of current.profiles ?? []) {
    const python = await machine.files.read(`${notebookEnvironment}/bin/python`);
    expect(python?.includes(labPackage) === true, `new servers run without ${labPackage}`);
  }
  const secrets = (await machine.files.read(`${files}/data/secrets.json`)) ?? "{}";
  const { operatorToken = "", proxyToken = "" } = JSON.parse(secrets) as Record<string, string>;
  const url = `http://127.0.0.1:${port + 2}/${name}/`;
  const state = await machine.hubApi.state({ url, token: operatorToken }).catch(() => undefined);
  const digest = createHash("sha256").update(text).digest("hex");
  expect(state?.current === digest, "the hub has other live settings in effect than are on the disk");
  const served = (state?.users ?? []).filter((user) => user.servers.length > 0).map((user) => user.name);
  expect(String(served) === String(servers), `the hub has servers of ${String(served)}`);
  const proxy = { url: `http://127.0.0.1:${port + 1}/`, token: proxyToken };
  const routes: readonly string[] = await machine.hubApi.routes(proxy).catch(() => []);
  for (const user of servers) expect(routes.includes(`/${name}/user/${user}`), `the proxy knows no way to ${user}`);
}

/** What `status`, `why` and later plans go by. */
async function lookAtNotes({ files }: PretendedMachine, wanted: WantedHub, expect: Expect): Promise<void> {
  const { name, port, title } = wanted;
  interface Noted {
    readonly hub?: { readonly port: number; readonly title: string };
  }
  const applied = JSON.parse((await files.read(`${directory}/hubs/${name}/run/applied.json`)) ?? "{}") as Noted;
  expect(applied.hub?.port === port, `it is noted that the hub runs on port ${applied.hub?.port}`);
  expect(applied.hub?.title === title, `it is noted that the hub is called "${applied.hub?.title}"`);
  const draft = JSON.parse((await files.read(`${directory}/draft.json`)) ?? "{}") as { hubs?: Record<string, Noted> };
  expect(draft.hubs?.[name]?.hub?.port === port, "the draft has another port");
  const settings = await files.list(`${directory}/hubs/${name}/run/settings`);
  expect(settings.length === 2, `there are settings of earlier starts: ${settings.join(", ")}`);
}

/** Homes and user ids outlive every change. */
async function lookAtData(machine: PretendedMachine, wanted: WantedHub, expect: Expect): Promise<void> {
  const { name, before, homes } = wanted;
  if (homes) expect((await machine.files.read(homeOf(name))) === "mine", "the file in the home of grace is lost");
  const { blocks } = JSON.parse((await machine.files.read("/state/uids.json")) ?? '{"blocks":{}}') as {
    blocks: Readonly<Record<string, number>>;
  };
  const block = blocks[`${uuid}/${name}`];
  expect(block === 0, `its block of user ids is ${block}`);
  if (before === undefined) return;
  const paths = Object.keys(machine.files.contents(`${directory}/hubs/${before}`));
  expect(paths.length === 0, `there is still ${paths.join(", ")}`);
  expect(blocks[`${uuid}/${before}`] === undefined, "the old name has user ids");
  const draft = JSON.parse((await machine.files.read(`${directory}/draft.json`)) ?? "{}") as { hubs?: object };
  expect(!Object.keys(draft.hubs ?? {}).includes(before), "the draft has the old name");
  const left = machine.processes.running().filter(({ marker }) => marker.startsWith(`${uuid}/${before}/`));
  for (const { marker } of left) expect(false, `${marker} still runs`);
}

/** The same for a hub that was taken down because its file is gone, in a fleet that goes on. */
export async function complaintsAfterRemoval(machine: PretendedMachine): Promise<readonly string[]> {
  const found: string[] = [];
  const expect = (isSo: boolean, words: string): void => void (isSo || found.push(words));
  const own = machine.processes.running().filter(({ marker }) => marker.startsWith(`${uuid}/alpha/`));
  for (const { marker } of own) expect(false, `${marker} still runs`);
  for (const path of Object.keys(machine.files.contents(`${directory}/hubs/alpha`))) {
    expect(path.startsWith(`${directory}/hubs/alpha/data/`), `${path} is left`);
  }
  expect((await machine.files.read(homeOf("alpha"))) === "mine", "the file in the home of grace is lost");
  const secrets = await machine.files.read(`${directory}/hubs/alpha/data/secrets.json`);
  expect(secrets?.includes("operatorToken") === true, "the hub's secrets are lost");
  const draft = (await machine.files.read(`${directory}/draft.json`)) ?? "";
  expect(!draft.includes('"alpha"'), "apply would bring it back");
  lookAtLeftovers(machine, expect);
  return found;
}

function lookAtLeftovers(machine: PretendedMachine, expect: Expect): void {
  expect(machine.locks.held().length === 0, `locks are held: ${machine.locks.held().join(", ")}`);
  const drafts = Object.keys(machine.files.contents()).filter((path) => /\.new(\/|$)/.test(path));
  expect(drafts.length === 0, `half-written files are left: ${drafts.join(", ")}`);
  for (const { command } of strangers) {
    const stranger = machine.processes.running().find((one) => one.command === command);
    expect(stranger !== undefined, `${command} was ended`);
    const isSignalled = machine.processes.signals.some(({ pid }) => pid === stranger?.pid);
    expect(!isSignalled, `${command} was signalled`);
  }
}
