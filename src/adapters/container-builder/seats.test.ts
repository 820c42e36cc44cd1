import { expect, it } from "vitest";

import { createClockMemory } from "../clock/clock-memory.ts";
import { createLocksMemory } from "../locks/locks-memory.ts";
import { createSeats, type Seats } from "./seats.ts";

const never = new AbortController().signal;

function someCommands(): { sweeps: number; command: () => Seats } {
  const locks = createLocksMemory();
  const seen = {
    sweeps: 0,
    command: () =>
      createSeats({
        locks,
        clock: createClockMemory(),
        name: "store",
        notes: "/store",
        sweep: async () => void (seen.sweeps += 1),
      }),
  };
  return seen;
}

it("sweeps for the first that comes, and for nobody while somebody is there", async () => {
  const seen = someCommands();
  const [one, other] = [seen.command(), seen.command()];

  await one.take(never);
  await one.take(never);
  await other.take(never);

  expect(seen.sweeps).toBe(1);
});

it("sweeps again when all have left", async () => {
  const seen = someCommands();
  const [one, other] = [seen.command(), seen.command()];
  await one.take(never);
  await one.take(never);
  await one.leave();
  await other.take(never);
  await other.leave();
  expect(seen.sweeps).toBe(1); // the first still holds one

  await one.leave();
  await other.take(never);

  expect(seen.sweeps).toBe(2);
});

it("does not come in when sweeping failed, and lets the next one try", async () => {
  const locks = createLocksMemory();
  let isBroken = true;
  const sweep = async (): Promise<void> => {
    if (isBroken) throw new Error("cannot be removed");
  };
  const seats = createSeats({ locks, clock: createClockMemory(), name: "store", notes: "/store", sweep });
  await expect(seats.take(never)).rejects.toThrow("cannot be removed");
  isBroken = false;

  await expect(seats.take(never)).resolves.toBeUndefined();
});
