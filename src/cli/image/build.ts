import { type Command, Option } from "commander";

import type { BuilderKind } from "../../ports/container-builder.ts";
import { chosenFormat, type CommandContext, type GlobalOptions } from "../command.ts";
import { printContainerOutcomes } from "../output/container-outcomes.ts";
import { renderJson } from "../output/data.ts";
import { imageOutcomesAsData, printImageOutcomes } from "../output/image-outcomes.ts";

interface BuildOptions extends GlobalOptions {
  readonly container?: true;
  readonly push?: true;
  readonly platform?: readonly string[];
  readonly builder?: BuilderKind;
}

const platforms = ["linux/amd64", "linux/arm64"];

export function configure(command: Command, context: CommandContext): void {
  command
    .argument("[image...]", "image/NAME or image/NAME/VARIANT (default: all)")
    .option("--container", "build and test containers, for Kubernetes, instead of this machine's environments")
    .option("--push", "offer containers that passed their checks: push them to the fleet's registry")
    .addOption(
      new Option("--platform <platform...>", "build containers for these instead of image.yaml's").choices(platforms),
    )
    .addOption(
      new Option("--builder <builder>", "what builds containers (default: what this machine has)").choices([
        "docker",
        "podman",
        "buildah",
      ]),
    )
    .addHelpText(
      "after",
      "\nBuilds from the locks as they are committed. A lock that is missing or out of date is refused: a build never decides\nwhat is in an image. A container that the registry has already, made from the same inputs, is not built again.",
    )
    .action(async (targets: readonly string[], options: BuildOptions) => {
      const app = await context.openApp(options);
      const isJson = chosenFormat(options) === "json";
      if (!isOfContainers(options)) {
        const outcomes = await context.watch((watch) => app.images.build(targets, watch));
        if (isJson) context.terminal.out(renderJson(imageOutcomesAsData(outcomes)));
        context.exit(printImageOutcomes(outcomes, context.terminal));
        return;
      }
      const { platform, builder, push = false } = options;
      const outcomes = await context.watch((watch) =>
        app.containers.build(targets, { platforms: platform, builder, push }, watch),
      );
      if (isJson) context.terminal.out(renderJson(imageOutcomesAsData(outcomes)));
      context.exit(printContainerOutcomes(outcomes, { terminal: context.terminal, isJson }));
    });
}

/** Each of the options says it. */
function isOfContainers({ container, push, platform, builder }: BuildOptions): boolean {
  return container === true || push === true || platform !== undefined || builder !== undefined;
}
