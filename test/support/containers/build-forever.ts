import type { BuilderKind, ContainerBuildRequest } from "../../../src/ports/container-builder.ts";
import { aBuilder } from "./a-builder.ts";

/** A command that builds, to be killed: `node build-forever.ts KIND DIRECTORY VARIABLES REQUEST`. */
const [kind, root = "", variables = "{}", request = ""] = process.argv.slice(2);
const own = await aBuilder(kind as BuilderKind, { root, variables: JSON.parse(variables) as Record<string, string> });
await own.create().build(JSON.parse(request) as ContainerBuildRequest, { signal: new AbortController().signal });
