import {
  askedNotice,
  brokenGlassNotice,
  failedNotice,
  healthyNotice,
  promotedNotice,
  rolledBackNotice,
  unhealthyNotice,
} from "../../src/bundle/event-notices.ts";
import type { Notice } from "../../src/bundle/notice.ts";

const at = Date.parse("2026-11-21T03:12:47.000Z");
const about = { bundle: "2026-11-20-1-3fa9c2", stage: "production", at };
const hub = { hub: "alpha", stage: "production", at };

/** A notice of each thing that happens, in each way of saying it. */
export const eventNotices: readonly Notice[] = [
  unhealthyNotice({ ...hub, reason: "the proxy does not answer." }),
  healthyNotice({ ...hub, since: at - 28 * 60_000 }),
  promotedNotice({ ...about, by: "ada", done: 3, hubs: 3 }),
  promotedNotice({ ...about, done: 1, hubs: 1 }),
  failedNotice({
    ...about,
    hub: "alpha",
    reason: "check kernel failed",
    back: "2026-11-01-1-aaaaaa",
    isStopped: true,
  }),
  failedNotice({ ...about, hub: "alpha", reason: "check kernel failed", isStopped: false }),
  rolledBackNotice({
    target: "hub/alpha",
    to: "2026-11-01-1-aaaaaa",
    by: "ada",
    reason: "slow",
    until: at + 86_400_000,
    at,
  }),
  rolledBackNotice({
    target: "stage/canary",
    from: about.bundle,
    to: "2026-11-01-1-aaaaaa",
    by: "ada",
    reason: "slow",
    at,
  }),
  askedNotice({ ...about, asked: ["one more approver's yes", "plots"] }),
  brokenGlassNotice({ ...about, by: "ada", reason: "CVE-2026-1", passedOver: 2, secondBy: at + 86_400_000 }),
  brokenGlassNotice({ ...about, by: "ada", reason: "CVE-2026-1", passedOver: 1 }),
];
