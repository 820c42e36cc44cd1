import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { env } from "node:process";

import { isMissing } from "../../../src/adapters/is-missing.ts";
import { findHelmHere } from "./helm-here.ts";

/** Helm 4 that takes some seconds for an upgrade where it would take one: it is stopped most of the time. */
export interface SlowHelm {
  /** To be first on PATH. */
  readonly directory: string;
  /** Ends the upgrade under way without a word. */
  readonly kill: () => Promise<void>;
}

/** `root` holds it; it is made. */
export async function createSlowHelm(root: string): Promise<SlowHelm> {
  const [directory, id] = [join(root, "bin"), join(root, "helm.pid")];
  const program = findHelmHere("4") ?? "";
  const script = `#!/bin/bash
PATH=\${PATH#"${directory}${delimiter}"}
[ "$1" = upgrade ] || exec ${program} "$@"
${program} "$@" <&0 &
echo $! > ${id}
while kill -STOP $! 2>/dev/null; do
  sleep 0.15
  kill -CONT $! 2>/dev/null
  sleep 0.03
done
wait $!
`;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, program), script);
  await chmod(join(directory, program), 0o755);
  return {
    directory,
    async kill() {
      const text = await readFile(id, "utf8").catch((error: unknown) => {
        if (isMissing(error)) return "";
        throw error;
      });
      if (text === "" || env["PATH"] === undefined) throw new Error("no upgrade is under way");
      process.kill(Number(text), "SIGKILL");
    },
  };
}
