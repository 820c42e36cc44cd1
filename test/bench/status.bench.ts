import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";

import { createBundle } from "../../src/bundle/bundle.ts";
import { type BundlePointer, writeDeployed } from "../../src/bundle/deployed.ts";
import { bundlePath } from "../../src/bundle/read-bundles.ts";
import { type RecordDraft, writeRecord } from "../../src/evidence/record.ts";
import { currentRenderer } from "../../src/operate/bundles/current-renderer.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { aBundleOf } from "../support/a-bundle.ts";
import { aFleet } from "../support/a-fleet.ts";
import { createGitStateWorld, runGit } from "../support/state-worlds.ts";

/**
 * How long somebody waits for `hubfleet status` of a fleet with bundles: the packed program, real Git, a remote in the next
 * directory, nothing brought up. Run by script/bench after a build.
 */
const hubs = 50;
const records = 10_000;
const bundles = 40;
const root = fileURLToPath(new URL("../../", import.meta.url));
const program = join(root, "dist/main.js");

const world = await createGitStateWorld();
try {
  const { directory = "" } = await world.clone();
  const stages = [
    { name: "testing", soak: { minimum: "1d", observeEvery: "1h" } },
    { name: "canary", soak: { minimum: "7d", observeEvery: "1h", exposure: { spawns: 20 } } },
    { name: "production" },
  ];
  const fleet = Array.from({ length: hubs }, (_, index) => index).reduce(
    (all, index) =>
      all.withHub(`hub-${index}`, {
        port: 20_000 + index * 10,
        stage: stages[stageOf(index)]?.name,
        groups: ["classes"],
      }),
    aFleet()
      .withFleet({ stages })
      .withGroup("classes", { environment: { OMP_NUM_THREADS: "2" } })
      .without("hubs/alpha.yaml"),
  );
  for (const [path, content] of Object.entries(fleet.files())) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    if (typeof content === "string") await writeFile(join(directory, path), content);
  }
  runGit(directory, "add", ".");
  runGit(directory, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", "fleet");
  const commit = runGit(directory, "rev-parse", "HEAD").trim();
  const renderer = await currentRenderer({
    files: createStateFilesDisk(),
    pythonSource: join(root, "assets/python/hubfleet_local"),
  });
  importFiles(directory, await stateFiles(commit, renderer));
  runGit(directory, "push", "--quiet", "origin", "hubfleet/state");
  runGit(directory, "gc", "--quiet");

  const milliseconds: number[] = [];
  let output = "";
  for (let round = 0; round < 7; round++) {
    const start = performance.now();
    const { stdout } = await execa(process.execPath, [program, "status", "-C", directory], {
      env: { HUBFLEET_STATE: join(world.root, "state") },
    });
    milliseconds.push(Math.round(performance.now() - start));
    output = stdout;
  }
  milliseconds.sort((one, other) => one - other);
  console.log(
    `status of ${hubs} hubs, ${bundles} bundles, ${records} records: median ${milliseconds[3]} ms, slowest ${milliseconds[6]} ms (goal 1500 ms)`,
  );
  console.log(`  ${output.match(/ stands at /g)?.length ?? 0} of ${stages.length} stages told`);

  async function stateFiles(at: string, made: string): Promise<ReadonlyMap<string, string>> {
    const reading = fleet.read();
    const all = Array.from({ length: bundles }, (_, index) => {
      const { document } = aBundleOf(reading);
      const lab = document.images["lab"];
      if (lab === undefined) throw new Error("the fleet has a lab");
      return createBundle({
        ...document,
        commit: at,
        settings: { ...document.settings, commit: at },
        renderer: made,
        madeAt: new Date(Date.UTC(2026, 8, 1) + index * 86_400_000).toISOString().replace(".000", ""),
        images: { ...document.images, lab: { ...lab, lock: `sha256:${digest(`lab ${index}`)}` } },
      });
    });
    const last = (index: number): BundlePointer => {
      const bundle = all.at(index);
      if (bundle === undefined) throw new Error("there are so many bundles");
      return { id: bundle.id, digest: bundle.digest, since: bundle.document.madeAt };
    };
    const given = [last(-2), last(-3), last(-4)];
    const deployed = writeDeployed({
      version: 1,
      stages: Object.fromEntries(
        stages.map(({ name }, stage) => {
          const own = Array.from({ length: hubs }, (_, hub) => hub).filter((hub) => stageOf(hub) === stage);
          return [
            name,
            { ...given[stage]!, hubs: Object.fromEntries(own.map((hub) => [`hub-${hub}`, "done" as const])) },
          ]; // three of each
        }),
      ),
      hubs: Object.fromEntries(
        Array.from({ length: hubs }, (_, hub) => [`hub-${hub}`, given[stageOf(hub)]!]), // as above
      ),
      holds: {},
    });
    const files = new Map([deployed, ...all.map(({ id, text }) => [bundlePath(id), text] as const)]);
    let heads: readonly string[] = [];
    for (let index = 0; index < records; index += 1) {
      const hub = index % hubs;
      const bundle = all[Math.floor((index / records) * bundles)] ?? all[0];
      if (bundle === undefined) break;
      const time = new Date(Date.parse(bundle.document.madeAt) + (index % (records / bundles)) * 300_000);
      const { name, path, text } = writeRecord(
        {
          kind: "observation",
          fleet: "11111111-2222-4333-8444-555555555555",
          at: { time: time.toISOString(), clock: { kind: "service", service: "ci" } },
          who: { id: "ci", known: "ci" },
          subject: {
            hub: `hub-${hub}`,
            stage: stages[stageOf(hub)]?.name ?? "",
            bundle: bundle.digest,
            parts: bundle.parts,
          },
          body: { verdict: "passed", standing: "stage", deployment: bundle.id },
        } satisfies RecordDraft,
        heads,
      );
      files.set(path, text);
      heads = [name];
    }
    return files;
  }
} finally {
  await world.remove();
}

/** Ten hubs are tried on first, ten are a canary, the rest is production. */
function stageOf(hub: number): number {
  return hub < 10 ? 0 : hub < 20 ? 1 : 2;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function importFiles(directory: string, files: ReadonlyMap<string, string>): void {
  const stream = [...files].map(
    ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  const head = "commit refs/heads/hubfleet/state\ncommitter hubfleet <hubfleet@localhost> 0 +0000\ndata 5\nmany\n";
  execFileSync("git", ["-C", directory, "fast-import", "--quiet"], { input: `${head}\n${stream.join("")}` });
}
