import { Argument, type Command } from "commander";

import { createJsonSchema, type SchemaKind, schemaKinds } from "../fleet/json-schemas.ts";
import type { CommandContext, GlobalOptions } from "./command.ts";
import { renderJson } from "./output/data.ts";

interface SchemaOptions extends GlobalOptions {
  readonly write?: boolean;
}

export function configure(command: Command, context: CommandContext): void {
  command
    .addArgument(new Argument("[kind]", "kind of file; without it, all of them").choices(schemaKinds))
    .option("--write", "write schemas/ into the fleet and name them in its files, for completion in editors")
    .action(async (kind: SchemaKind | undefined) => {
      const options: SchemaOptions = command.opts();
      const { terminal } = context;
      if (options.write === true) {
        const app = await context.openApp(options);
        for (const path of await app.writeSchemas()) terminal.out(`${path}\n`);
        return;
      }
      const schemas = Object.fromEntries(schemaKinds.map((name) => [name, createJsonSchema(name)]));
      terminal.out(renderJson(kind === undefined ? { version: 1, schemas } : createJsonSchema(kind)));
    });
}
