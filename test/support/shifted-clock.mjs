// Loaded into a command by a test: its dates are so many milliseconds later than they are.
const offset = Number(process.env.HUBFLEET_TEST_CLOCK_SHIFT ?? "0");
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
