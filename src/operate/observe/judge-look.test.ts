import { describe, expect, it } from "vitest";

import { type Found, judgeLook } from "./judge-look.ts";

const well: Found = {
  health: "healthy",
  reason: "",
  starting: [],
  isChanging: false,
  runsWhatItShould: true,
  use: { failing: [] },
};
const ended = { health: "degraded", reason: "the hub process ended" } as const;
const silent = { health: "degraded", reason: "the hub runs but does not answer", isSilent: true } as const;
const stopped = { health: "stopped", reason: "no process of it runs" } as const;
const failing = (...users: readonly number[]): Pick<Found, "use"> => ({
  use: { failing: users.map((count, index) => ({ image: index === 0 ? "lab" : "bio", users: count })) },
});

describe("a look at a hub", () => {
  it.each<[string, Partial<Found>]>([
    ["all of it runs and answers", {}],
    ["nobody counts its use", { use: undefined }],
    ["one user's server does not start", failing(1, 1)],
  ])("passed where %s", (_, changes) => {
    expect(judgeLook({ ...well, ...changes })).toEqual({ verdict: "passed", reason: "" });
  });

  it.each<[string, Partial<Found>]>([
    ["the hub process ended", ended],
    ["no process of it runs", stopped],
    ["servers with lab did not start for 2 users, and none has started since", failing(2)],
    ["servers with bio did not start for 7 users, and none has started since", failing(1, 7)],
    ["servers did not start for 2 users, and none has started since", { use: { failing: [{ image: "", users: 2 }] } }],
    ["the hub process ended", { ...ended, starting: ["gateway"], ...failing(3) }],
  ])("failed: %s", (reason, changes) => {
    expect(judgeLook({ ...well, ...changes })).toEqual({ verdict: "failed", reason });
  });

  it.each<[string, Partial<Found>]>([
    ["the hub runs but does not answer", silent],
    ["started a moment ago and not at work yet: gateway, hub", { starting: ["gateway", "hub"] }],
    ["started a moment ago and not at work yet: proxy", { starting: ["proxy"], ...failing(2) }],
    ["it is on another cluster", { health: "unknown", reason: "it is on another cluster" }],
    ["not brought up on this machine", { health: "absent", reason: "not brought up on this machine" }],
    ["taken down", { health: "removed", reason: "taken down" }],
    ["a command is changing it", { isChanging: true }],
    ["a command is changing it", { isChanging: true, runsWhatItShould: false, ...stopped }],
    ["it does not run what it should; `hubfleet plan` says what differs", { runsWhatItShould: false }],
    [
      "it does not run what it should; `hubfleet plan` says what differs",
      { runsWhatItShould: false, ...ended, ...failing(9) },
    ],
  ])("came to nothing: %s", (reason, changes) => {
    expect(judgeLook({ ...well, ...changes })).toEqual({ verdict: "unknown", reason });
  });
});
