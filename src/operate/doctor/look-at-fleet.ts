import type { Fleet, Hub } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { markerPrefix } from "../../runtime/local/desired-hub.ts";
import { isLocal } from "../../runtime/local/draft.ts";
import { fleetPaths } from "../../runtime/local/paths.ts";
import { hubPorts } from "../../runtime/local/ports.ts";
import { type DoctorLine, fail, ok, warn } from "./line.ts";

/** Git, the lease, and the ports of every hub that runs here. */
export async function lookAtFleet(fleet: Fleet, directory: string, world: LocalWorld): Promise<readonly DoctorLine[]> {
  const hubs = [...fleet.hubs.values()].filter(({ cluster }) => isLocal(fleet.clusters.get(cluster)));
  return [
    ...(await lookAtGit(directory, world)),
    await lookAtLease(fleet, world),
    ...(await Promise.all(hubs.map((hub) => lookAtPorts(fleet, hub, world)))),
  ];
}

async function lookAtGit(directory: string, { programs, variable }: LocalWorld): Promise<readonly DoctorLine[]> {
  const environment = Object.fromEntries(
    ["PATH", "HOME", "XDG_CONFIG_HOME"].flatMap((name) => {
      const value = variable(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const git = (...words: readonly string[]): ReturnType<typeof programs.run> =>
    programs.run({ argv: ["git", "-C", directory, ...words], environment, directory: "/" }, 30_000);

  const [inside, name, email] = await Promise.all([
    git("rev-parse", "--is-inside-work-tree"),
    git("config", "user.name"),
    git("config", "user.email"),
  ]);
  const identity =
    name.exitCode === 0 && email.exitCode === 0
      ? ok("git identity", `${name.output} <${email.output}>`)
      : warn(
          "git identity",
          "Git does not know who commits",
          "git config --global user.name NAME; git config --global user.email ADDRESS",
        );
  if (inside.exitCode !== 0) {
    return [identity, warn("git work tree", "the fleet is in no Git repository", "git init, then commit the fleet")];
  }
  const status = await git("status", "--porcelain", "--", ".");
  const changed = status.output === "" ? 0 : status.output.split("\n").length;
  return [
    identity,
    changed === 0
      ? ok("git work tree", "clean")
      : warn("git work tree", `${changed} ${changed === 1 ? "file is" : "files are"} not committed`, "git status"),
  ];
}

async function lookAtLease(fleet: Fleet, { locks, machine, clock }: LocalWorld): Promise<DoctorLine> {
  const holder = await locks.holder(`fleet/${fleet.uuid}`, fleetPaths(machine.stateRoot, fleet.uuid).lease);
  if (holder === undefined) return ok("lease", "no command is changing this fleet here");
  if (holder === "somebody") return warn("lease", "a command is changing this fleet here", "wait until it is done");
  const minutes = Math.floor((clock.now().getTime() - holder.since.getTime()) / 60_000);
  const says = `"hubfleet ${holder.command}" (process ${holder.pid}) has held it for ${minutes} min`;
  return warn("lease", says, "wait until it is done, or end that process");
}

async function lookAtPorts(fleet: Fleet, hub: Hub, { processes }: LocalWorld): Promise<DoctorLine> {
  const about = `ports of ${hub.name}`;
  if (hub.port === undefined) return fail(about, "it has none", `set port in hubs/${hub.name}.yaml`);
  const ports = Object.values(hubPorts(hub.port));
  const owners = await Promise.all(ports.map((port) => processes.portOwner(port)));
  const own = markerPrefix(fleet.uuid, hub.name);
  const strangers = owners.filter((owner) => owner !== undefined && owner.process?.marker?.startsWith(own) !== true);
  const [first] = strangers;
  const range = `${ports[0]} to ${ports.at(-1)}`;
  if (first === undefined) {
    const held = owners.filter((owner) => owner !== undefined).length;
    return ok(about, `${range}: ${held === 0 ? "free" : `${held} held by the hub, ${ports.length - held} free`}`);
  }
  const who =
    first.process === undefined
      ? "a program of another account"
      : `process ${first.process.pid} (${first.process.command})`;
  return fail(about, `${first.port} is held by ${who}`, `end it, or change port in hubs/${hub.name}.yaml`);
}
