import type { Command } from "commander";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { nearestName } from "../errors/nearest-name.ts";
import { findCode, listCodes } from "../errors/find-code.ts";
import { findFile } from "../fleet/file-documents.ts";
import { findKeys, nearestKey } from "../fleet/key-documents.ts";
import { chosenFormat, type CommandContext } from "./command.ts";
import { renderCode, renderFile, renderKeys } from "./output/explanation.ts";
import { renderJson } from "./output/data.ts";

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("<topic>", "a setting such as access.users, a file such as image or hubs/NAME.yaml, or an error code")
    .action((topic: string) => {
      const { terminal } = context;
      const isJson = chosenFormat(command.opts()) === "json";
      const code = findCode(topic);
      if (code !== undefined) {
        terminal.out(isJson ? renderJson({ version: 1, code }) : renderCode(code, terminal));
        return;
      }
      const found = findFile(topic);
      const keys = found === undefined || found.keys.length === 0 ? findKeys(topic) : found.keys;
      const file = found?.keys.length === 0 ? found.file : undefined;
      if (keys.length === 0 && file === undefined) throw unknownTopic(topic);
      if (isJson) {
        terminal.out(renderJson({ version: 1, ...(file === undefined ? {} : { file }), keys }));
        return;
      }
      if (file !== undefined) terminal.out(renderFile(file, terminal));
      if (file !== undefined && keys.length > 0) terminal.out("\n");
      terminal.out(renderKeys(keys, terminal));
    });
}

function unknownTopic(topic: string): HubfleetError {
  const isCode = /^[A-Z_]+$/.test(topic);
  const nearest = isCode
    ? nearestName(
        topic,
        listCodes().map(({ code }) => code),
      )
    : nearestKey(topic);
  return new HubfleetError("UNKNOWN_TOPIC", {
    message: `there is no setting, no file and no error code "${topic}"`,
    hint: nearest === undefined ? "docs/reference lists all of them" : `did you mean "${nearest}"?`,
  });
}
