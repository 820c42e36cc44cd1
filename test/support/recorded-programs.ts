import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface RecordedPrograms {
  /** To be first on PATH. */
  readonly directory: string;
  /** What each call was started with: arguments, environment and, where it is asked for, what it was given to read. */
  readonly calls: () => Promise<readonly RecordedCall[]>;
}

export interface RecordedCall {
  readonly program: string;
  readonly text: string;
}

export interface RecordProps {
  /** Is made. */
  readonly root: string;
  /** Of which the input is kept, too. */
  readonly withInput: readonly string[];
  readonly withoutInput: readonly string[];
}

/** Programs that write down how they are called, and then are the real ones. */
export async function recordPrograms({ root, withInput, withoutInput }: RecordProps): Promise<RecordedPrograms> {
  const [directory, kept] = [join(root, "bin"), join(root, "calls")];
  await mkdir(directory, { recursive: true });
  await mkdir(kept);
  for (const program of [...withInput, ...withoutInput]) {
    const real = execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
    const input = withInput.includes(program) ? `tee -a "$call" | ` : "";
    const script = `#!/bin/bash
call=$(mktemp ${kept}/${program}-XXXXXX)
{ printf '%s\\n' "$@"; cat /proc/self/environ; echo; } > "$call"
${input === "" ? "exec " : `case " $* " in *" --values - "*) ;; *) exec ${real} "$@" ;; esac\nset -o pipefail\n${input}`}${real} "$@"
`;
    await writeFile(join(directory, program), script);
    await chmod(join(directory, program), 0o755);
  }
  return {
    directory,
    calls: async () =>
      Promise.all(
        (await readdir(kept)).map(async (name) => ({
          program: name.split("-")[0] ?? name,
          text: await readFile(join(kept, name), "latin1"),
        })),
      ),
  };
}
