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
  return [new HubfleetError("UNEXPECTED", { message, cause: thrown })];
}
