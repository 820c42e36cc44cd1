import type { Lock } from "../lock/parse-lock.ts";

/** The minor that a spec of conda fixes python to, or undefined when it leaves that open or is about something else. */
export function pythonMinorOf(spec: string): string | undefined {
  const version = /^(?:\S+::)?python\s*(?:==?|\s)\s*v?(\d+\.\d+)(?:\.\d+)*(?:\.\*|\*)?(?:[\s=].*)?$/.exec(
    spec.trim(),
  )?.[1];
  return version;
}

/** Whether a lock's text holds conda packages, without reading all of it. */
export function hasCondaPackages(lock: string): boolean {
  return /^@conda /m.test(lock);
}

/** The version of the Python that a lock has for a platform; undefined where conda brings none. */
export function condaPythonVersion({ conda }: Pick<Lock, "conda">, subdir: string | undefined): string | undefined {
  return conda.find((locked) => locked.name === "python" && locked.subdir === subdir)?.version;
}
