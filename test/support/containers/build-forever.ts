import type { BuilderKind, ContainerBuildRequest } from "../../../src/ports/container-builder.ts";
import { aBuilder } from "./a-builder.ts";

/** A command that builds, to be killed: `node build-forever.ts KIND DIRECTORY REQUEST`. */
const [kind, root, request] = process.argv.slice(2);
const { create } = await aBuilder(kind as BuilderKind, root);
await create().build(JSON.parse(request ?? "") as ContainerBuildRequest, { signal: new AbortController().signal });
