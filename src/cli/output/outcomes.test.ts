import { describe, expect, it } from "vitest";

import { createTerminalMemory } from "../../adapters/terminal/terminal-memory.ts";
import type { Outcome } from "../../apply/outcome.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { exitCodes } from "../exit-codes.ts";
import { printOutcomes } from "./outcomes.ts";

const taken = new HubfleetError("PORT_TAKEN", { message: "port 18000 is taken", hint: "end that program" });
const failed: Outcome = { target: "hub/staging", kind: "failed", errors: [taken] };
const changed: Outcome = { target: "hub/research", kind: "changed", milliseconds: 10 };
const held: Outcome = { target: "hub/class", kind: "held", why: "the plan does not cover it" };

describe("the last words of a command about several hubs", () => {
  it("are what failed, why, and what to do", () => {
    const terminal = createTerminalMemory();

    const code = printOutcomes([changed, held, failed], terminal);

    expect(terminal.talk()).toBe(
      [
        "",
        "error PORT_TAKEN",
        "  port 18000 is taken",
        "  hint: end that program",
        "",
        "3 hubs: 1 changed, 0 unchanged, 1 failed, 1 held back",
        "  held back: hub/class: the plan does not cover it",
        "  failed: hub/staging (PORT_TAKEN)",
        "next: mend what is said above, then the same command again: it goes on from what is there; hubfleet why hub/staging says more",
        "",
      ].join("\n"),
    );
    expect(code).toBe(exitCodes.someTargetsFailed);
  });

  it("are one line when all went well", () => {
    const terminal = createTerminalMemory();

    expect(printOutcomes([changed], terminal)).toBe(exitCodes.done);
    expect(terminal.talk()).toBe("1 hub: 1 changed, 0 unchanged\n");
  });

  it("count clusters beside hubs, and know no hub to ask about where only a cluster failed", () => {
    const terminal = createTerminalMemory();

    printOutcomes([{ ...failed, target: "cluster/cloud" }, changed], terminal);

    expect(terminal.talk()).toContain("1 cluster, 1 hub: 1 changed, 0 unchanged, 1 failed\n");
    expect(terminal.talk()).not.toContain("hubfleet why");
  });

  it("say a reason that several hubs share once", () => {
    const terminal = createTerminalMemory();

    const code = printOutcomes([failed, { ...failed, target: "hub/research" }], terminal);

    expect(terminal.talk().match(/error PORT_TAKEN/g)).toHaveLength(1);
    expect(terminal.talk()).toContain("hubfleet why hub/NAME");
    expect(code).toBe(exitCodes.failed);
  });
});
