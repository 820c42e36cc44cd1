import type { HubApiMemory } from "../../src/adapters/hub-api/hub-api-memory.ts";
import type { Program } from "../../src/adapters/processes/processes-memory.ts";
import type { StateFilesMemory } from "../../src/adapters/state-files/state-files-memory.ts";
import type { Processes, ProcessSpec } from "../../src/ports/processes.ts";

interface ProgramWorld {
  readonly files: StateFilesMemory;
  readonly processes: Pick<Processes, "portOwner">;
  readonly hubApi: HubApiMemory;
  readonly broken: ReadonlyMap<string, string>;
}

/** What the program of a component would do with the arguments it is given. */
export async function runProgram({ argv, marker }: ProcessSpec, world: ProgramWorld): Promise<Program> {
  const name = marker.slice(marker.lastIndexOf("/") + 1);
  const lastWords = world.broken.get(name);
  if (lastWords !== undefined) return { fails: lastWords };
  if (name === "proxy") {
    // The real one stays when its public port is taken, and answers on the other.
    const ports = [after(argv, "--port"), after(argv, "--api-port")].map(Number);
    const owners = await Promise.all(ports.map(world.processes.portOwner));
    return { listens: ports.filter((_, index) => owners[index] === undefined) };
  }
  if (!(await world.files.exists(argv[0]))) return { fails: `${argv[0]}: not found` };
  if (name === "culler") return {};

  const settings = JSON.parse((await world.files.read(after(argv, "--settings"))) ?? "") as Settings;
  const { ports } = settings;
  const listens = name === "hub" ? [ports.hub] : [ports.gatewayProxy, ports.gatewayApi];
  const owners = await Promise.all(listens.map(world.processes.portOwner));
  if (owners.some((owner) => owner !== undefined)) return { fails: "OSError: [Errno 98] Address already in use" };
  if (name === "hub") await startHub(settings, marker.slice(0, -"hub".length), world);
  return { listens };
}

interface Settings {
  readonly basePath: string;
  readonly dataDirectory: string;
  readonly runDirectory: string;
  readonly ports: { readonly hub: number; readonly gatewayProxy: number; readonly gatewayApi: number };
}

async function startHub(
  { basePath, dataDirectory, runDirectory, ports }: Settings,
  marker: string,
  world: ProgramWorld,
): Promise<void> {
  const secrets = JSON.parse((await world.files.read(`${dataDirectory}/secrets.json`)) ?? "") as {
    operatorToken: string;
  };
  const url = `http://127.0.0.1:${ports.hub}${basePath}`;
  const current = `${runDirectory}/current.json`;
  const hub = world.hubApi.addHub({ url, token: secrets.operatorToken, current, marker });
  await hub.start();
}

function after(argv: readonly string[], option: string): string {
  return argv[argv.indexOf(option) + 1] ?? "";
}
