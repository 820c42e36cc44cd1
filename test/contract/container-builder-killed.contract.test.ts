import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "vitest";

import { storeId } from "../../src/adapters/container-builder/builder-calls.ts";
import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import type { ContainerBuildRequest } from "../../src/ports/container-builder.ts";
import { type BuilderSubject, builderSubjects } from "../support/containers/builder-subjects.ts";
import { skipSuiteUnless, skipSuiteUnlessImages } from "../support/skip.ts";

const never = new AbortController().signal;
const program = fileURLToPath(new URL("../support/containers/build-forever.ts", import.meta.url));
const processes = createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) });

for (const { name, kind, variables, whyNot, create } of builderSubjects.filter((one) => one.kind !== undefined)) {
  (whyNot === "" ? skipSuiteUnlessImages() : skipSuiteUnless(false, whyNot))(`killed builds: ${name}`, () => {
    let subject: BuilderSubject;

    beforeAll(async () => {
      subject = await create();
    }, 120_000);
    afterAll(async () => subject.clean(), 60_000);

    /** A build whose step sleeps for so long; the number tells its process from everybody else's. */
    async function endless(): Promise<{ readonly request: ContainerBuildRequest; readonly sleep: string }> {
      const sleep = `sleep ${10_000 + Math.floor(Math.random() * 80_000)}.5`;
      const text = `FROM ${subject.base}\nRUN echo kept > /kept\nRUN ${sleep}\n`;
      return { request: await request(text), sleep };
    }

    async function request(text: string): Promise<ContainerBuildRequest> {
      return {
        ...(await subject.write({ Dockerfile: text, "context/x": "" })),
        platform: subject.platform,
        labels: {},
        buildArguments: {},
        secrets: {},
        sourceDateEpoch: 0,
        name: "lab:killed",
      };
    }

    async function begin({ request: wanted, sleep }: Awaited<ReturnType<typeof endless>>) {
      const words = [program, kind ?? "", subject.root ?? "", JSON.stringify(variables), JSON.stringify(wanted)];
      const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
      for (let attempt = 0; attempt < 300 && (await find(sleep)).length === 0; attempt++) {
        if (child.exitCode !== null) throw new Error("the command ended by itself");
        await wait(100);
      }
      expect(await find(sleep)).not.toEqual([]);
      return child;
    }

    it("ends what it started when it is interrupted", async () => {
      const { request: wanted, sleep } = await endless();
      const interruption = new AbortController();
      const building = subject.builder
        .build(wanted, { signal: interruption.signal })
        .catch((thrown: unknown) => thrown);
      for (let attempt = 0; attempt < 300 && (await find(sleep)).length === 0; attempt++) await wait(100);
      expect(await find(sleep)).not.toEqual([]);

      interruption.abort();

      expect(await building).toMatchObject({ name: "AbortError" });
      expect(await eventuallyNone(sleep)).toEqual([]);
      expect(await runtimeStates(subject.root ?? "")).toEqual([]);
    }, 120_000);

    it("ends, and clears away, what a killed command left", async () => {
      const work = await endless();
      const child = await begin(work);
      child.kill("SIGKILL");
      await once(child, "exit");

      const builder = subject.another();
      const built = await builder.build(await request(`FROM ${subject.base}\nRUN echo next > /next\n`), {
        signal: never,
      });

      expect(await eventuallyNone(work.sleep)).toEqual([]);
      await builder.remove(built);
      expect(await leftBelow(subject.root ?? "")).toEqual([]);
      expect(await runtimeStates(subject.root ?? "")).toEqual([]);
    }, 120_000);

    it("ends a step that outlived both the command and its builder", async () => {
      const work = await endless();
      const child = await begin(work);
      child.kill("SIGKILL");
      await once(child, "exit");
      await processes.stop(await processes.findMarked(`containers/${storeId(join(subject.root ?? "", "store"))}/`), 0);

      const builder = subject.another();
      await builder.remove(await builder.build(await request(`FROM ${subject.base}\nRUN true\n`), { signal: never }));

      expect(await eventuallyNone(work.sleep)).toEqual([]);
      expect(await leftBelow(subject.root ?? "")).toEqual([]);
      expect(await runtimeStates(subject.root ?? "")).toEqual([]);
    }, 120_000);
  });
}

/** Pids of processes whose command line ends so; those of the test's own commands name it in the middle. */
async function find(words: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((pid) => /^\d+$/.test(pid));
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")] as const),
  );
  return lines.filter(([, line]) => line.replaceAll("\0", " ").trim() === words).map(([pid]) => pid);
}

/** A daemon ends a step soon after its client has gone. */
async function eventuallyNone(words: string): Promise<readonly string[]> {
  for (let attempt = 0; attempt < 100 && (await find(words)).length > 0; attempt++) await wait(100);
  return find(words);
}

/** Rooms of calls and containers of the store that are still there. */
async function leftBelow(root: string): Promise<readonly string[]> {
  const places = ["buildah", "podman"].flatMap((kind) => [
    join(root, "store", kind, "rooms"),
    join(root, "store", kind, "graph", "overlay-containers"),
    join(root, "store", kind, "graph", "vfs-containers"),
  ]);
  const found = await Promise.all(places.map((place) => readdir(place).catch(() => [])));
  return found.flat().filter((entry) => !/^(?:volatile-)?containers\.(?:json|lock)$/.test(entry));
}

/** What runc remembers of containers whose bundle lies there. */
async function runtimeStates(root: string): Promise<readonly string[]> {
  const names = await readdir("/run/runc").catch(() => []);
  const states = await Promise.all(
    names.map(async (name) => [name, await readFile(`/run/runc/${name}/state.json`, "utf8").catch(() => "")] as const),
  );
  return states.filter(([, state]) => state.includes(`${root}/`)).map(([name]) => name);
}
