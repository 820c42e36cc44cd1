import { dirname } from "node:path";

import type { Space } from "../../ports/inspection.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { type DoctorLine, fail, megabytes, ok, warn } from "./line.ts";

const littleBytes = 2e9;
const noBytes = 2e8;
const futureMilliseconds = 60_000;

/** The state directory, room on disks, control groups, the clock. */
export async function lookAtMachine(world: LocalWorld): Promise<readonly DoctorLine[]> {
  const { machine, inspection } = world;
  const [state, groups, clock, stateSpace, temporary] = await Promise.all([
    lookAtStateRoot(world),
    lookAtControlGroups(world),
    lookAtClock(world),
    inspection.space(machine.stateRoot),
    inspection.space("/tmp"),
  ]);
  const isOne = JSON.stringify(stateSpace) === JSON.stringify(temporary);
  return [
    state,
    lookAtSpace("disk", machine.stateRoot, stateSpace),
    ...(isOne ? [] : [lookAtSpace("disk of /tmp", "/tmp", temporary)]),
    groups,
    clock,
  ];
}

async function lookAtStateRoot({ machine, inspection }: LocalWorld): Promise<DoctorLine> {
  const { stateRoot, isRoot } = machine;
  const facts = await inspection.facts(stateRoot);
  if (facts === undefined) return ok("state", `${stateRoot} (not made yet)`);
  const octal = facts.mode.toString(8).padStart(4, "0");
  if (facts.kind !== "directory") return fail("state", `${stateRoot} is not a directory`, `move it away`);
  if ((facts.mode & 0o002) !== 0)
    return fail("state", `every account may write to ${stateRoot} (mode ${octal})`, `chmod o-w ${stateRoot}`);
  if (!isRoot)
    return ok("state", `${stateRoot} (mode ${octal}); started by an ordinary user: one account for everybody`);
  if (facts.uid !== 0)
    return fail(
      "state",
      `${stateRoot} belongs to user id ${facts.uid}, and hubs are run by root`,
      `chown root ${stateRoot}`,
    );
  for (let path = stateRoot; path !== "/"; path = dirname(path)) {
    const mode = (await inspection.facts(path))?.mode ?? 0;
    if ((mode & 0o001) === 0)
      return fail(
        "state",
        `users' processes cannot go through ${path}, which leads to their homes`,
        `chmod o+x ${path}`,
      );
  }
  return ok("state", `${stateRoot} (mode ${octal}, root's)`);
}

function lookAtSpace(about: string, path: string, space: Space): DoctorLine {
  const { freeBytes, totalBytes, freeInodes, totalInodes } = space;
  const inodes = totalInodes === 0 ? "" : `, ${Math.round((100 * freeInodes) / totalInodes)} % of inodes`;
  const says = `${megabytes(freeBytes)} of ${megabytes(totalBytes)} free${inodes} (${path})`;
  const todo = "make room; environments and homes need it";
  const fewInodes = totalInodes > 0 && freeInodes / totalInodes < 0.02;
  if (freeBytes < noBytes || (totalInodes > 0 && freeInodes < 1_000)) return fail(about, says, todo);
  return freeBytes < littleBytes || fewInodes ? warn(about, says, todo) : ok(about, says);
}

async function lookAtControlGroups({ machine, inspection }: LocalWorld): Promise<DoctorLine> {
  const about = "limits";
  if (!machine.isRoot)
    return warn(
      about,
      "memory and CPU limits are not enforced: only root can",
      "run hubfleet as root where it matters",
    );
  const reason = await inspection.whyNoControlGroups();
  if (reason === "") return ok(about, "memory and CPU limits are enforced by control groups");
  return warn(about, `memory and CPU limits are not enforced: ${reason}`, "mount control groups for cpu and memory");
}

/** Certificates, tokens, soak times and "since" all come from the clock. */
async function lookAtClock({ machine, clock, inspection, pythonSource }: LocalWorld): Promise<DoctorLine> {
  const now = clock.now();
  const boot = await inspection.bootTime();
  const todo = "set the clock, and keep it by NTP";
  if (boot.getTime() > now.getTime() + futureMilliseconds)
    return fail(
      "clock",
      `it is ${now.toISOString()} here, before the machine was started (${boot.toISOString()})`,
      todo,
    );
  const files = [pythonSource, machine.stateRoot, `${machine.stateRoot}/uids.json`];
  for (const path of files) {
    const modified = (await inspection.facts(path))?.modified;
    if (modified !== undefined && modified.getTime() > now.getTime() + futureMilliseconds)
      return fail(
        "clock",
        `it is ${now.toISOString()} here, and ${path} was written later (${modified.toISOString()})`,
        todo,
      );
  }
  return ok("clock", `${now.toISOString()}; the machine was started at ${boot.toISOString()}`);
}
