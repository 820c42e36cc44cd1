import { describe, expect, it } from "vitest";

import { eventNotices } from "../../test/support/event-notices.ts";
import { askedNotice, unhealthyNotice } from "./event-notices.ts";
import { createNotice } from "./notice.ts";

const at = Date.parse("2026-11-21T03:12:47.000Z");
const about = { bundle: "2026-11-20-1-3fa9c2", stage: "production", at };
const hub = { hub: "alpha", stage: "production", at };

describe("notices of what happened", () => {
  it("say what, where, and what to type", () => {
    expect(eventNotices.map(({ kind, text }) => `${kind}: ${text}`).join("\n")).toMatchInlineSnapshot(`
      "unhealthy: hub/alpha (production) has not been well since 2026-11-21 03:12 UTC: the proxy does not answer. To see why: \`hubfleet why hub/alpha\`.
      healthy: hub/alpha (production) has been well again since 2026-11-21 03:12 UTC; it was not for 28 min. There is nothing to do.
      promoted: Bundle 2026-11-20-1-3fa9c2 has been in stage production since 2026-11-21 03:12 UTC, on 3 of 3 hubs. ada promoted it; to see what is in it: \`hubfleet bundle show 2026-11-20-1-3fa9c2\`.
      promoted: Bundle 2026-11-20-1-3fa9c2 has been in stage production since 2026-11-21 03:12 UTC, on 1 of 1 hub. It moved there by itself; to see what is in it: \`hubfleet bundle show 2026-11-20-1-3fa9c2\`.
      failed: Bundle 2026-11-20-1-3fa9c2 failed on hub/alpha: check kernel failed. The hub runs 2026-11-01-1-aaaaaa again, and no other hub of stage production gets it; to see why: \`hubfleet why hub/alpha\`.
      failed: Bundle 2026-11-20-1-3fa9c2 failed on hub/alpha: check kernel failed. The hub still has it; to see why: \`hubfleet why hub/alpha\`.
      rolled-back: ada put hub/alpha back to 2026-11-01-1-aaaaaa at 2026-11-21 03:12 UTC: slow. It is on hold until 2026-11-22 03:12 UTC; to end that: \`hubfleet resume hub/alpha\`.
      rolled-back: ada put stage/canary back from 2026-11-20-1-3fa9c2 to 2026-11-01-1-aaaaaa at 2026-11-21 03:12 UTC: slow.
      asked: Bundle 2026-11-20-1-3fa9c2 is ready for stage production but for one more approver's yes and plots. To see what it changes, and say yes or no: \`hubfleet signoff 2026-11-20-1-3fa9c2 --stage production\`.
      broken-glass: ada broke the glass for 2026-11-20-1-3fa9c2 into stage production at 2026-11-21 03:12 UTC, past 2 reasons to wait: CVE-2026-1. A second person looks at it before 2026-11-22 03:12 UTC, and says so: \`hubfleet signoff 2026-11-20-1-3fa9c2 --stage production\`.
      broken-glass: ada broke the glass for 2026-11-20-1-3fa9c2 into stage production at 2026-11-21 03:12 UTC, past 1 reason to wait: CVE-2026-1. To see it: \`hubfleet bundle show 2026-11-20-1-3fa9c2\`."
    `);
  });

  it("are about one matter where the same people are asked for the same", () => {
    const ask = (asked: readonly string[], moment: number): string => askedNotice({ ...about, asked, at: moment }).id;

    expect(ask(["plots", "a yes"], at + 5)).toBe(ask(["a yes", "plots"], at));
    expect(ask(["plots"], at)).not.toBe(ask(["a yes", "plots"], at));
  });

  it("are one line of bounded length, whatever somebody wrote", () => {
    const reason = `line one\nline two\u0000\u001B[31m ${"long ".repeat(400)}\uD800`;
    const { text } = unhealthyNotice({ ...hub, reason });

    expect(text).toMatch(/^hub\/alpha [^\n\p{Cc}]+: line one line two \[31m long long [^\n\p{Cc}]+…\. To see why/u);
    expect(text.isWellFormed()).toBe(true);
    expect(
      createNotice({ kind: "failed", target: "hub/a", matter: "x", text: "y".repeat(5000), at }).text,
    ).toHaveLength(700);
  });
});
