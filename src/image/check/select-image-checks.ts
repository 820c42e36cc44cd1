import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";

/**
 * The checks to run, in order, of all that an image has: `only` names them ("kernel", "tests/test_maps.py") or what
 * stands before their slash ("tests", "pair"); without any, everything. Their groups may be named although an image has
 * none of them.
 * @throws HubfleetError UNKNOWN_STEP with the nearest name
 */
export function selectImageChecks(all: readonly string[], only: readonly string[] | undefined): readonly string[] {
  if (only === undefined) return all;
  const matches = (name: string, wanted: string): boolean => name === wanted || name.startsWith(`${wanted}/`);
  for (const wanted of only) {
    const isOfPair = wanted.startsWith("pair/"); // which of them there are, the pair knows
    if (isOfPair || groups.includes(wanted) || all.some((name) => matches(name, wanted))) continue;
    throw new HubfleetError("UNKNOWN_STEP", {
      message: `the check of this image has no step "${wanted}"`,
      hint: nameHint(wanted, all) ?? `it has: ${all.join(", ")}`,
    });
  }
  return all.filter((name) => only.some((wanted) => matches(name, wanted)));
}

const groups: readonly string[] = ["tests", "pair"];
