import type { HubfleetError } from "../../errors/hubfleet-error.ts";

/** A problem for programs. Fields are added, never changed, within a version. */
export function problemDocument({ code, message, hint, at }: HubfleetError): object {
  return {
    code,
    message,
    hint: hint ?? null,
    path: at?.path ?? null,
    line: at?.line ?? null,
    column: at?.column ?? null,
    length: at?.length ?? null,
  };
}
