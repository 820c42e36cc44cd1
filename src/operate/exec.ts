import { dirname } from "node:path";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { ProgramRequest } from "../ports/programs.ts";
import { markerPrefix } from "../runtime/local/desired-hub.ts";
import { hubPaths } from "../runtime/local/paths.ts";
import { observeHub } from "./observe-hub.ts";

export interface ExecProps {
  readonly fleetUuid: string;
  readonly hub: string;
  /** A user, or USER/SERVER, whose rights, home and environment the command gets; undefined: the hub's own. */
  readonly server: string | undefined;
  readonly command: readonly string[];
  readonly world: LocalWorld;
}

/**
 * Runs a command where a hub or a user's server runs, with the terminal; answers its exit status.
 * @throws HubfleetError UNKNOWN_TARGET for a hub that is not on this machine
 */
export async function execInHub({ fleetUuid, hub, server, command, world }: ExecProps): Promise<number> {
  const paths = hubPaths(world.machine.stateRoot, fleetUuid, hub);
  const { applied } = await observeHub({ fleetUuid, name: hub, port: undefined, basePath: undefined }, world);
  const environment = applied?.images[applied.hub.images.hub]?.environment;
  const settings = (await world.files.list(paths.settings)).find((name) => name.startsWith("hub-"));
  if (environment === undefined || settings === undefined) {
    throw new HubfleetError("UNKNOWN_TARGET", {
      message: `hub "${hub}" was not brought up on this machine`,
      hint: `hubfleet up hub/${hub}`,
    });
  }
  const request: Omit<ProgramRequest, "argv"> = {
    environment: {
      PATH: `${environment}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      PYTHONPATH: dirname(world.pythonSource),
      LANG: "C.UTF-8",
      HOME: paths.run,
      // So that `destroy` ends what was left running.
      HUBFLEET_PROCESS: `${markerPrefix(fleetUuid, hub)}exec`,
      ...Object.fromEntries(["TERM", "COLORTERM"].flatMap((name) => keep(name, world.variable(name)))),
    },
    directory: paths.run,
  };
  const [file = "", ...words] = command;
  if (server === undefined) return world.programs.attach({ ...request, argv: [file, ...words] });
  const python = `${environment}/bin/python`;
  const enter = ["-m", "hubfleet_local.enter", "--settings", `${paths.settings}/${settings}`, "--user", server];
  return world.programs.attach({ ...request, argv: [python, "-B", ...enter, "--", file, ...words] });
}

function keep(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}
