import type { Command } from "commander";

import { HubfleetErrors } from "../errors/hubfleet-error.ts";
import { findSetting } from "../fleet/find-setting.ts";
import { isChartKey } from "../runtime/kubernetes/find-chart-value.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "./command.ts";
import { renderJson } from "./output/data.ts";
import { renderOrigins, renderSetting, settingDocument } from "./output/setting.ts";

interface ConfigOptions extends GlobalOptions {
  readonly origin?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<target>", "hub/NAME")
    .argument(
      "[key]",
      "setting, for example culling.idle or profiles.classroom.memoryLimit; or a chart's value, jupyterhub.hub.resources",
    )
    .option("--origin", "show every layer that set a value, and which one won")
    .action(async (target: string, key: string | undefined) => {
      const options: ConfigOptions = command.opts();
      const { terminal } = context;
      const app = await context.openApp(options);
      const reading = await app.read();
      if (reading.problems.length > 0) throw new HubfleetErrors(reading.problems);

      const setting = isChartKey(key ?? "")
        ? await app.chartValue(target, key ?? "", context.signal)
        : findSetting(reading, target, key ?? "");
      if (setting.value === undefined) terminal.err(`"${setting.key}" is not set for hub/${setting.hub}\n`);
      if (chosenFormat(options) === "json") terminal.out(renderJson(settingDocument(setting)));
      else terminal.out(options.origin === true ? renderOrigins(setting, terminal) : renderSetting(setting));
    });
}
