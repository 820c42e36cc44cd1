/** Every error code with the sentence that `hubfleet explain CODE` starts with. Codes are never reused. */
export const errorCodes = {
  UNEXPECTED: "Something failed that hubfleet did not foresee; the stack is printed for a report.",
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorCodes;
