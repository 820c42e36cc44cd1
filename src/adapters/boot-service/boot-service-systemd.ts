import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { BootService } from "../../ports/boot-service.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import type { Run } from "../run.ts";
import { renderUnit } from "./render-unit.ts";

export interface BootServiceSystemdProps {
  readonly run: Run;
  readonly files: Pick<StateFiles, "ensureFile" | "exists" | "remove">;
  /** Units of an ordinary account only run while somebody is logged in, so that root's are the only ones made. */
  readonly isRoot: boolean;
}

const directory = "/etc/systemd/system";
/** sd_booted(3): the directory is there when systemd is what started this machine. */
const mark = "/run/systemd/system";

export function createBootServiceSystemd({ run, files, isRoot }: BootServiceSystemdProps): BootService {
  const systemctl = async (...words: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await run(["systemctl", ...words], { timeoutMilliseconds: 30_000 });
    if (exitCode === 0) return;
    throw new HubfleetError("SERVICE_FAILED", {
      message: `systemctl ${words.join(" ")} failed: ${stderr}`,
      retry: "later",
    });
  };
  const pathOf = (name: string): string => `${directory}/${name}.service`;

  return {
    isPresent: async () => isRoot && (await files.exists(mark)),
    // Systemd takes units from both; those in the second last until the machine restarts.
    exists: async (name) => (await files.exists(pathOf(name))) || files.exists(`${mark}/${name}.service`),
    async ensure(entry) {
      if (!(await files.ensureFile(pathOf(entry.name), renderUnit(entry), 0o644))) return false;
      await systemctl("daemon-reload");
      await systemctl("enable", "--quiet", `${entry.name}.service`);
      return true;
    },
    async remove(name) {
      if (!(await files.exists(pathOf(name)))) return;
      await systemctl("disable", "--quiet", `${name}.service`);
      await files.remove(pathOf(name));
      await systemctl("daemon-reload");
    },
  };
}
