import { beforeAll, describe, expect, it } from "vitest";

import { ended, healthyEvidence, hourAgo, hubSaid, now } from "../../../test/support/an-evidence.ts";
import { diagnose } from "./diagnose.ts";
import type { Evidence } from "./evidence.ts";

describe("diagnose", () => {
  let healthy: Evidence;

  beforeAll(async () => {
    healthy = await healthyEvidence();
  });

  it("finds nothing wrong with a healthy hub", () => {
    expect(diagnose(healthy)).toMatchObject({ verdict: "nothing wrong", findings: [], symptoms: [] });
  });

  it("mentions a command at work on a healthy hub as a note only", () => {
    const { verdict, notes } = diagnose({ ...healthy, lease: { pid: 7, command: "up", since: hourAgo } });

    expect({ verdict, notes }).toEqual({
      verdict: "nothing wrong",
      notes: ['"hubfleet up" (process 7) holds the lease'],
    });
  });

  it("says unknown for an end that it has no cause for, with the last words", () => {
    const lines = ["Traceback (most recent call last):", "ZeroDivisionError: division by zero"];

    expect(diagnose(ended(healthy, ["hub"], lines))).toMatchObject({
      verdict: "unknown",
      symptoms: ["the hub process does not run"],
      lastWords: [{ component: "hub", lines }],
    });
  });

  it("does not take a user's trouble for the cause of the hub's", () => {
    const lines = ["ZeroDivisionError: division by zero"];
    const homes: Evidence["homes"] = [
      { user: "grace", path: "/h", wantedUid: 5, facts: { kind: "file", uid: 5, mode: 0o600, modified: now } },
    ];

    const { verdict, findings } = diagnose({ ...ended(healthy, ["hub"], lines), homes });

    expect(verdict).toBe("unknown");
    expect(findings.map(({ cause }) => cause)).toEqual(["home-not-writable"]);
  });

  it("no longer blames a start that failed once the user has a server", () => {
    const evidence = hubSaid(
      healthy,
      "[E 2026-11-21 12:32:26.678 FleetHub user:1008] Error starting grace's server: no",
    );
    const { state } = evidence.observed;
    const server = { name: "", ready: true, pending: null, started: null, lastActivity: null, profile: null } as const;
    const servers = [{ ...server, image: null, environment: null, url: "/user/grace/" }];
    if (state === undefined) throw new Error("a healthy hub answers");

    const observed = { ...evidence.observed, state: { ...state, users: [{ name: "grace", admin: false, servers }] } };

    expect(diagnose({ ...evidence, observed }).verdict).toBe("nothing wrong");
  });
});
