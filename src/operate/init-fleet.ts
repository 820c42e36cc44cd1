import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Environments } from "../ports/environments.ts";
import type { Git } from "../ports/git.ts";
import type { Processes } from "../ports/processes.ts";
import type { Random } from "../ports/random.ts";
import type { StateFiles } from "../ports/state-files.ts";

export interface InitWorld {
  readonly files: StateFiles;
  readonly git: Git;
  readonly random: Random;
  readonly environments: Pick<Environments, "listPythonMinors">;
  readonly processes: Pick<Processes, "portOwner">;
}

export interface InitProps {
  /** Absolute path of the directory to make. */
  readonly directory: string;
  readonly name: string;
  readonly teamSize: number;
  /** Absolute path of examples/first-fleet. */
  readonly example: string;
  readonly world: InitWorld;
}

export interface InitResult {
  readonly commit: Awaited<ReturnType<Git["commitAll"]>>;
  readonly python: string | undefined;
  readonly ports: readonly number[];
}

const examplePort = 18_000;
const portsPerHub = 10;

/**
 * Makes a fleet from the example: a name and uuid of its own, the Python that this machine has, ports that are free.
 * @throws HubfleetError DIRECTORY_NOT_EMPTY; nothing is written then
 */
export async function initFleet({ directory, name, teamSize, example, world }: InitProps): Promise<InitResult> {
  const { files, git, random } = world;
  const present = (await files.list(directory)).filter((entry) => entry !== ".git");
  if (present.length > 0) {
    throw new HubfleetError("DIRECTORY_NOT_EMPTY", {
      message: `"${directory}" is not empty: it holds ${present.slice(0, 3).join(", ")}${present.length > 3 ? ", …" : ""}`,
      hint: "name a new directory",
    });
  }
  await files.ensureDirectory(directory, 0o755);
  const names = await files.list(example);
  for (const entry of names) await files.copy(`${example}/${entry}`, `${directory}/${entry}`);

  const edit = (path: string, change: (text: string) => string): Promise<void> =>
    editFile(files, `${directory}/${path}`, change);
  await edit("fleet.yaml", (text) =>
    text
      .replace(/^name: .*$/m, `name: ${name}`)
      .replace(/^uuid: .*$/m, `uuid: ${random.uuid()}`)
      .replace(/^( +)size: .*$/m, `$1size: ${teamSize}`)
      .replace(/^# Names this fleet's state.*$/m, "# Names this fleet's state on every machine; never change it."),
  );
  await files.ensureFile(
    `${directory}/.gitignore`,
    "# Secrets in clear never belong into Git; secrets/*.enc.yaml are encrypted.\n*.dec.yaml\n",
    0o644,
  );
  const python = await choosePython(world);
  if (python !== undefined) {
    for (const image of await files.list(`${directory}/images`)) {
      await edit(`images/${image}/image.yaml`, (text) => text.replace(/^python: .*$/m, `python: "${python}"`));
    }
  }
  const ports = await choosePorts(await files.list(`${directory}/hubs`), { directory, edit, world });
  await git.initialize(directory);
  return { commit: await git.commitAll(directory, "A fleet of two hubs, from hubfleet's example"), python, ports };
}

async function editFile(files: StateFiles, path: string, change: (text: string) => string): Promise<void> {
  const text = await files.read(path);
  if (text !== undefined) await files.ensureFile(path, change(text), 0o644);
}

/** The example's own minor where it is there, else the newest that is. */
async function choosePython({ environments }: InitWorld): Promise<string | undefined> {
  const minors = await environments.listPythonMinors();
  return minors.includes("3.11") ? "3.11" : minors[0];
}

/** Moves each hub's block of ports up, together, until nobody listens on any of them. */
async function choosePorts(
  hubs: readonly string[],
  {
    directory,
    edit,
    world,
  }: {
    readonly directory: string;
    readonly edit: (path: string, change: (text: string) => string) => Promise<void>;
    readonly world: InitWorld;
  },
): Promise<readonly number[]> {
  const texts = await Promise.all(hubs.map((file) => world.files.read(`${directory}/hubs/${file}`)));
  const written = texts.map((text) => Number(/^port: (\d+)$/m.exec(text ?? "")?.[1] ?? examplePort));
  for (let shift = 0; shift < 1000; shift += portsPerHub * hubs.length) {
    const wanted = written.map((port) => port + shift);
    if (!(await areFree(wanted, world))) continue;
    if (shift > 0) {
      for (const [index, file] of hubs.entries()) {
        await edit(`hubs/${file}`, (text) => text.replace(/^port: \d+$/m, `port: ${wanted[index]}`));
      }
    }
    return wanted;
  }
  return written;
}

async function areFree(firsts: readonly number[], { processes }: InitWorld): Promise<boolean> {
  const ports = firsts.flatMap((first) => Array.from({ length: portsPerHub }, (_, index) => first + index));
  const owners = await Promise.all(ports.map((port) => processes.portOwner(port)));
  return owners.every((owner) => owner === undefined);
}
