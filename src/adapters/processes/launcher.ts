/**
 * What stands between `start` and the program: a shell that writes the record of itself and then *becomes* the program
 * (exec keeps pid and start time). Because the child writes its own record, a kill of hubfleet between spawn and
 * bookkeeping cannot leave a process that nobody knows.
 *
 * Arguments: record, boot id, spec digest, then the program and its arguments. Field 22 of /proc/PID/stat is the start
 * time (proc(5)); the shell's own name holds no space that would shift the fields. What shells add to an environment by
 * themselves is taken out again: the program gets what it was given and nothing else.
 */
export const launcher = `
umask 022
record=$1 boot=$2 digest=$3
shift 3
start=$(/usr/bin/cut -d' ' -f22 /proc/$$/stat) &&
now=$(/bin/date -u +%Y-%m-%dT%H:%M:%SZ) &&
printf '{"version":1,"pid":%s,"startTime":"%s","boot":"%s","specDigest":"%s","startedAt":"%s"}\\n' \\
  "$$" "$start" "$boot" "$digest" "$now" > "$record.new" &&
/bin/mv "$record.new" "$record" &&
unset PWD OLDPWD SHLVL &&
exec "$@"
`;

/** The record as it is written and read: one line of JSON. */
export interface ProcessRecord {
  readonly pid: number;
  readonly startTime: string;
  readonly boot: string;
  readonly specDigest: string;
  readonly startedAt: string;
}

/** Undefined for a text that no launcher wrote. */
export function parseRecord(text: string): ProcessRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<ProcessRecord> & { version?: unknown }; // checked below
    if (record.version !== 1 || !Number.isInteger(record.pid) || typeof record.startTime !== "string") return undefined;
    return record as ProcessRecord; // the launcher writes all fields or none
  } catch {
    return undefined;
  }
}
