import { beforeEach, expect, it } from "vitest";

import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import type { ProgressEvent } from "../ports/local-world.ts";
import type { JournalLine } from "./journal.ts";
import { openSteps, type Steps } from "./steps.ts";

const fleetUuid = "11111111-2222-4333-8444-555555555555";
const journal = `/state/fleets/${fleetUuid}/journal.jsonl`;
const megabyte = 1_000_000;

let machine: PretendedMachine;
let events: ProgressEvent[];

beforeEach(() => {
  machine = aLocalWorld();
  events = [];
});

const open = (): Promise<Steps> =>
  openSteps({ fleetUuid, command: "up", world: machine, report: (event) => void events.push(event) });

async function writeLines(lines: readonly Partial<JournalLine>[]): Promise<void> {
  const whole = { version: 1, at: "2026-01-01T00:00:00.000Z", run: "a", command: "up", pid: 1, target: "hub/alpha" };
  const text = lines.map((line) => `${JSON.stringify({ ...whole, ...line })}\n`).join("");
  await machine.files.ensureFile(journal, `${"x".repeat(4 * megabyte)}\n${text}`, 0o600);
}

it("keeps the journal in two files of a bounded size over years of commands", async () => {
  for (let year = 0; year < 20; year++) {
    const steps = await open();
    await machine.files.append(journal, "x".repeat(3 * megabyte));
    await steps.run("hub/alpha", "start hub", async () => undefined);
  }

  const files = await machine.files.list(`/state/fleets/${fleetUuid}`);
  expect(files).toEqual(["journal.jsonl", "journal.jsonl.1"]);
  const sizes = await Promise.all([journal, `${journal}.1`].map((path) => machine.files.size(path)));
  expect(Math.max(...sizes)).toBeLessThan(8 * megabyte);
});

it("tells what was interrupted also when the command that moved the journal on was killed in turn", async () => {
  await writeLines([{ step: "start hub", state: "intent" }]);
  await machine.files.rotate(journal, 0); // all that the killed one got done

  const { interrupted } = await open();

  expect(interrupted.map(({ step }) => step)).toEqual(["start hub"]);
  expect((await open()).interrupted).toEqual([]);
});

it("goes on expecting what steps took before the journal began anew", async () => {
  await writeLines([{ step: "start hub", state: "done", milliseconds: 7_000 }]);
  await (await open()).run("hub/alpha", "other", async () => undefined);

  await (await open()).run("hub/alpha", "start hub", async () => undefined);

  expect(events.find(({ text }) => text === "start hub")).toMatchObject({ expectedMilliseconds: 7_000 });
});
