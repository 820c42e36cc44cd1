// Loaded into a command by a test: its dates are later than they are, by the milliseconds that a file says.
import { readFileSync } from "node:fs";

const offset = Number(readFileSync(process.env.HUBFLEET_TEST_CLOCK_SHIFT, "utf8"));
const Real = Date;

globalThis.Date = class Shifted extends Real {
  constructor(...parts) {
    if (parts.length === 0) super(Real.now() + offset);
    else super(...parts);
  }
  static now() {
    return Real.now() + offset;
  }
};
