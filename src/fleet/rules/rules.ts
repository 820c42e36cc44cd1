import type { Rule } from "./rule.ts";

/** Every rule between files; the order does not matter. */
export const rules: readonly Rule[] = [];

/** Rules whose findings are said but stop nothing. */
export const warningRules: readonly Rule[] = [];
