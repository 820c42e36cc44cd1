import { execFileSync } from "node:child_process";

import { readRecords } from "../../src/evidence/read-records.ts";
import { type RecordDraft, writeRecord } from "../../src/evidence/record.ts";
import { createGitStateWorld, openGitState, runGit } from "../support/state-worlds.ts";

/**
 * What reading and writing the branch hubfleet/state costs, with real Git and a remote in the next directory: what a
 * network adds is three conversations, one of them only when there is news. Figures, no assertions.
 */
const records = 5000;

const world = await createGitStateWorld();
try {
  const { directory = "" } = await world.clone();
  const files = makeRecords();
  importFiles(directory, files);
  runGit(directory, "push", "--quiet", "origin", "hubfleet/state");
  const state = openGitState(directory);
  const snapshot = await tell(`read ${records} records`, () => state.read());
  await tell("read them again, nothing new", () => state.read());
  await tell("read them without asking the remote, in a new process", () =>
    openGitState(directory).read({ isOffline: true }),
  );
  const one = writeRecord(draftOf(records), []);
  await tell("commit one record and push it", () =>
    state.commit(() => ({ write: new Map([[one.path, one.text]]) }), { message: "one" }),
  );
  const read = await tell(`check and order ${records} records`, async () => readRecords(snapshot.files));
  console.log(`  ${read.records.size} records, ${read.heads.length} head, ${read.problems.length} problems`);
} finally {
  await world.remove();
}

function makeRecords(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  let heads: readonly string[] = [];
  for (let index = 0; index < records; index += 1) {
    const { name, path, text } = writeRecord(draftOf(index), heads);
    files.set(path, text);
    heads = [name];
  }
  return files;
}

function draftOf(index: number): RecordDraft {
  const digests = ["image/lab", "charts", "settings"].map((part) => [part, `sha256:${"a".repeat(64)}`]);
  return {
    kind: "observation",
    fleet: "0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11",
    at: { time: new Date(index * 60_000).toISOString(), clock: { kind: "service", service: "ci" } },
    who: { id: "ci", known: "ci" },
    subject: { hub: "campus", stage: "testing", parts: Object.fromEntries(digests) as Record<string, string> }, // pairs
    body: { verdict: "passed", standing: "stage", deployment: "first" },
  };
}

/** As one commit; five thousand would take Git minutes. */
function importFiles(directory: string, files: ReadonlyMap<string, string>): void {
  const stream = [...files].map(
    ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  const head = "commit refs/heads/hubfleet/state\ncommitter hubfleet <hubfleet@localhost> 0 +0000\ndata 5\nmany\n";
  execFileSync("git", ["-C", directory, "fast-import", "--quiet"], { input: `${head}\n${stream.join("")}` });
}

async function tell<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(2)} s`);
  return result;
}
