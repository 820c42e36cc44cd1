import type { Command } from "commander";

import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderData } from "./output/data.ts";
import { renderDoctor } from "./output/doctor-text.ts";
import { createPaint } from "./output/paint.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[target]", "cluster/NAME, on Kubernetes (default: this machine)")
    .addHelpText(
      "after",
      `
Looks at what hubfleet needs of this machine: tools, Python, the state directory, disk, control groups, clock; inside of a
fleet also at its ports, lease, Git and leftovers. Each line says ok, warn or fail, and what to do. Changes nothing.

With a cluster: which one the kubeconfig's context leads to and whether it is the one that clusters/NAME.yaml pins, as whom it
sees you, and verb by verb whether you may do there what hubs need; Helm, and disks. Asks the cluster, and changes nothing.

Exit status: 1 when a line says fail.`,
    )
    .action(async (target: string | undefined, options: GlobalOptions) => {
      const { terminal } = context;
      const app = await context.openApp(options);
      const report =
        target === undefined ? await app.doctor() : await context.watch((watch) => app.doctorCluster(target, watch));
      const paint = createPaint(terminal.colors && terminal.isOutTerminal);
      terminal.out(renderData(report, chosenFormat(options)) ?? renderDoctor(report, paint));
      context.exit(report.lines.some(({ level }) => level === "fail") ? exitCodes.failed : exitCodes.done);
    });
}
