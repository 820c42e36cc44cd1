/** One thing that `doctor` looked at. */
export interface DoctorLine {
  readonly level: "ok" | "warn" | "fail";
  /** "git", "disk", "ports of hub/research" */
  readonly about: string;
  readonly says: string;
  /** What to do; empty when nothing has to be done. */
  readonly todo: string;
}

export function ok(about: string, says: string): DoctorLine {
  return { level: "ok", about, says, todo: "" };
}

export function warn(about: string, says: string, todo: string): DoctorLine {
  return { level: "warn", about, says, todo };
}

export function fail(about: string, says: string, todo: string): DoctorLine {
  return { level: "fail", about, says, todo };
}

export function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
