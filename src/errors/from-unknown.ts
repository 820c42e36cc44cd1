import { HubfleetError, HubfleetErrors } from "./hubfleet-error.ts";

/** Turns whatever was thrown into problems that can be shown; what nobody foresaw becomes UNEXPECTED, its cause kept. */
export function fromUnknown(thrown: unknown): readonly HubfleetError[] {
  if (thrown instanceof HubfleetErrors) return thrown.problems;
  if (thrown instanceof HubfleetError) return [thrown];
  if (thrown instanceof Error && thrown.name === "AbortError") {
    return [
      new HubfleetError("INTERRUPTED", {
        message: "interrupted before it was done",
        hint: "run the command again",
        retry: "later",
      }),
    ];
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (isDiskFull(thrown)) {
    const hint = "free some space (`hubfleet doctor` says where it went), then run the command again: it goes on";
    return [new HubfleetError("DISK_FULL", { message, hint, retry: "later", cause: thrown })];
  }
  return [new HubfleetError("UNEXPECTED", { message, cause: thrown })];
}

/** Also where a quota or a limit of files is all that is full. */
function isDiskFull(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && (thrown.code === "ENOSPC" || thrown.code === "EDQUOT");
}
