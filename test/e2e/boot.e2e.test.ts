import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "vitest";

import { renderUnit } from "../../src/adapters/boot-service/render-unit.ts";
import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { bootEntry } from "../../src/apply/boot-entry.ts";
import { until } from "../support/hub-session.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { isRoot, skipSuiteUnless, tool } from "../support/skip.ts";

const systemd = "/lib/systemd/systemd";
const canBoot = isRoot && existsSync(systemd) && existsSync("/sys/fs/cgroup/systemd") && tool("unshare");

/**
 * A systemd of the test's own, first process of a namespace: it ends, with everything below it, when the test ends it.
 * It sees this machine's files but starts nothing of it: only the unit in question, without its usual company.
 */
const boot = (units: string): string => `
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system/test.target.wants
cp -r ${units}/. /run/systemd/system/
ln -s /dev/null /run/systemd/system/network-online.target
for unit in /run/systemd/system/*.service; do
  mkdir "$unit.d"
  printf '[Unit]\\nDefaultDependencies=no\\n' > "$unit.d/test.conf"
  ln -s "$unit" /run/systemd/system/test.target.wants/
done
printf '[Unit]\\nDefaultDependencies=no\\n' > /run/systemd/system/test.target
exec ${systemd} --system --unit=test.target --log-target=console
`;

skipSuiteUnless(canBoot, "a systemd of one's own needs root, systemd and its control group")(
  "a fleet after a restart of the machine",
  () => {
    let sandbox: Sandbox;
    let port: number;
    let machine: ChildProcess | undefined;
    const processes = createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) });
    const answers = async (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/staging/hub/api/`).then(
        ({ status }) => status === 200,
        () => false,
      );

    beforeAll(async () => {
      sandbox = await createSandbox("boot", { environments: "shared" });
      port = (await sandbox.init())["staging"] ?? 0;
      await sandbox.succeed(["up", "hub/staging"]);
    });
    afterAll(async () => {
      machine?.kill("SIGKILL");
      await until(async () => !(await answers()), 20_000, "the end of the restarted machine");
      await sandbox.succeed(["destroy", "--all", "--yes"]);
      expect(await sandbox.sweep()).toEqual([]);
    });

    it("comes back by the unit that hubfleet writes", async () => {
      const left = await processes.findMarked(`${sandbox.uuid()}/`);
      await processes.stop(left, 0);
      expect(await answers()).toBe(false);
      const units = join(sandbox.root, "units");
      await mkdir(units);
      const program = [process.execPath, fileURLToPath(new URL("../../src/main.ts", import.meta.url))] as const;
      const environments = join(sandbox.root, "environments"); // the draft names those in use
      const world = { machine: { stateRoot: sandbox.state, environments, program } };
      const entry = bootEntry({ name: "test", uuid: sandbox.uuid() }, sandbox.fleet, world as never); // all that it reads
      await writeFile(join(units, `${entry.name}.service`), renderUnit(entry));

      machine = spawn(
        "unshare",
        ["--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "sh", "-c", boot(units)],
        {
          stdio: "ignore",
        },
      );

      await until(answers, 60_000, "the hub to come back");
      const record = readFileSync(join(sandbox.hubDirectory("staging"), "run", "hub.json"), "utf8");
      expect(JSON.parse(record)).toMatchObject({ version: 1 });
    });
  },
);
