import type { LocalWorld } from "../ports/local-world.ts";
import type { Notifier } from "../ports/notifier.ts";

/** Who tells people of what happened; loaded by the commands that do. */
export async function openNotifier(
  fleetDirectory: string,
  { variable }: Pick<LocalWorld, "variable">,
): Promise<Notifier> {
  const [{ createNotifierSystem }, { createExchange }, { createRun }] = await Promise.all([
    import("../adapters/notifier/notifier-system.ts"),
    import("../adapters/registry/exchange.ts"),
    import("../adapters/run.ts"),
  ]);
  return createNotifierSystem({
    directory: fleetDirectory,
    run: createRun(),
    exchange: createExchange({ variable, authorities: async () => [] }),
    variable,
  });
}
