import type { Fleet } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { type DoctorLine, fail, ok, warn } from "./line.ts";

const oldestNode = 24;

/** Programs that hubfleet calls, and the interpreters that images ask for. */
export async function lookAtTools(fleet: Fleet | undefined, world: LocalWorld): Promise<readonly DoctorLine[]> {
  const [node, uv, git, minors] = await Promise.all([
    versionOf(world.machine.node, world),
    versionOf("uv", world),
    versionOf("git", world),
    world.environments.listPythonMinors(),
  ]);
  return [
    Number(node?.split(".")[0]) >= oldestNode
      ? ok("node", `${node}`)
      : fail("node", node ?? "it does not start", `install Node ${oldestNode} or newer`),
    uv === undefined
      ? fail("uv", "it is not on PATH; images are locked and built with it", "install it: pipx install uv")
      : ok("uv", uv),
    git === undefined ? fail("git", "it is not on PATH", "install Git 2.30 or newer") : ok("git", git),
    lookAtPython(minors, world),
    ...lookAtImages(fleet, minors),
  ];
}

function lookAtPython(minors: readonly string[], { machine }: LocalWorld): DoctorLine {
  if (minors.length > 0) return ok("python", `${minors.join(", ")} can be used for hubs`);
  const where = machine.isRoot ? " where every account may run it (not below /root)" : "";
  return fail("python", "no Python from 3.10 on that hubs can run on", `install python3 and its venv module${where}`);
}

function lookAtImages(fleet: Fleet | undefined, minors: readonly string[]): readonly DoctorLine[] {
  const unmet = [...(fleet?.images.values() ?? [])].filter(
    ({ from, python }) => from === undefined && !minors.includes(python),
  );
  return unmet.map(({ name, python }) =>
    warn(
      `image/${name}`,
      `it asks for Python ${python}, which this machine does not have`,
      `install Python ${python}, or set python in images/${name}/image.yaml to ${minors[0] ?? "one that is here"}`,
    ),
  );
}

/** "git version 2.39.5" → "2.39.5"; undefined for a program that cannot be started. */
export async function versionOf(
  program: string,
  { programs, variable }: Pick<LocalWorld, "programs" | "variable">,
): Promise<string | undefined> {
  const environment = { PATH: variable("PATH") ?? "/usr/bin:/bin" };
  const { exitCode, output } = await programs.run(
    { argv: [program, "--version"], environment, directory: "/" },
    10_000,
  );
  return exitCode === 0 ? (/\d+\.\d[\w.]*/.exec(output)?.[0] ?? output) : undefined;
}
