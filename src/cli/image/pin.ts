import type { Command } from "commander";

import type { PinRequest } from "../../app/registry-use-cases.ts";
import { HubfleetErrors } from "../../errors/hubfleet-error.ts";
import { renderDiff } from "../../image/pins/render-diff.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { renderJson } from "../output/data.ts";

interface PinOptions extends GlobalOptions {
  readonly check?: boolean;
  readonly base?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[words...]", "image/NAME and a REFERENCE (registry/name:tag), or images (default: all)")
    .option("--check", "write nothing; fail when something should be otherwise")
    .option("--base", "look up the tags that the images' bases name already")
    .addHelpText(
      "after",
      `
  hubfleet image pin lab quay.io/jupyter/base-notebook:2026-06-01   write a base: its tag, and the digest that it names now
  hubfleet image pin --base --check                                 does a base's tag name another image today?
  hubfleet image pin                                                write pushed tags where \`pins\` of image.yaml says
  hubfleet image pin --check                                        in CI: do those places hold what was pushed?

A base is written where it stands: \`from\` or \`base\` of image.yaml, FROM or ARG of the Dockerfile. In YAML files only the
value changes: comments, order and quotes stay. Prints what it changed, as Git would.`,
    )
    .action(async (words: readonly string[]) => {
      const options: PinOptions = command.opts();
      const { terminal } = context;
      const app = await context.openApp(options);
      const isCheck = options.check === true;
      const { changes, outdated } = await context.watch((watch) =>
        app.registries.pin(toRequest(words, options.base === true), { isCheck }, watch),
      );
      if (outdated.length > 0) throw new HubfleetErrors(outdated);
      if (chosenFormat(options) === "json") {
        terminal.out(renderJson({ version: 1, changed: changes.map(({ path }) => path), diff: renderDiff(changes) }));
        return;
      }
      terminal.out(renderDiff(changes));
      if (changes.length === 0) terminal.err("everything is pinned as it should be\n");
    });
}

/** A reference has a tag, a digest or a registry's host in it; an image's name has none of them. */
function toRequest(words: readonly string[], isBase: boolean): PinRequest {
  const [target, reference, ...more] = words;
  if (isBase) return { kind: "bases", targets: words };
  const isReference = reference !== undefined && more.length === 0 && /[:@.]/.test(reference);
  return isReference && target !== undefined ? { kind: "base", target, reference } : { kind: "places", targets: words };
}
