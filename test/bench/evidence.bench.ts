import { execFileSync, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { anchorText } from "../../src/evidence/anchor.ts";
import { writeRecord } from "../../src/evidence/record.ts";
import { anObservation, fleetUuid } from "../support/evidence-files.ts";
import { createGitStateWorld, runGit } from "../support/state-worlds.ts";

/**
 * What looking at ten thousand records costs, each in a commit of its own, as typed: `evidence list` and `evidence verify` of
 * the package, and the verifier that needs none of it. Run `tsdown` before. Figures, no assertions.
 */
const count = 10_000;
const root = fileURLToPath(new URL("../..", import.meta.url));

const world = await createGitStateWorld();
try {
  const { directory = "" } = await world.clone();
  await writeFile(join(directory, "fleet.yaml"), `version: 1\nname: bench\nuuid: ${fleetUuid}\n`);
  importCommits(directory);
  runGit(directory, "push", "--quiet", "origin", "hubfleet/state");
  runGit(directory, "update-ref", "refs/hubfleet/seen", "hubfleet/state");
  const anchor = hubfleet("evidence", "anchor").stdout;
  await writeFile(join(directory, "anchor.json"), anchor);
  tell(`evidence list of ${count} records`, () => hubfleet("evidence", "list"));
  tell("evidence list --kind sign-off", () => hubfleet("evidence", "list", "--kind", "sign-off"));
  tell(`evidence verify --against anchor.json, ${count} commits`, () =>
    hubfleet("evidence", "verify", "--against", "anchor.json"),
  );
  runGit(directory, "archive", "-o", "evidence.tar", "hubfleet/state");
  tell("assets/verify/verify-evidence.mjs evidence.tar --anchor anchor.json", () => {
    const words = ["assets/verify/verify-evidence.mjs", ...["evidence.tar", "--anchor", "anchor.json"]];
    return run([join(root, words[0] ?? ""), ...words.slice(1)]);
  });

  function hubfleet(...words: readonly string[]): { readonly stdout: string; readonly lines: string } {
    return run([join(root, "dist/main.js"), "-C", directory, ...words]);
  }

  function run(words: readonly string[]): { readonly stdout: string; readonly lines: string } {
    const { stdout, stderr, status } = spawnSync(process.execPath, words, {
      encoding: "utf8",
      cwd: directory,
      maxBuffer: 100_000_000,
    });
    return { stdout, lines: `${stdout.trimEnd().split("\n").at(-1)} (status ${status})${stderr.slice(0, 300)}` };
  }
} finally {
  await world.remove();
}

/** One record a commit, as `hubfleet advance` writes them. */
function importCommits(directory: string): void {
  const stream: string[] = [];
  let heads: readonly string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { name, path, text } = writeRecord(anObservation(index), heads);
    heads = [name];
    const anchor = anchorText({ heads, records: index + 1 });
    stream.push(
      `commit refs/heads/hubfleet/state\ncommitter hubfleet <hubfleet@localhost> ${index} +0000\ndata 3\none\n`,
      ...[
        [path, text],
        ["anchor.json", anchor],
      ].map(([at, content = ""]) => `M 100644 inline ${at}\ndata ${Buffer.byteLength(content)}\n${content}\n`),
    );
  }
  execFileSync("git", ["-C", directory, "fast-import", "--quiet"], { input: stream.join("") });
}

function tell(what: string, work: () => { readonly lines: string }): void {
  const start = performance.now();
  const { lines } = work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(2)} s; ${lines}`);
}
