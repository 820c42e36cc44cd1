import { describe, expect, it } from "vitest";

import { readCommandLine } from "../../test/support/a-command-line.ts";
import { commandsIn } from "../../test/support/documents.ts";
import { eventNotices } from "../../test/support/event-notices.ts";
import { deadlines, type DeadlineInput } from "../bundle/deadlines.ts";

const now = Date.parse("2026-11-21T09:00:00.000Z");
const day = 86_400_000;
const bundle = { id: "2026-11-01-1-3fa9c2", madeAt: now - 10 * day };
const freeze = { timeZone: "UTC", reason: "Event", to: now + 20 * day };
const ends = (left: number): Omit<DeadlineInput, "now" | "stages"> => ({
  holds: [{ target: "hub/alpha", reason: "exams", owner: "ada", since: now - 30 * day, until: now + left }],
  experiments: [{ name: "next", hubs: ["alpha"], until: now + left }],
  brokenGlass: [{ bundle: bundle.id, stage: "production", person: "ada", reason: "CVE", at: now + left - day }],
});
const stages = (expiresDays: number): DeadlineInput["stages"] => [
  { name: "testing", policy: { freezes: [] }, bundle },
  {
    name: "production",
    policy: {
      expiresSeconds: expiresDays * 86_400,
      freezes: [
        { ...freeze, from: now + 1, packagesCloseAt: now + 1 },
        { ...freeze, from: now + 9 * day, packagesCloseAt: now + 1 },
      ],
    },
  },
];
const soon = deadlines({ ...ends(1), stages: stages(11), now });
const over = deadlines({ ...ends(-1), stages: stages(9), now });

describe("what notices tell people to type", () => {
  it("is understood", async () => {
    const lines = [...eventNotices, ...soon, ...over].flatMap(({ text }) =>
      [...text.matchAll(/`(hubfleet [^`]+)`/g)].flatMap(([, line = ""]) => commandsIn(line)),
    );
    const refused: string[] = [];
    for (const words of lines) {
      const reading = await readCommandLine(words);
      if (reading.kind !== "understood") refused.push(`${words.join(" ")}: ${reading.told}`);
    }

    expect(soon).toHaveLength(6);
    expect(over.map(({ id }) => id.endsWith("/over")).filter(Boolean)).toHaveLength(4);
    expect(lines.length).toBeGreaterThan(15);
    expect(refused).toEqual([]);
  });
});
