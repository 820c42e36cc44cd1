import { type GitIdentity, matchPerson } from "../../bundle/match-person.ts";
import type { RecordDraft } from "../../evidence/record.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { sha256 } from "../../runtime/local/digest.ts";

type Origin = Pick<RecordDraft, "at" | "who" | "fleet">;
type Clock = Origin["at"]["clock"];

/**
 * Who writes a record, when, and by which clock.
 *
 * | where | who | clock |
 * | ----- | --- | ----- |
 * | CI (the variable CI) | ci | the service's, which keeps time |
 * | where Git knows a person of the fleet | that person | the machine's, with its count of seconds since it started |
 * | a fleet of one person | that person | the machine's |
 * | elsewhere | nobody in particular | the machine's |
 *
 * Nothing of it is proven: `known` says so.
 */
export async function recordOrigin(
  { uuid, people = [] }: Pick<Fleet, "uuid" | "people">,
  { files, clock, variable }: Pick<LocalWorld, "files" | "clock" | "variable">,
  identity?: GitIdentity,
): Promise<Origin> {
  const isCi = !["", "false", "0"].includes(variable("CI") ?? "");
  const [boot, uptime, machine] = await Promise.all(
    ["/proc/sys/kernel/random/boot_id", "/proc/uptime", "/etc/machine-id"].map((path) => files.read(path)),
  );
  const seconds = Number(uptime?.split(" ")[0]);
  const machineClock: Clock | undefined =
    boot === undefined || machine === undefined || machine.trim() === "" || !Number.isFinite(seconds)
      ? undefined
      : { kind: "machine", machine: shortDigest(machine), boot: boot.trim(), seconds };
  const own = identity === undefined ? undefined : matchPerson(people, identity);
  const person = own ?? (people.length === 1 ? people[0] : undefined);
  return {
    fleet: uuid,
    at: {
      time: clock.now().toISOString(),
      clock: isCi || machineClock === undefined ? { kind: "service", service: isCi ? "ci" : "unnamed" } : machineClock,
    },
    who: { id: isCi ? "ci" : (person?.id ?? "unnamed"), known: "claimed" },
  };
}

/** The id itself is to be kept from others: systemd's manual, machine-id(5). */
function shortDigest(machine: string): string {
  return sha256(`hubfleet ${machine.trim()}`).slice(0, 16);
}
